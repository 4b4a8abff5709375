/** The fault dictionary as it is shipped. */

import type { Dictionary } from './dictionary.ts';

export function loadDictionary(): Dictionary | undefined {
  return undefined;
}

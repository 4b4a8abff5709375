/** The ids that a pattern matches, in their order. */

import { globPattern, isGlob } from './glob.ts';

/** Like `globPattern`, but without a regular expression if none is needed: a baseline has hundreds of plain ids. */
export function matchingIds(pattern: string, ids: readonly string[]): string[] {
  if (isGlob(pattern)) {
    const glob = globPattern(pattern);
    return ids.filter((id) => glob.test(id));
  }
  const path = pattern.replace(/\/$/, '');
  return ids.filter((id) => id.startsWith(path) && (id.length === path.length || id[path.length] === '/'));
}

/**
 * What a session makes the reference do: which of its rules spoke, one after the other, and at the end of how long a
 * unit. A session with something new in it is worth keeping.
 */

import type { ReferenceRun } from '../../reference-impl/reference-run.ts';

export function featuresOf({ decisions }: ReferenceRun): string[] {
  const features = new Set<string>();
  let before = '';
  for (const { did, rule } of decisions) {
    const now = `${did} ${rule.name}`;
    features.add(`${before}, ${now}`);
    before = now;
  }
  return [...features];
}

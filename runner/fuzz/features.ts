/**
 * What a session makes the reference do: which rules it applies, one after the other, and after how long a unit. A session with
 * something new is kept.
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

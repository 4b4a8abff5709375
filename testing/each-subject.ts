/** A few vectors that together cover every subject of the corpus. */

import { familyOf } from '../reports/family.ts';
import type { Vector } from '../vectors/vector.ts';

/**
 * One in thirty, in their order: the first that have a rule, a row that ends a unit, a flag or a policy that counts, in each
 * family.
 */
export function eachSubject(vectors: readonly Vector[]): Vector[] {
  const seen = new Set<string>();
  return vectors.filter((vector) => {
    const fresh = subjectsOf(vector).filter((one) => !seen.has(one));
    for (const one of fresh) seen.add(one);
    return fresh.length > 0;
  });
}

function subjectsOf({ id, rules, flags, expect, otherwise }: Vector): string[] {
  const ending = new Set(expect.map(({ endedBy }) => `ends ${endedBy}`));
  const policies = otherwise.map(({ policy }) => JSON.stringify(policy));
  return [...rules, ...ending, ...flags, ...policies].map((one) => `${familyOf(id)} ${one}`);
}

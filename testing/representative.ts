/**
 * Vectors that stand for all of them, where each of thousands would show the same again: a test that plays something
 * expensive plays these.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { familyOf } from '../reports/family.ts';
import type { Vector } from '../vectors/vector.ts';
import { ROOT } from './paths.ts';

/**
 * A fifteenth, in their order: those that the kill table names, so that they catch every planted fault (selfcheck.test.ts
 * proves it), and the first that have a rule, a row that ends a unit, a flag or a policy that counts, in each family.
 */
export function representative(vectors: readonly Vector[]): Vector[] {
  const page = readFileSync(join(ROOT, 'docs/kill-table.md'), 'utf8');
  const killing = new Set([...page.matchAll(/`([^`]+)`/g)].map(([, id]) => id));
  const seen = new Set<string>();
  return vectors.filter((vector) => {
    const fresh = subjectsOf(vector).filter((one) => !seen.has(one));
    for (const one of fresh) seen.add(one);
    return fresh.length > 0 || killing.has(vector.id);
  });
}

function subjectsOf({ id, rules, flags, expect, otherwise }: Vector): string[] {
  const ending = new Set(expect.map(({ endedBy }) => `ends ${endedBy}`));
  const policies = otherwise.map(({ policy }) => JSON.stringify(policy));
  return [...rules, ...ending, ...flags, ...policies].map((one) => `${familyOf(id)} ${one}`);
}

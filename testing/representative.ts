/** Vectors that stand for all of them, for tests that play something expensive. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Vector } from '../vectors/vector.ts';
import { eachSubject } from './each-subject.ts';
import { ROOT } from './paths.ts';

/**
 * A fifteenth, in their order: those that the kill table names, so that they catch every planted fault
 * (selfcheck.test.ts proves it), and those that together cover every subject of vectors.
 */
export function representative(vectors: readonly Vector[]): Vector[] {
  const page = readFileSync(join(ROOT, 'docs/kill-table.md'), 'utf8');
  const killing = new Set([...page.matchAll(/`([^`]+)`/g)].map(([, id]) => id));
  const subjects = new Set(eachSubject(vectors));
  return vectors.filter((vector) => subjects.has(vector) || killing.has(vector.id));
}

/** Reads files of vectors that do not belong to the corpus. */

import { readFileSync } from 'node:fs';
import { lintVectors } from '../../vectors/lint.ts';
import type { Vector } from '../../vectors/vector.ts';
import { UsageError } from '../base/errors.ts';

/** Throws UsageError, with the first thing that is wrong, where it is not a file of sound vectors. */
export function readVectorFile(path: string): Vector[] {
  let vectors: unknown;
  try {
    vectors = (JSON.parse(readFileSync(path, 'utf8')) as { vectors?: unknown } | null)?.vectors;
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}`, 'a file of vectors is JSON');
  }
  const hint = 'fuzz writes such files; docs/vectors.md describes them';
  if (!Array.isArray(vectors) || vectors.length === 0) throw new UsageError(`${path} holds no vectors`, hint);
  const problem = problemOf(vectors as Vector[]);
  if (problem !== undefined) throw new UsageError(`${path}: ${problem}`, hint);
  return vectors as Vector[];
}

/** The first problem that these vectors have in themselves. What no vector of the corpus shows is not one. */
function problemOf(vectors: readonly Vector[]): string | undefined {
  try {
    return lintVectors(vectors)[0];
  } catch {
    return 'not every vector is an object with steps';
  }
}

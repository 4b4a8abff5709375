/** Reads files of vectors that do not belong to the corpus. */

import { lintVectors } from '../../vectors/lint.ts';
import { restoredWhole, type StoredVector } from '../../vectors/stored.ts';
import type { Vector } from '../../vectors/vector.ts';
import { UsageError } from '../base/errors.ts';
import { readTextFile } from '../base/text-file.ts';

/** Throws UsageError, with the first problem, if it is not a file of sound vectors. */
export function readVectorFile(path: string): Vector[] {
  let vectors: unknown;
  try {
    vectors = (JSON.parse(readTextFile(path)) as { vectors?: unknown } | null)?.vectors;
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}`, 'a vector file is JSON');
  }
  const hint = 'fuzz writes such files; docs/vectors.md describes them';
  if (!Array.isArray(vectors) || vectors.length === 0) throw new UsageError(`${path} contains no vectors`, hint);
  const sound = restoredAll(vectors as StoredVector[]);
  if (sound === undefined) throw new UsageError(`${path}: not every vector is an object with steps`, hint);
  const [problem] = lintVectors(sound);
  if (problem !== undefined) throw new UsageError(`${path}: ${problem}`, hint);
  return sound;
}

/** Undefined: they do not have the form of vectors. Lint checks the rest. */
function restoredAll(vectors: readonly StoredVector[]): Vector[] | undefined {
  try {
    return vectors.map(restoredWhole);
  } catch {
    return undefined;
  }
}

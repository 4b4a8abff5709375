/** Reads files of vectors that do not belong to the corpus. */

import { lintVectors } from '../../vectors/lint.ts';
import { restoredWhole, type StoredVector } from '../../vectors/stored.ts';
import type { Vector } from '../../vectors/vector.ts';
import { UsageError } from '../base/errors.ts';
import { fileError } from '../base/file-error.ts';
import { readTextFile } from '../base/text-file.ts';

/** Throws UsageError, with the first problem, if it is not a file of sound vectors. */
export function readVectorFile(path: string): Vector[] {
  const hint = 'fuzz writes such files; docs/vectors.md describes them';
  let text: string;
  try {
    text = readTextFile(path);
  } catch (error) {
    throw fileError(path, 'read', error, hint);
  }
  let vectors: unknown;
  try {
    vectors = (JSON.parse(text) as { vectors?: unknown } | null)?.vectors;
  } catch {
    throw new UsageError(`${path} is not JSON`, hint);
  }
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

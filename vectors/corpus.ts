/** The vectors on disk. */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from './package-root.ts';
import { restoredLine } from './stored.ts';
import type { Vector } from './vector.ts';

/** The vectors of a folder, in the order of their files, and what identifies them. */
export interface Corpus {
  readonly vectors: readonly Vector[];
  /** SHA-256 over the data files in the order of their names. */
  readonly digest: string;
}

/** How a line of a data file begins that is a vector: each has one of its own. */
const VECTOR = '{"id":';

/** The folder of the data files, from the sources and from the built code alike. */
export function corpusDirectory(): string {
  return join(packageRoot(), 'vectors', 'data');
}

/** Throws where a file is missing or is not as `fileText` writes it; `lintCorpus` says more. */
export function loadCorpus(directory: string = corpusDirectory()): Corpus {
  const digest = createHash('sha256');
  const vectors: Vector[] = [];
  const names = readdirSync(directory).filter((name) => name.endsWith('.json'));
  for (const name of names.sort()) {
    const bytes = readFileSync(join(directory, name));
    digest.update(bytes);
    for (const line of bytes.toString('utf8').split('\n'))
      if (line.startsWith(VECTOR)) vectors.push(restoredLine(line.endsWith(',') ? line.slice(0, -1) : line));
  }
  return { vectors, digest: digest.digest('hex') };
}

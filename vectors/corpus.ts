/** The vectors on disk. */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from './package-root.ts';
import { restoredLine } from './stored.ts';
import type { Vector } from './vector.ts';

/** The vectors of a folder, in the order of their files, and their digest. */
export interface Corpus {
  readonly vectors: readonly Vector[];
  /** SHA-256 over the data files in the order of their names. */
  readonly digest: string;
}

/** The beginning of a line with a vector in a data file: each vector has its own line. */
const VECTOR = '{"id":';
const LINE_FEED = 0x0a;
const COMMA = 0x2c;

/** The folder of the data files, both from the sources and from the built code. */
export function corpusDirectory(): string {
  return join(packageRoot(), 'vectors', 'data');
}

/** A loaded corpus, with the state of its files at that time. */
const loaded = new Map<string, { readonly files: string; readonly corpus: Corpus }>();

/**
 * Throws if a file is missing or is not as `fileText` writes it; `lintCorpus` gives details. If the files have not changed, it
 * returns the same vectors again: a process that runs many commands loads them once.
 */
export function loadCorpus(directory: string = corpusDirectory()): Corpus {
  const names = readdirSync(directory).filter((name) => name.endsWith('.json'));
  const paths = names.sort().map((name) => join(directory, name));
  const files = paths.map(stateOf).join();
  const known = loaded.get(directory);
  if (known?.files === files) return known.corpus;
  const corpus = readCorpus(paths);
  loaded.set(directory, { files, corpus });
  return corpus;
}

/** Changes if a file was written since. */
function stateOf(path: string): string {
  const { ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
  return `${path} ${ino} ${size} ${mtimeNs} ${ctimeNs}`;
}

function readCorpus(paths: readonly string[]): Corpus {
  const digest = createHash('sha256');
  const vectors: Vector[] = [];
  for (const path of paths) {
    const bytes = readFileSync(path);
    digest.update(bytes);
    for (const line of linesOf(bytes))
      if (line.toString('latin1', 0, VECTOR.length) === VECTOR) vectors.push(restoredLine(line));
  }
  return { vectors, digest: digest.digest('hex') };
}

/** Without the comma at the end. As views, because decoding all lines takes longer than finding them. */
function* linesOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0, end = 0; at < bytes.length; at = end + 1) {
    end = bytes.indexOf(LINE_FEED, at);
    if (end < 0) end = bytes.length;
    yield bytes.subarray(at, bytes[end - 1] === COMMA ? end - 1 : end);
  }
}

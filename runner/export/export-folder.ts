/** The folder of an export. Files of an earlier export are removed; any other file is an error. */

import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UsageError } from '../base/errors.ts';
import { fileError } from '../base/file-error.ts';
import { makeFolder } from '../base/make-folder.ts';
import type { ExportFile } from './export-file.ts';

const INDEX = 'index.json';

export class ExportFolder {
  files = 0;
  bytes = 0;
  readonly #directory: string;
  readonly #made = new Set<string>();

  /** Throws UsageError if the folder contains other files, unless forced, or cannot be written. */
  constructor(directory: string, force: boolean) {
    this.#directory = directory;
    const found = this.#named(directory, () => {
      makeFolder(directory);
      return readdirSync(directory);
    });
    if (found.length === 0) return;
    const earlier = filesOfExport(join(directory, INDEX));
    if (earlier === undefined && !force) {
      const hint = 'name an empty folder, or an earlier export, or add --force to write among what is there';
      throw new UsageError(`${directory} contains other files: ${found.slice(0, 3).join(', ')}`, hint);
    }
    this.#named(directory, () => {
      for (const path of [INDEX, ...(earlier ?? [])]) rmSync(join(directory, path), { force: true });
    });
  }

  write({ path, bytes }: ExportFile): void {
    const file = join(this.#directory, path);
    this.#named(file, () => {
      const folder = dirname(file);
      if (!this.#made.has(folder)) makeFolder(folder);
      this.#made.add(folder);
      writeFileSync(file, bytes);
    });
    this.files++;
    this.bytes += bytes.length;
  }

  /** The index is written last: if it exists, the export is complete. */
  finish(index: string): void {
    this.write({ path: INDEX, bytes: Buffer.from(index) });
  }

  #named<T>(path: string, act: () => T): T {
    try {
      return act();
    } catch (error) {
      const { path: at = path } = error as NodeJS.ErrnoException;
      throw fileError(at, 'written', error, 'name a folder that you can write to');
    }
  }
}

/**
 * The files that an index of this suite names; undefined: it is another file. Paths outside the folder are rejected.
 */
function filesOfExport(index: string): string[] | undefined {
  try {
    const { suite, vectors } = JSON.parse(readFileSync(index, 'utf8'));
    if (suite !== 'rsc-conformance' || !Array.isArray(vectors)) return undefined;
    return vectors.flatMap(({ files }) => namesIn(files)).filter((path) => SAFE_PATH.test(path));
  } catch {
    return undefined;
  }
}

/** An id with a format's ending: no step upwards, no absolute path. */
const SAFE_PATH = /^[a-z-]+(\/[a-z0-9-]+)+(\.[a-z0-9-]+)+$/;

function namesIn(files: unknown): string[] {
  if (typeof files === 'string') return [files];
  return typeof files === 'object' && files !== null ? Object.values(files).flatMap(namesIn) : [];
}

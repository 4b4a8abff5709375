/** Counterexamples on disk: each as a file of vectors, and as a capture with the findings as packet comments. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileName } from '../../reports/file-name.ts';
import type { Vector } from '../../vectors/vector.ts';
import { CaptureReporter } from '../cli/capture-reporter.ts';
import { UsageError } from '../errors.ts';
import type { Found } from './found.ts';

export class FoundFiles {
  readonly #folder: string;
  readonly #captures: CaptureReporter;

  /** Throws UsageError where the folder cannot be made. */
  constructor(folder: string) {
    this.#folder = join(folder, 'found');
    try {
      mkdirSync(this.#folder, { recursive: true });
    } catch (error) {
      throw new UsageError(`${this.#folder} cannot be made: ${(error as Error).message}`, '--corpus DIR');
    }
    this.#captures = new CaptureReporter(this.#folder);
  }

  /** The path of its vector; the capture stands beside it, once the files are closed. */
  write({ vector, events }: Found): string {
    const path = join(this.#folder, `${fileName(vector.id)}.json`);
    writeFileSync(path, vectorFile([vector]));
    const [sent, verdict] = events;
    this.#captures.event(sent);
    // A capture is made of what fails: of a warning, too, where it was looked for.
    this.#captures.event(verdict.verdict === 'error' ? verdict : { ...verdict, verdict: 'fail' });
    return path;
  }

  close(): Promise<void> {
    return this.#captures.close();
  }
}

/** As the files of the corpus are written: a vector a line. */
export function vectorFile(vectors: readonly Vector[]): string {
  return `{"family":"found","vectors":[\n${vectors.map((vector) => JSON.stringify(vector)).join(',\n')}\n]}\n`;
}

/** Counterexamples on disk: each as a file of vectors, and as a capture with the findings as packet comments. */

import { join } from 'node:path';
import type { SessionEvent } from '../../reports/events.ts';
import { fileName } from '../../reports/file-name.ts';
import { FOUND_FAMILY } from '../../vectors/found.ts';
import { fileText } from '../../vectors/generate.ts';
import { saveFile } from '../base/save-file.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import { CaptureReporter } from '../reporters/capture-reporter.ts';
import { sessionEvent } from '../session/session-event.ts';
import type { Target } from '../targets/target.ts';
import type { Found } from './found.ts';

export interface FoundFilesOptions {
  readonly folder: string;
  readonly target: Pick<Target, 'name' | 'version'>;
  readonly capabilities: Capabilities;
  readonly strict: boolean;
  /** The command line that plays a file of vectors again. */
  readonly replay: (path: string) => string;
}

export class FoundFiles {
  readonly #options: FoundFilesOptions;
  readonly #folder: string;
  readonly #captures: CaptureReporter;

  /** Throws UsageError if the folder cannot be created. */
  constructor(options: FoundFilesOptions) {
    this.#options = options;
    this.#folder = join(options.folder, 'found');
    this.#captures = new CaptureReporter(this.#folder);
  }

  /** The path of its vector; the capture of one target is next to it, after the files are closed. */
  write({ vector, events }: Found): string {
    const path = join(this.#folder, `${fileName(vector.id)}.json`);
    saveFile(path, fileText(FOUND_FAMILY, [vector]), '--out DIR');
    // If two targets differ, neither need be wrong, so there are no comments.
    if (events.length > 2) return path;
    this.#captures.event(this.#session(path));
    for (const event of events) this.#captures.event(event);
    return path;
  }

  close(): Promise<void> {
    return this.#captures.close();
  }

  #session(path: string): SessionEvent {
    const { target, capabilities, strict, replay } = this.#options;
    return sessionEvent({
      target,
      capabilities,
      // No vectors of the corpus were played.
      digest: '',
      shard: '1/1',
      strict,
      command: replay(path),
      vectors: 1,
    });
  }
}

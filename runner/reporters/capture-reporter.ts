/**
 * `pcapng`: a capture a failing vector. What is in it is decided in `reports/vector-capture.ts`; reports do not know
 * the runner, so that it is written here.
 */

import { join } from 'node:path';
import { isUnexpected } from '../../reports/case-text.ts';
import type { RunEvent, SessionEvent, VectorEvent, VerdictEvent } from '../../reports/events.ts';
import { fileName } from '../../reports/file-name.ts';
import { type CapturePacket, vectorCapture } from '../../reports/vector-capture.ts';
import { fileError } from '../base/file-error.ts';
import { makeFolder } from '../base/make-folder.ts';
import { PcapngWriter } from '../captures/pcapng-writer.ts';
import type { OpenReporter } from './open-reporter.ts';

export class CaptureReporter implements OpenReporter {
  readonly #folder: string;
  readonly #paths = new Map<string, string>();
  #session: SessionEvent | undefined;
  #vector: VectorEvent | undefined;
  /** One capture after the other: a run in which all fails must not open thousands of files at once. */
  #writing: Promise<void> = Promise.resolve();
  #error: unknown;

  /** Throws UsageError if the folder cannot be created. */
  constructor(folder: string) {
    this.#folder = folder;
    try {
      makeFolder(folder);
    } catch (error) {
      throw fileError(folder, 'created', error, 'captures need a folder');
    }
  }

  event(event: RunEvent): void {
    if (event.type === 'session') this.#session = event;
    else if (event.type === 'vector') this.#vector = event;
    else if (event.type === 'verdict') this.#verdict(event);
  }

  attachment(vector: string): string | undefined {
    return this.#paths.get(vector);
  }

  async close(): Promise<void> {
    await this.#writing;
    if (this.#error !== undefined) throw this.#error;
  }

  #verdict(verdict: VerdictEvent): void {
    const vector = this.#vector;
    const isFailing =
      verdict.verdict === 'fail' ||
      verdict.verdict === 'error' ||
      isUnexpected(verdict, this.#session?.strict === true);
    if (!isFailing || vector?.vector !== verdict.vector) return;
    const packets = vectorCapture(this.#session, vector, verdict);
    const path = join(this.#folder, `${fileName(verdict.vector)}.pcapng`);
    this.#paths.set(verdict.vector, path);
    const target = this.#session?.target ?? 'the target';
    this.#writing = this.#writing.then(() => this.#write(path, target, packets));
  }

  async #write(path: string, target: string, packets: readonly CapturePacket[]): Promise<void> {
    if (this.#error !== undefined) return;
    try {
      const writer = await PcapngWriter.create(path);
      const sides = {
        sent: writer.addInterface(`sent to ${target}`),
        indicated: writer.addInterface(`indicated by ${target}`),
      };
      for (const { side, frame, microseconds, comment } of packets) {
        const seconds = Math.floor(microseconds / 1e6);
        writer.write(frame, seconds, (microseconds % 1e6) * 1000, { from: sides[side], comment });
      }
      await writer.close();
    } catch (error) {
      this.#error = error;
    }
  }
}

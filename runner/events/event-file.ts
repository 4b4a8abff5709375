/** Events as JSON lines in a file, plain or compressed: written in big pieces, and whole lines at any time. */

import { createHash } from 'node:crypto';
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { RunEvent } from '../../reports/events.ts';
import type { Reporter } from '../../reports/reporter.ts';
import { UsageError } from '../base/errors.ts';
import { EventPacker } from './packed-events.ts';

const PIECE = 1 << 20;

export class EventFile implements Reporter {
  readonly #path: string;
  readonly #file: number;
  readonly #packer: EventPacker | undefined;
  /** Of the lines as a plain file has them. */
  readonly #digest = createHash('sha256');
  #lines: string[] = [];
  /** The same in their short form, where they are compressed. */
  #packed: string[] = [];
  #length = 0;
  /** Bytes of whole lines in the file. */
  #written = 0;
  #error: Error | undefined;

  /** `compress`: gzip, a member a piece, with frames in their short form. Throws the error of the file system. */
  constructor(path: string, { compress = false }: { readonly compress?: boolean } = {}) {
    this.#path = path;
    this.#file = openSync(path, 'w');
    this.#packer = compress ? new EventPacker() : undefined;
  }

  event(event: RunEvent): void {
    if (event.type === 'end') this.#flush();
    const whole = event.type === 'end' ? { ...event, sha256: this.#digest.copy().digest('hex') } : event;
    const plain = `${JSON.stringify(whole)}\n`;
    this.#lines.push(plain);
    const packed = this.#packer === undefined ? undefined : `${JSON.stringify(this.#packer.pack(whole))}\n`;
    if (packed !== undefined) this.#packed.push(packed);
    this.#length += (packed ?? plain).length;
    if (this.#length >= PIECE) this.#flush();
  }

  /** Throws UsageError where not everything could be written; what is there is whole lines. */
  close(): void {
    this.#flush();
    closeSync(this.#file);
    if (this.#error === undefined) return;
    throw new UsageError(
      `${this.#path} ends early: ${this.#error.message}`,
      'free some space or name another folder with --out, and run again',
    );
  }

  /** What was written of the last piece is half a line. */
  #cutBack(): void {
    try {
      ftruncateSync(this.#file, this.#written);
    } catch {
      // A device cannot be cut; readers name the line that is cut off.
    }
  }

  #flush(): void {
    if (this.#lines.length === 0) return;
    const plain = Buffer.from(this.#lines.join(''));
    this.#digest.update(plain);
    const bytes = this.#packer === undefined ? plain : gzipSync(this.#packed.join(''));
    this.#lines = [];
    this.#packed = [];
    this.#length = 0;
    if (this.#error !== undefined) return;
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
      this.#written += bytes.length;
    } catch (error) {
      // The run goes on: what is judged from here on is shown, though it is not kept.
      this.#error = error as Error;
      this.#cutBack();
    }
  }
}

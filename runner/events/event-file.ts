/** Events as JSON lines in a file, plain or compressed: written in large pieces, always whole lines. */

import { createHash } from 'node:crypto';
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { RunEvent } from '../../reports/events.ts';
import type { Reporter } from '../../reports/reporter.ts';
import { fileError } from '../base/file-error.ts';
import { rememberedLine } from './event-line.ts';
import { EventPacker } from './packed-events.ts';

const PIECE = 1 << 20;
const LINE_END = 0x0a;

export class EventFile implements Reporter {
  readonly #path: string;
  readonly #file: number;
  readonly #packer: EventPacker | undefined;
  /** Bytes of the lines in plain form. */
  readonly #digest = createHash('sha256');
  readonly #piece = Buffer.allocUnsafe(PIECE);
  #end = 0;
  /** The same in their short form, where they are compressed. */
  #packed: string[] = [];
  #packedLength = 0;
  /** Bytes of whole lines in the file. */
  #written = 0;
  #error: Error | undefined;

  /** `compress`: gzip, one member per piece, with frames in their short form. Throws the error of the file system. */
  constructor(path: string, { compress = false }: { readonly compress?: boolean } = {}) {
    this.#path = path;
    this.#file = openSync(path, 'w');
    this.#packer = compress ? new EventPacker() : undefined;
  }

  event(event: RunEvent): void {
    if (event.type === 'end') this.#flush();
    const whole = event.type === 'end' ? { ...event, sha256: this.#digest.copy().digest('hex') } : event;
    this.#append(rememberedLine(event) ?? JSON.stringify(whole));
    if (this.#packer !== undefined) this.#pack(`${JSON.stringify(this.#packer.pack(whole))}\n`);
  }

  /** Bytes have their line end. */
  #append(line: string | Uint8Array): void {
    // A UTF-16 unit takes at most three bytes.
    const most = typeof line === 'string' ? 3 * line.length : line.length;
    if (most >= PIECE - this.#end) this.#flush();
    if (most >= PIECE) this.#take(typeof line === 'string' ? Buffer.from(`${line}\n`) : line);
    else if (typeof line === 'string') {
      this.#end += this.#piece.write(line, this.#end);
      this.#piece[this.#end++] = LINE_END;
    } else {
      this.#piece.set(line, this.#end);
      this.#end += line.length;
    }
  }

  /** Throws UsageError if not everything could be written; the file then has whole lines only. */
  close(): void {
    this.#flush();
    this.#flushPacked();
    closeSync(this.#file);
    if (this.#error === undefined) return;
    throw fileError(this.#path, 'finished', this.#error, 'name another folder with --out, and run again');
  }

  /** The last piece was only partly written: the file ends in half a line. */
  #cutBack(): void {
    try {
      ftruncateSync(this.#file, this.#written);
    } catch {
      // A device cannot be cut; readers name the line that is cut off.
    }
  }

  #flush(): void {
    if (this.#end > 0) this.#take(this.#piece.subarray(0, this.#end));
    this.#end = 0;
  }

  /** Whole lines. */
  #take(lines: Uint8Array): void {
    this.#digest.update(lines);
    if (this.#packer === undefined) this.#write(lines);
  }

  #pack(line: string): void {
    this.#packed.push(line);
    this.#packedLength += line.length;
    if (this.#packedLength >= PIECE) this.#flushPacked();
  }

  #flushPacked(): void {
    if (this.#packed.length > 0) this.#write(gzipSync(this.#packed.join(''), { level: 9 }));
    this.#packed = [];
    this.#packedLength = 0;
  }

  #write(bytes: Uint8Array): void {
    if (this.#error !== undefined) return;
    let at = 0;
    try {
      while (at < bytes.length) at += writeSync(this.#file, bytes, at);
      this.#written += bytes.length;
    } catch (error) {
      // A member of gzip is of use only as a whole.
      if (this.#packer === undefined) this.#written += bytes.subarray(0, at).lastIndexOf(LINE_END) + 1;
      // The run goes on: later verdicts are shown, but not kept.
      this.#error = error as Error;
      this.#cutBack();
    }
  }
}

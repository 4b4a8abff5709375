/**
 * Buffered output. Whole records are collected and written together, on the thread that made them: their bytes are then
 * still in its core's cache. Long ones are written without a copy. If a write fails (a full disk), the file is cut back
 * to the last complete record.
 */

import { ftruncateSync, writevSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { fileError } from '../base/file-error.ts';

/** Size of one write: it fits a core's cache; shorter pieces cost the kernel more. */
const CAPACITY = 256 * 1024;

export class CaptureSink {
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(CAPACITY);
  view: DataView = new DataView(this.bytes.buffer);
  readonly #file: string;
  readonly #handle: FileHandle;
  /** Pieces to write, in order, without those reserved since then. */
  #pieces: Uint8Array[] = [];
  /** Called once they are written. */
  #done: (() => void)[] = [];
  /** In `bytes`: the end of what was reserved, and the end of what is among the pieces. */
  #length = 0;
  #taken = 0;
  #held = 0;
  /** Bytes of the file. */
  #written = 0;
  #error: unknown;

  private constructor(file: string, handle: FileHandle) {
    this.#file = file;
    this.#handle = handle;
  }

  static async create(file: string): Promise<CaptureSink> {
    try {
      return new CaptureSink(file, await open(file, 'w'));
    } catch (error) {
      throw fileError(file, 'written', error, 'name a file in a folder that you can write to');
    }
  }

  /**
   * Reserves room for a record: returns its place in `bytes` (and `view`). Throws UsageError if earlier records cannot
   * be written.
   */
  reserve(length: number): number {
    if (this.#length + this.#held + length > CAPACITY) this.#write();
    if (length > this.bytes.length) this.#resize(length);
    const at = this.#length;
    this.#length += length;
    return at;
  }

  /** Appends to the record reserved last: `piece` must not change until `done` is called. */
  hold(piece: Uint8Array, done: () => void): void {
    this.#takeReserved();
    this.#pieces.push(piece);
    this.#done.push(done);
    this.#held += piece.length;
  }

  /** Writes the rest. Throws UsageError if anything could not be written. */
  async close(): Promise<void> {
    try {
      if (this.#error === undefined) this.#write();
    } finally {
      await this.#handle.close();
    }
  }

  #write(): void {
    if (this.#error !== undefined) throw this.#error;
    this.#takeReserved();
    try {
      if (this.#pieces.length > 0) this.#written += writeAll(this.#handle.fd, this.#pieces);
    } catch (error) {
      cutBack(this.#handle.fd, this.#written);
      this.#error = fileError(this.#file, 'finished', error, 'what was written before is a valid capture');
      throw this.#error;
    }
    this.#pieces = [];
    this.#length = 0;
    this.#taken = 0;
    this.#held = 0;
    const done = this.#done;
    this.#done = [];
    for (const call of done) call();
  }

  #takeReserved(): void {
    if (this.#taken < this.#length) this.#pieces.push(this.bytes.subarray(this.#taken, this.#length));
    this.#taken = this.#length;
  }

  #resize(length: number): void {
    this.bytes = new Uint8Array(length);
    this.view = new DataView(this.bytes.buffer);
  }
}

/** Writes all of the pieces, or throws. Returns their length in bytes. */
function writeAll(fd: number, pieces: readonly Uint8Array[]): number {
  let total = 0;
  let rest = pieces;
  while (rest.length > 0) {
    let wrote = writevSync(fd, rest);
    total += wrote;
    const next: Uint8Array[] = [];
    for (const piece of rest) {
      if (wrote < piece.length) next.push(wrote > 0 ? piece.subarray(wrote) : piece);
      wrote = Math.max(0, wrote - piece.length);
    }
    rest = next;
  }
  return total;
}

/** Cuts the file back to the last complete record. */
function cutBack(fd: number, length: number): void {
  try {
    ftruncateSync(fd, length);
  } catch {
    // Not a regular file: a pipe, a device.
  }
}

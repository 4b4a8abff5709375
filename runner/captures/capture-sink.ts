/**
 * Buffered output. Records are put in whole; full buffers are written while the next is filled. A buffer holds whole
 * records, so that a file whose writing fails (a full disk) can be cut back to the last good one.
 */

import { type FileHandle, open } from 'node:fs/promises';
import { UsageError } from '../errors.ts';

const CAPACITY = 256 * 1024;
const MOST_IN_FLIGHT = 8;

export class CaptureSink {
  bytes: Uint8Array = new Uint8Array(CAPACITY);
  view: DataView = new DataView(this.bytes.buffer);
  readonly #file: string;
  readonly #handle: FileHandle;
  #length = 0;
  #written = 0;
  /** Buffers under way, the oldest first: each is written when the one before it is. */
  readonly #inFlight: Promise<void>[] = [];
  #error: unknown;
  readonly #free: Uint8Array[] = [];

  private constructor(file: string, handle: FileHandle) {
    this.#file = file;
    this.#handle = handle;
  }

  static async create(file: string): Promise<CaptureSink> {
    try {
      return new CaptureSink(file, await open(file, 'w'));
    } catch (error) {
      throw unwritable(file, error, 'name a file in a folder that may be written');
    }
  }

  /** Room for a record: where in `bytes` (and `view`) it goes. */
  reserve(length: number): number {
    if (this.#length + length > this.bytes.length) this.#turn(length);
    const at = this.#length;
    this.#length += length;
    return at;
  }

  /** More is waiting than should be: `settle` before the next record. */
  get isBehind(): boolean {
    return this.#inFlight.length > MOST_IN_FLIGHT;
  }

  /** Until it is not behind any more. */
  async settle(): Promise<void> {
    while (this.isBehind) await this.#inFlight[0];
    if (this.#error !== undefined) throw this.#error;
  }

  /** Writes the rest. Throws UsageError if anything could not be written. */
  async close(): Promise<void> {
    this.#turn(0);
    try {
      await this.#inFlight.at(-1);
      await this.settle();
    } finally {
      await this.#handle.close();
    }
  }

  #turn(length: number): void {
    const { bytes } = this;
    const end = this.#length;
    const before = this.#inFlight.at(-1);
    this.#inFlight.push(this.#after(before, bytes, end));
    this.bytes = length > CAPACITY ? new Uint8Array(length) : (this.#free.pop() ?? new Uint8Array(CAPACITY));
    this.view = new DataView(this.bytes.buffer);
    this.#length = 0;
  }

  async #after(before: Promise<void> | undefined, bytes: Uint8Array, end: number): Promise<void> {
    await before;
    await this.#write(bytes, end);
    this.#inFlight.shift();
    if (bytes.length === CAPACITY) this.#free.push(bytes);
  }

  async #write(bytes: Uint8Array, end: number): Promise<void> {
    if (this.#error !== undefined) return;
    try {
      for (let at = 0; at < end; ) at += (await this.#handle.write(bytes, at, end - at)).bytesWritten;
      this.#written += end;
    } catch (error) {
      this.#error = unwritable(this.#file, error, 'what was written before is a valid capture');
      await this.#handle.truncate(this.#written).catch(() => {});
    }
  }
}

function unwritable(file: string, error: unknown, hint: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? error : new UsageError(`${file} cannot be written (${code})`, hint);
}

/**
 * Buffered output. Records are put in whole; full buffers are written by a thread while the next is filled. A buffer
 * holds whole records, so that a file whose writing fails (a full disk) can be cut back to the last good one.
 */

import { type FileHandle, open } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { UsageError } from '../base/errors.ts';
import { cutBack, type Piece, type Written, writePiece } from './write-worker.ts';

const CAPACITY = 256 * 1024;
/** Buffers given to the thread at once: waking it costs. A file shorter than this never starts one. */
const BATCH = 8;
const MOST_BYTES_UNDER_WAY = 4 * BATCH * CAPACITY;

export class CaptureSink {
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(CAPACITY);
  view: DataView = new DataView(this.bytes.buffer);
  readonly #file: string;
  readonly #handle: FileHandle;
  #length = 0;
  /** Filled, and not given to the thread yet. */
  #filled: Piece[] = [];
  #worker: Worker | undefined;
  #bytesUnderWay = 0;
  #error: unknown;
  #wake: () => void = () => {};
  readonly #free: Uint8Array<ArrayBuffer>[] = [];

  private constructor(file: string, handle: FileHandle) {
    this.#file = file;
    this.#handle = handle;
  }

  static async create(file: string): Promise<CaptureSink> {
    try {
      return new CaptureSink(file, await open(file, 'w'));
    } catch (error) {
      throw unwritable(file, error, 'name a file in a folder that you can write to');
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
    return this.#bytesUnderWay > MOST_BYTES_UNDER_WAY;
  }

  /** Until it is not behind any more. Throws UsageError if anything could not be written. */
  async settle(): Promise<void> {
    await this.#until(MOST_BYTES_UNDER_WAY);
    if (this.#error !== undefined) throw this.#error;
  }

  /** Writes the rest. Throws UsageError if anything could not be written. */
  async close(): Promise<void> {
    try {
      this.#filled.push({ bytes: this.bytes, end: this.#length });
      if (this.#worker === undefined) this.#writeHere();
      else this.#send(this.#worker);
      await this.#until(0);
      if (this.#error !== undefined) throw this.#error;
    } finally {
      await this.#worker?.terminate();
      await this.#handle.close();
    }
  }

  #turn(length: number): void {
    this.#filled.push({ bytes: this.bytes, end: this.#length });
    if (this.#filled.length >= BATCH) this.#send(this.#worker ?? this.#start());
    this.bytes = length > CAPACITY ? new Uint8Array(length) : (this.#free.pop() ?? new Uint8Array(CAPACITY));
    this.view = new DataView(this.bytes.buffer);
    this.#length = 0;
  }

  #start(): Worker {
    const worker = new Worker(new URL('./write-worker.js', import.meta.url), {
      workerData: this.#handle.fd,
      execArgv: [],
    });
    worker.on('message', (written: Written) => this.#returned(written));
    worker.on('error', (error) => {
      this.#error ??= error;
      this.#bytesUnderWay = 0;
      this.#wake();
    });
    // Whoever forgets to close it may end all the same.
    worker.unref();
    this.#worker = worker;
    return worker;
  }

  #send(worker: Worker): void {
    const pieces = this.#filled;
    this.#filled = [];
    for (const { bytes } of pieces) this.#bytesUnderWay += bytes.length;
    worker.postMessage(
      pieces,
      pieces.map(({ bytes }) => bytes.buffer),
    );
  }

  #returned({ pieces, failure }: Written): void {
    for (const { bytes } of pieces) {
      this.#bytesUnderWay -= bytes.length;
      if (bytes.length === CAPACITY) this.#free.push(bytes);
    }
    if (failure !== undefined) this.#error ??= unwritable(this.#file, failure, KEPT);
    this.#wake();
  }

  async #until(most: number): Promise<void> {
    this.#worker?.ref();
    while (this.#bytesUnderWay > most) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#worker?.unref();
  }

  /** A short file. */
  #writeHere(): void {
    let written = 0;
    try {
      for (const piece of this.#filled) {
        writePiece(this.#handle.fd, piece);
        written += piece.end;
      }
    } catch (error) {
      cutBack(this.#handle.fd, written);
      this.#error = unwritable(this.#file, error, KEPT);
    }
  }
}

const KEPT = 'what was written before is a valid capture';

function unwritable(file: string, error: unknown, hint: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined) return error instanceof Error ? error : new Error(message);
  return new UsageError(`${file} cannot be written (${code})`, hint);
}

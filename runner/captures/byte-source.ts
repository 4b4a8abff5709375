import * as fs from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { UsageError } from '../base/errors.ts';
import { fileError } from '../base/file-error.ts';
import { PipeReader } from './pipe-reader.ts';

const open = promisify(fs.open);
const fstat = promisify(fs.fstat);
const read = promisify(fs.read);
const close = promisify(fs.close);

/** Bytes of a regular file that are read before other work of the process gets a turn: signals, output. */
const TURN = 16 * 1024 * 1024;

/** The source of a capture's bytes. */
export interface ByteSource {
  /** Bytes of the file taken so far: for progress. */
  readonly position: number;
  /** It answers at once: reading ahead saves nothing. */
  readonly isPrompt: boolean;
  /** Fills at most `length` bytes of `into` from `at` on; 0 at the end. One call at a time. */
  read(into: Uint8Array, at: number, length: number): Promise<number>;
  close(): Promise<void>;
}

export class FileSource implements ByteSource {
  readonly file: string;
  /** 0 if the size is unknown: a pipe. */
  readonly size: number;
  readonly isRegular: boolean;
  position = 0;
  /** Waits until other work has had its turn. */
  #turnAt = TURN;
  readonly #descriptor: number;
  readonly #pipe: PipeReader | undefined;
  #isClosed = false;
  #peeked: Uint8Array = new Uint8Array(0);

  private constructor(file: string, descriptor: number, stat: fs.Stats) {
    this.file = file;
    this.#descriptor = descriptor;
    this.isRegular = stat.isFile();
    this.size = this.isRegular ? stat.size : 0;
    this.#pipe = stat.isFIFO() || stat.isSocket() ? new PipeReader(descriptor) : undefined;
  }

  static async open(file: string): Promise<FileSource> {
    let descriptor: number | undefined;
    try {
      descriptor = await open(file, 'r');
      const stat = await fstat(descriptor);
      if (stat.isDirectory()) throw new UsageError(`${file} is a folder`, 'name a capture file');
      return new FileSource(file, descriptor, stat);
    } catch (error) {
      if (descriptor !== undefined) await close(descriptor);
      throw unreadable(file, error);
    }
  }

  /** The kernel reads files ahead itself: waking a thread for each piece costs more than copying it. */
  get isPrompt(): boolean {
    return this.isRegular;
  }

  /** The first bytes, or fewer if there are not that many; `read` returns them again. */
  async peek(length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    let end = 0;
    for (let got = -1; got !== 0 && end < length; end += got) got = await this.read(bytes, end, length - end);
    this.#peeked = bytes.subarray(0, end);
    return this.#peeked;
  }

  async read(into: Uint8Array, at: number, length: number): Promise<number> {
    if (this.#peeked.length > 0) {
      const given = this.#peeked.subarray(0, length);
      into.set(given, at);
      this.#peeked = this.#peeked.subarray(given.length);
      return given.length;
    }
    try {
      const got = this.isRegular ? await this.#readFile(into, at, length) : await this.#readPipe(into, at, length);
      this.position += got;
      return got;
    } catch (error) {
      throw unreadable(this.file, error);
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#pipe === undefined) await close(this.#descriptor);
    else this.#pipe.close();
  }

  async #readFile(into: Uint8Array, at: number, length: number): Promise<number> {
    if (this.position >= this.#turnAt) {
      this.#turnAt = this.position + TURN;
      await setImmediate();
    }
    return fs.readSync(this.#descriptor, into, at, length, null);
  }

  async #readPipe(into: Uint8Array, at: number, length: number): Promise<number> {
    if (this.#pipe !== undefined) return this.#pipe.read(into, at, length);
    return (await read(this.#descriptor, into, at, length, null)).bytesRead;
  }
}

function unreadable(file: string, error: unknown): unknown {
  return error instanceof UsageError ? error : fileError(file, 'read', error, 'name a capture file');
}

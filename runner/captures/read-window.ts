/**
 * The part of a capture that is in memory. The rest of a piece is copied in front of the next one, so that every record
 * is in one piece. If reading takes time, the next piece is read while one is decoded.
 */

import type { ByteSource } from './byte-source.ts';

/** It fits a core's cache: the bytes are still there when they are decoded. */
const PIECE = 256 * 1024;
/**
 * Room before a piece for the rest of the last one. The half page separates the read bytes from their place in the
 * kernel's pages: large buffers start 16 bytes into a page, and a copy between places in a page that are less than 64
 * bytes apart takes five times as long (AMD's REP MOVSB).
 */
const ROOM = 128 * 1024 + 2048;
/** Bytes before `at` that may always be overwritten: an Ethernet header is put before a raw IP packet. */
const MARGIN = 32;

export class ReadWindow {
  bytes: Uint8Array = new Uint8Array(MARGIN);
  view: DataView = new DataView(this.bytes.buffer);
  /** The first byte that is not decoded yet. */
  at: number = MARGIN;
  end: number = MARGIN;
  /** Offset in the file of `bytes[0]`. */
  #base: number = -MARGIN;
  readonly #source: ByteSource;
  #ahead: Uint8Array = new Uint8Array(ROOM + PIECE);
  #other: Uint8Array = new Uint8Array(ROOM + PIECE);
  #pending: Promise<number> | undefined;

  constructor(source: ByteSource) {
    this.#source = source;
    this.#readAhead();
  }

  get length(): number {
    return this.end - this.at;
  }

  /** Offset in the file of `at`, or of another place in `bytes`. */
  offset(at: number = this.at): number {
    return this.#base + at;
  }

  /** Reads until `need` bytes follow `at`, which may move; false if there are not that many. */
  async fill(need: number): Promise<boolean> {
    while (this.length < need) {
      const left = this.length;
      const got = await (this.#pending ?? this.#read());
      if (got === 0) return false;
      if (left <= ROOM - MARGIN && left + got >= need) this.#swap(left, got);
      else if (!(await this.#join(left, got, need))) return false;
    }
    return true;
  }

  #swap(left: number, got: number): void {
    const next = this.#ahead;
    const offset = this.offset();
    next.set(this.bytes.subarray(this.at, this.end), ROOM - left);
    this.#show(next, ROOM - left, ROOM + got, offset);
    this.#ahead = this.#other;
    this.#other = next;
    this.#readAhead();
  }

  /** A record longer than a piece gets a buffer of its own. */
  async #join(left: number, first: number, need: number): Promise<boolean> {
    const joined = new Uint8Array(MARGIN + Math.max(need, left) + PIECE);
    joined.set(this.bytes.subarray(this.at, this.end), MARGIN);
    let end = MARGIN + left;
    let got = first;
    while (got > 0) {
      joined.set(this.#ahead.subarray(ROOM, ROOM + got), end);
      end += got;
      this.#readAhead();
      if (end - MARGIN >= need) break;
      got = await (this.#pending ?? this.#read());
    }
    this.#show(joined, MARGIN, end, this.offset());
    return this.length >= need;
  }

  #show(bytes: Uint8Array, at: number, end: number, offset: number): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer);
    this.at = at;
    this.end = end;
    this.#base = offset - at;
  }

  #readAhead(): void {
    this.#pending = this.#source.isPrompt ? undefined : this.#read();
    // The caller gets the error when it awaits the promise; until then it is not "unhandled".
    this.#pending?.catch(() => {});
  }

  #read(): Promise<number> {
    return this.#source.read(this.#ahead, ROOM, PIECE);
  }
}

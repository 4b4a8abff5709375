/** The lines of a package's events, in memory that threads share. */

import { gunzipSync } from 'node:zlib';
import { Refused } from './refused.ts';

const LINE_END = 0x0a;
const MOST_TEXT = 512 * 1024 * 1024;

export class PackedLines {
  readonly memory: SharedArrayBuffer;
  readonly #bytes: Buffer;
  /** Where each begins, and where the last one ends. */
  readonly #starts: number[] = [0];

  /** `memory`: that of another thread's lines. */
  constructor(memory: SharedArrayBuffer) {
    this.memory = memory;
    this.#bytes = Buffer.from(memory);
    for (let end = this.#bytes.indexOf(LINE_END); end >= 0; end = this.#bytes.indexOf(LINE_END, end + 1))
      this.#starts.push(end + 1);
    if (this.#starts.at(-1) !== this.#bytes.length) this.#starts.push(this.#bytes.length + 1);
  }

  /** Throws `Refused` if it cannot be unpacked. */
  static unpacked(compressed: Buffer): PackedLines {
    try {
      const bytes = gunzipSync(compressed, { maxOutputLength: MOST_TEXT });
      const memory = new SharedArrayBuffer(bytes.length);
      Buffer.from(memory).set(bytes);
      return new PackedLines(memory);
    } catch (error) {
      throw new Refused(`its events cannot be read (${(error as Error).message})`);
    }
  }

  get count(): number {
    return this.#starts.length - 1;
  }

  /** Without its end. */
  line(number: number): string {
    return this.#bytes.toString('utf8', this.#starts[number], (this.#starts[number + 1] as number) - 1);
  }

  *[Symbol.iterator](): Generator<string> {
    for (let number = 0; number < this.count; number++) yield this.line(number);
  }
}

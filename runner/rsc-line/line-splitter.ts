/** Cuts a byte stream into lines; a CR before the LF is ignored. Memory stays within the longest legal line. */

import { MAX_LINE } from './protocol.ts';

const LF = 10;

export class LineSplitter {
  #parts: Buffer[] = [];
  #length = 0;

  /** Complete lines of the chunk; `undefined` where a line is too long: the stream is then useless. */
  push(chunk: Buffer): string[] | undefined {
    const lines: string[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
      const last = chunk.subarray(start, end);
      if (this.#length + last.length >= MAX_LINE) return undefined;
      const bytes = this.#parts.length === 0 ? last : Buffer.concat([...this.#parts, last]);
      const text = bytes.toString('latin1');
      lines.push(text.endsWith('\r') ? text.slice(0, -1) : text);
      this.#parts = [];
      this.#length = 0;
      start = end + 1;
    }
    const rest = chunk.subarray(start);
    if (this.#length + rest.length >= MAX_LINE) return undefined;
    if (rest.length > 0) {
      this.#parts.push(rest);
      this.#length += rest.length;
    }
    return lines;
  }

  /** The line that has begun and not ended. */
  get rest(): string {
    return Buffer.concat(this.#parts).toString('latin1');
  }
}

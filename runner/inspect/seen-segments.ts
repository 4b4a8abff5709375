import { crc32 } from 'node:zlib';

/** Entries; a power of two. The newest takes the place of an older one that falls on the same entry. */
const ENTRIES = 2 ** 17;
/** Connection and direction, sequence number, length, CRC-32 of the bytes, frame number. */
const FIELDS = 5;

/** What is remembered of the first copy of a range of bytes. */
export interface FirstCopy {
  readonly frame: number;
  /** The bytes are the same, as far as a CRC-32 tells. */
  readonly isSame: boolean;
}

/**
 * The bytes that a capture showed, as checksums of whole segments: a second copy of the same range is known, and whether
 * it carries other bytes. 2.6 MB, whatever comes; what is long ago may be forgotten.
 */
export class SeenSegments {
  #table: Uint32Array | undefined;

  /** `stream`: of the connection and its direction, not 0. Remembers the range; returns the copy seen before, if any. */
  add(stream: number, seq: number, bytes: Uint8Array, frame: number): FirstCopy | undefined {
    this.#table ??= new Uint32Array(ENTRIES * FIELDS);
    const table = this.#table;
    const at = (Math.imul(seq ^ Math.imul(stream, 0x9e3779b1), 0x85ebca6b) >>> 15) * FIELDS;
    const crc = crc32(bytes);
    const isKnown = table[at] === stream && table[at + 1] === seq && table[at + 2] === bytes.length;
    if (isKnown) return { frame: table[at + 4] as number, isSame: table[at + 3] === crc };
    table[at] = stream;
    table[at + 1] = seq;
    table[at + 2] = bytes.length;
    table[at + 3] = crc;
    table[at + 4] = frame;
    return undefined;
  }
}

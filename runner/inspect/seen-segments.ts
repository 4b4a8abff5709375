import { crc32 } from 'node:zlib';

/** The number of entries, a power of two. A new segment replaces an older one in the same entry. */
const ENTRIES = 2 ** 17;
/** Connection and direction, sequence number, length, CRC-32 of the bytes, frame number. */
const FIELDS = 5;

/** The record of the first copy of a range of bytes. */
export interface FirstCopy {
  readonly frame: number;
  /** The bytes are the same, as far as a CRC-32 tells. */
  readonly isSame: boolean;
}

/**
 * The bytes that a capture showed, as checksums of whole segments. It recognises a second copy of a range, and whether the
 * copy has other bytes. It takes 2.6 MB at most; old segments may be forgotten.
 */
export class SeenSegments {
  #table: Uint32Array | undefined;

  /** `stream`: number of the connection and direction, not 0. Records the range, and returns the earlier copy, if any. */
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

/**
 * One frame, laid out so that its payload always starts at the same word boundary: sums run over aligned
 * words whatever the header's length, and a payload can be copied on without a view being made for it.
 */

const PAYLOAD_AT = 0x1_0000;
const CAPACITY = PAYLOAD_AT + 0x1_0100;
const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

export class Scratch {
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  /** A view a payload length, made once each. */
  readonly #payloads: (Uint8Array | undefined)[] = [];

  constructor() {
    const buffer = new ArrayBuffer(CAPACITY);
    this.#bytes = new Uint8Array(buffer);
    this.#words = new Int32Array(buffer);
  }

  /** Copies a frame of which at most 65,536 bytes lie before its payload and 65,792 from there on. */
  place(frame: Uint8Array, payloadOffset: number): void {
    this.#bytes.set(frame, PAYLOAD_AT - payloadOffset);
  }

  /** The first `length` bytes of the payload placed last; overwritten by the next `place`. */
  payload(length: number): Uint8Array {
    const known = this.#payloads[length];
    if (known !== undefined) return known;
    const view = this.#bytes.subarray(PAYLOAD_AT, PAYLOAD_AT + length);
    this.#payloads[length] = view;
    return view;
  }

  /** Sum of big-endian words from `start` (a multiple of 4, relative to the payload) to `end`, folded to 16 bits. */
  sum(start: number, end: number): number {
    const words = this.#words;
    const first = (PAYLOAD_AT + start) >> 2;
    const last = (PAYLOAD_AT + end) >> 2;
    // Per word one wrapping sum of all 32 bits and one of the high halves: the low halves' sum is what is left.
    let all = 0;
    let high = 0;
    for (let i = first; i < last; i++) {
      const word = words[i] as number;
      all = (all + word) | 0;
      high = (high + (word >>> 16)) | 0;
    }
    let sum = high + ((all - (high << 16)) >>> 0);
    sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
    sum = (sum & 0xffff) + (sum >>> 16);
    if (LITTLE_ENDIAN) sum = ((sum & 0xff) << 8) | (sum >>> 8);
    const tail = last << 2;
    const stop = PAYLOAD_AT + end;
    for (let at = tail; at < stop; at++) {
      const byte = this.#bytes[at] as number;
      sum += (at & 1) === 0 ? byte << 8 : byte;
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    return (sum & 0xffff) + (sum >>> 16);
  }
}

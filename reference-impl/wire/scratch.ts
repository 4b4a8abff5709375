/**
 * One frame, laid out so that its payload always starts at the same word boundary: sums run over aligned
 * words whatever the header's length, and a payload can be copied on without a view being made for it.
 */

import { fold, swapSum } from './checksum.ts';
import { type WordSum, wordSum } from './word-sum.ts';

/** The longest headers without IPv6 extensions: 14, 16 tags of 4, IPv4 60, TCP 60. */
const PAYLOAD_AT = 256;
const CAPACITY = 0x2_0000;
const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

export class Scratch {
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  readonly #wordSum: WordSum['sum'] | undefined;
  /** A view a payload length, made once each; the one asked for last, for runs of segments are as long as each other. */
  readonly #payloads: (Uint8Array | undefined)[] = [];
  #lastPayload: Uint8Array = new Uint8Array(0);

  /** Without `fast` the words are summed by `sumWords`. */
  constructor(fast: WordSum | undefined = wordSum()) {
    const buffer = fast?.buffer ?? new ArrayBuffer(CAPACITY);
    this.#bytes = new Uint8Array(buffer);
    this.#words = new Int32Array(buffer);
    this.#wordSum = fast?.sum;
  }

  /** Takes a frame whose payload, at most 65,535 bytes of it, is [payloadOffset, payloadEnd). */
  place(frame: Uint8Array, payloadOffset: number, payloadEnd: number): void {
    // Whole, because a view of the payload would be an allocation a segment.
    if (payloadOffset <= PAYLOAD_AT && frame.length - payloadOffset <= CAPACITY - PAYLOAD_AT) {
      this.#bytes.set(frame, PAYLOAD_AT - payloadOffset);
    } else {
      this.#bytes.set(frame.subarray(payloadOffset, payloadEnd), PAYLOAD_AT);
    }
  }

  /** The first `length` bytes of the payload placed last; overwritten by the next `place`. */
  payload(length: number): Uint8Array {
    if (this.#lastPayload.length !== length) {
      this.#lastPayload = this.#payloads[length] ?? this.#bytes.subarray(PAYLOAD_AT, PAYLOAD_AT + length);
      this.#payloads[length] = this.#lastPayload;
    }
    return this.#lastPayload;
  }

  /** Sum of the big-endian 16-bit words of the first `length` payload bytes, folded to 16 bits. */
  sum(length: number): number {
    const words = length & ~3;
    const stop = PAYLOAD_AT + length;
    let sum =
      this.#wordSum === undefined
        ? sumWords(this.#words, PAYLOAD_AT >> 2, (PAYLOAD_AT + words) >> 2)
        : this.#wordSum(PAYLOAD_AT, PAYLOAD_AT + (length & ~31), PAYLOAD_AT + words) >>> 0;
    sum = (sum & 0xffff) + (sum >>> 16);
    sum = (sum & 0xffff) + (sum >>> 16);
    if (LITTLE_ENDIAN) sum = swapSum(sum);
    for (let at = PAYLOAD_AT + words; at < stop; at++) {
      const byte = this.#bytes[at] as number;
      sum += (at & 1) === 0 ? byte << 8 : byte;
    }
    return fold(sum);
  }
}

/**
 * Ones' complement sum, as 32 bits, of native words. Per word one wrapping sum of all 32 bits and one of the high
 * halves, from which that of the low halves follows; two of each, so that additions need not wait (a fifth faster).
 */
export function sumWords(words: Int32Array, first: number, last: number): number {
  let all = 0;
  let high = 0;
  let otherAll = 0;
  let otherHigh = 0;
  let i = first;
  for (; i + 1 < last; i += 2) {
    const word = words[i] as number;
    const other = words[i + 1] as number;
    all = (all + word) | 0;
    otherAll = (otherAll + other) | 0;
    high = (high + (word >>> 16)) | 0;
    otherHigh = (otherHigh + (other >>> 16)) | 0;
  }
  if (i < last) {
    const word = words[i] as number;
    all = (all + word) | 0;
    high = (high + (word >>> 16)) | 0;
  }
  all = (all + otherAll) | 0;
  high = (high + otherHigh) >>> 0;
  const low = (all - (high << 16)) >>> 0;
  return fold(low + high);
}

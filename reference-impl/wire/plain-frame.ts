/** `frame-module.ts` in JavaScript, for machines without WebAssembly. The results are the same, bit for bit. */

import { u16 } from './bytes.ts';
import { fold, swapSum } from './checksum.ts';
import { TCP_PROTOCOL } from './tcp.ts';
import { HEADER_WORDS, Layout, Place } from './wasm/frame-module.ts';

const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
const FIRST_WORD = Place.frame >> 2;

/** Sum of the big-endian 16-bit words of `words` in [at, end), bytes, folded. */
export function sumOf(words: Int32Array, at: number, end: number): number {
  const sum = sumWords(words, at >> 2, end >> 2);
  return LITTLE_ENDIAN ? swapSum(sum) : sum;
}

/** Like `check` of the module. `memory` has the layout of `Place`. */
export function plainCheck(bytes: Uint8Array, words: Int32Array, frameEnd: number): number {
  const header = Place.header >> 2;
  const mask = Place.mask >> 2;
  for (let i = 0; i < HEADER_WORDS; i++) {
    const differing = (words[FIRST_WORD + i] as number) ^ (words[header + i] as number);
    if ((differing & (words[mask + i] as number)) !== 0) return 0;
  }
  const layout = (word: number): number => words[(Place.layout >> 2) + word] as number;
  const payload = layout(Layout.payload);
  const ipEnd = layout(Layout.lengthFrom) + u16(bytes, layout(Layout.length));
  if (ipEnd > frameEnd || ipEnd <= payload) return 0;
  if (sumOf(words, layout(Layout.ip), layout(Layout.ipEnd)) !== layout(Layout.ipSum)) return 0;
  bytes.fill(0, ipEnd, ipEnd + 32);
  const payloadSum = sumOf(words, payload, (ipEnd + 3) & ~3);
  const headers = sumOf(words, layout(Layout.addresses), payload);
  if (fold(headers + payloadSum + TCP_PROTOCOL + ipEnd - layout(Layout.tcp)) !== 0xffff) return 0;
  return ((ipEnd - payload) << 16) | payloadSum;
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

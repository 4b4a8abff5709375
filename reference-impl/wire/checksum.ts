/** The Internet checksum (RFC 1071): ones' complement sums of big-endian 16-bit words. */

import { u8, u16 } from './bytes.ts';

/** Sum of the words in [start, end), unfolded; an odd last byte counts as the high half of a word. */
export function sumBytes(bytes: Uint8Array, start: number, end: number): number {
  let sum = 0;
  let at = start;
  for (; at + 3 < end; at += 4) sum += u16(bytes, at) + u16(bytes, at + 2);
  if (at + 1 < end) {
    sum += u16(bytes, at);
    at += 2;
  }
  if (at < end) sum += u8(bytes, at) << 8;
  return sum;
}

/** A sum folded to 16 bits. Takes any non-negative integer up to 2^53. */
export function fold(sum: number): number {
  // Ones' complement sums are sums modulo 65,535, in which only a sum of nothing is 0.
  let folded = sum > 0x7fff_ffff ? sum % 0xffff || 0xffff : sum;
  while (folded > 0xffff) folded = (folded & 0xffff) + (folded >>> 16);
  return folded;
}

/** The checksum field for a sum over everything else. */
export function finish(sum: number): number {
  return ~fold(sum) & 0xffff;
}

/** Whether a sum that includes the checksum field says that nothing changed. 0x0000 and 0xFFFF both stand for zero. */
export function verifies(sum: number): boolean {
  return fold(sum) === 0xffff;
}

/** A folded sum as it counts when its bytes start at an odd offset of the whole. */
export function swapSum(folded: number): number {
  return ((folded & 0xff) << 8) | (folded >>> 8);
}

/**
 * Sequence numbers modulo 2^32 (RFC 9293 3.4; also timestamps, RFC 7323 5.2).
 * a is at or after b if (a - b) mod 2^32 < 2^31. At exactly 2^31 the order is undefined: neither is after the other.
 */

const HALF = 0x8000_0000;

export function seqAdd(a: number, n: number): number {
  return (a + n) >>> 0;
}

/** How far a is after b, 0 to 2^32 - 1. */
export function seqDiff(a: number, b: number): number {
  return (a - b) >>> 0;
}

/** The same with a sign: negative if a is before b. -2^31 to 2^31 - 1. */
export function seqOffset(a: number, b: number): number {
  return (a - b) | 0;
}

/** a >= b; false at a distance of exactly 2^31. */
export function seqAtOrAfter(a: number, b: number): boolean {
  return seqDiff(a, b) < HALF;
}

/** Half the number space apart: no order exists, and none is judged. */
export function seqUndefined(a: number, b: number): boolean {
  return seqDiff(a, b) === HALF;
}

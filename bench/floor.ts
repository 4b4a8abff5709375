/**
 * The yardstick: a pass over the frames that only sums their checksum words, in plain JavaScript: as the reference does it where it has no
 * WebAssembly, and unrolled by four.
 */

import { sumWords } from '../reference-impl/wire/plain-frame.ts';
import type { Pool } from './workload.ts';

/** Sums `count` frames of the pool, and returns something, so that no work can be left out. */
export function floor(pool: Pool, count: number): number {
  const { words, starts, ends } = pool;
  let result = 0;
  for (let i = 0, j = 0; i < count; i++) {
    result ^= sumWords(words, starts[j] as number, ends[j] as number);
    if (++j === starts.length) j = 0;
  }
  return result;
}

/** The same, unrolled. */
export function unrolledFloor(pool: Pool, count: number): number {
  const { words, starts, ends } = pool;
  let result = 0;
  for (let i = 0, j = 0; i < count; i++) {
    result ^= sumByFour(words, starts[j] as number, ends[j] as number);
    if (++j === starts.length) j = 0;
  }
  return result;
}

/** All 32 bits and the high halves, each modulo 2^32: what a sum can be made of. */
function sumByFour(words: Int32Array, first: number, last: number): number {
  let all = 0;
  let high = 0;
  let i = first;
  for (; i + 3 < last; i += 4) {
    const a = words[i] as number;
    const b = words[i + 1] as number;
    const c = words[i + 2] as number;
    const d = words[i + 3] as number;
    all = (all + (a + b + (c + d))) | 0;
    high = (high + ((a >>> 16) + (b >>> 16) + ((c >>> 16) + (d >>> 16)))) | 0;
  }
  for (; i < last; i++) {
    all = (all + (words[i] as number)) | 0;
    high = (high + ((words[i] as number) >>> 16)) | 0;
  }
  return all ^ high;
}

/** The floor: one pass over the frames that only sums their checksum words, in the fastest plain JavaScript loop known. */

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

/** Threads that judge recorded events again. Each returns only what is not as it was recorded. */

import type { VectorEvent, VerdictEvent } from '../../reports/events.ts';
import { BATCH } from '../session/batch-size.ts';
import { BatchThreads } from '../session/threads/batch-threads.ts';
import { Claims } from '../session/threads/claims.ts';
import type { PackedLines } from './packed-lines.ts';
import type { RecordedPair } from './recorded-run.ts';
import { unsettled } from './unsettled.ts';

export interface JudgingData {
  readonly lines: SharedArrayBuffer;
  readonly claims: SharedArrayBuffer;
}

export interface JudgedAgain {
  readonly number: number;
  /** By the place in the batch: what differs from the recorded events, as far as it does. */
  readonly different: ReadonlyMap<
    number,
    { readonly event?: VectorEvent; readonly verdict?: VerdictEvent; readonly bug?: string }
  >;
}

/** Batches of the vectors in a package with this number of lines: two per vector, between the first (session) and the last. */
export function batchesIn({ count }: PackedLines): number {
  return Math.ceil(Math.max(0, count - 2) / 2 / BATCH);
}

export class JudgingThreads extends BatchThreads<JudgedAgain> {
  /** `pairs`: of the same events. It is first called when the first batch is needed. */
  constructor(lines: PackedLines, pairs: () => readonly RecordedPair[]) {
    // A batch that waits has nothing but the differences: no thread is too far ahead.
    const claims = new Claims(batchesIn(lines), undefined, Number.POSITIVE_INFINITY);
    super({
      script: new URL('./judging-thread.js', import.meta.url),
      workerData: { lines: lines.memory, claims: claims.memory } satisfies JudgingData,
      count: BatchThreads.most(),
      claims,
      unpack: ({ number, different }) =>
        pairs()
          .slice(number * BATCH, (number + 1) * BATCH)
          .map(({ vector, verdict }, i) => ({ event: vector, verdict: unsettled(verdict), ...different.get(i) })),
    });
  }
}

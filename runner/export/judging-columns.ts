/** What a simple runner needs about each arrival, for the index of formats whose files have no place for it. */

import type { ArrivalFacts } from './reach.ts';

/** `null` in `stream`: of no stream. */
export function judgingColumns(arrivals: readonly ArrivalFacts[]): Record<'stream' | 'reach', (number | null)[]> {
  return { stream: arrivals.map(({ stream }) => stream), reach: arrivals.map(({ reach }) => reach) };
}

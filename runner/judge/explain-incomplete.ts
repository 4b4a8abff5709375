/** Explains the frames of one capture by those of the other, if either may lack frames. */

import { accepting, type Loss } from './acceptance/accept.ts';
import { type ExtraIndication, explaining } from './explanation/explain.ts';
import { groupBy } from './group-by.ts';
import type { Arrived, Indicated, Match, Protocol } from './protocol.ts';
import type { Finding } from './types.ts';

export interface Incomplete<A extends Arrived, I extends Indicated> {
  readonly matches: readonly Match<A, I>[];
  readonly extra: readonly ExtraIndication<A, I>[];
  readonly order: readonly Finding[];
  /** Arrivals in no indication. */
  readonly gone: readonly A[];
}

/** In pieces. `settled`: the matches that were explained before. Within the protocol's streams, order is judged. */
export function* explainIncomplete<A extends Arrived, I extends Indicated>(
  arrivals: readonly A[],
  observed: readonly I[],
  settled: readonly Match<A, I>[],
  loss: Loss<A, I>,
  protocol: Protocol<A, I>,
): Generator<void, Incomplete<A, I>> {
  const streams = groupBy(arrivals, (arrival) => protocol.streamOf(arrival));
  const accepted = yield* accepting([...streams.values()], observed, protocol, loss);
  if (accepted === undefined)
    return yield* explaining({ arrivals, observed, everything: arrivals, settled, protocol, loss });
  const extra = accepted.unmatchedIndications.map((one) => ({ observed: one, repeats: [], findings: [] }));
  return { matches: accepted.matches, extra, order: [], gone: accepted.unmatchedArrivals };
}

/** Of the arrivals that did not come out unmodified, those that an indication has most in common with. */

import type { Arrived, Indicated } from '../../protocol.ts';
import { bytesInCommon } from '../../related.ts';
import type { Proposal, SearchInput } from '../candidate.ts';

const MOST = 3;

export function* nearest<A extends Arrived, I extends Indicated>(
  observed: I,
  input: SearchInput<A, I>,
): Generator<Proposal<A>> {
  const { arrivals, alone } = input;
  const near = arrivals
    .filter((arrival) => arrival.step < observed.step && !alone.has(arrival))
    .map((arrival) => ({ arrival, common: bytesInCommon(arrival.frame, observed.frame) }));
  near.sort((a, b) => b.common - a.common);
  for (const { arrival } of near.slice(0, MOST)) yield { run: [arrival] };
}

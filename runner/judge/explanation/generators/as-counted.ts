/** Runs of as many neighbours as the indication says that it is made of, however long: the bytes of some may be missing. */

import type { Arrived, Indicated } from '../../protocol.ts';
import type { Proposal, SearchInput } from '../candidate.ts';
import { payloadLength } from '../payload-length.ts';
import { likelyGroups } from './neighbours.ts';

/** Arrivals that it could begin with. */
const MOST = 4;

export function* asCounted<A extends Arrived, I extends Indicated>(
  observed: I,
  input: SearchInput<A, I>,
): Generator<Proposal<A>> {
  const { protocol } = input;
  const count = protocol.countIn(observed);
  if (count < 2) return;
  for (const members of likelyGroups(observed, input)) {
    const starts = members.flatMap((arrival, at) => (protocol.isAlike(arrival, observed) ? [at] : []));
    for (const at of starts.slice(0, MOST)) {
      let end = at;
      for (let left = count; end < members.length && left > 0; end++) {
        const arrival = members[end] as A;
        if (arrival.step >= observed.step) break;
        if (payloadLength(arrival, input) > 0) left--;
      }
      if (end > at + 1) yield { run: members.slice(at, end) };
    }
  }
}

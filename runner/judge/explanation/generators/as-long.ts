/** Runs of neighbours that together are as long as the indication, if nothing else matches. */

import type { Arrived, Indicated } from '../../protocol.ts';
import type { Proposal, SearchInput } from '../candidate.ts';

/** Of a stream. */
const MOST = 3;

export function* asLong<A extends Arrived, I extends Indicated>(
  observed: I,
  input: SearchInput<A, I>,
): Generator<Proposal<A>> {
  for (const members of input.streams.values()) yield* runsAsLong(members, observed, input);
}

function* runsAsLong<A extends Arrived, I extends Indicated>(
  members: readonly A[],
  observed: I,
  { protocol, alone }: SearchInput<A, I>,
): Generator<Proposal<A>> {
  let found = 0;
  for (let from = 0; from < members.length && found < MOST; from++) {
    let length = protocol.payloadOf(members[from] as A).from;
    for (let to = from; to < members.length && length <= observed.frame.length && found < MOST; to++) {
      const arrival = members[to] as A;
      if (arrival.step >= observed.step || arrival.due < observed.step || alone.has(arrival)) break;
      const { from: begin, to: end } = protocol.payloadOf(arrival);
      length += end - begin;
      if (length !== observed.frame.length || to === from) continue;
      found++;
      yield { run: members.slice(from, to + 1) };
    }
  }
}

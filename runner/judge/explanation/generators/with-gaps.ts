/** Runs of one stream around segments that came out by themselves, and around segments without payload that left no trace. */

import type { Arrived, Indicated } from '../../protocol.ts';
import type { Proposal, SearchInput } from '../candidate.ts';
import { payloadLength } from '../payload-length.ts';
import { likelyGroups, runsOf } from './neighbours.ts';

export function* withGaps<A extends Arrived, I extends Indicated>(
  observed: I,
  input: SearchInput<A, I>,
): Generator<Proposal<A>> {
  const { alone } = input;
  const hasPayload = (arrival: A): boolean => payloadLength(arrival, input) > 0;
  for (const members of likelyGroups(observed, input)) {
    const inUnits = members.filter((arrival) => !alone.has(arrival));
    if (inUnits.length < members.length) yield* runsOf(inUnits, observed, input);
    const withPayload = members.filter(hasPayload);
    if (withPayload.length < members.length) {
      yield* runsOf(withPayload, observed, input);
      const both = withPayload.filter((arrival) => !alone.has(arrival));
      if (both.length < withPayload.length) yield* runsOf(both, observed, input);
    }
  }
}

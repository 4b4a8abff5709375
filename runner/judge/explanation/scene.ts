/** Sets the scene: what arrived and came out as it came is known at once. */

import { equalBytes } from '../../../reference-impl/wire/bytes.ts';
import { ETHERNET_MINIMUM, MAX_TRAILER } from '../../../reference-impl/wire/ethernet.ts';
import { groupBy } from '../group-by.ts';
import type { Arrived, Indicated, Match, Protocol } from '../protocol.ts';
import type { Scene } from './candidate.ts';

const MOST_COPIES = 3;

export function sceneOf<A extends Arrived, I extends Indicated>(
  arrivals: readonly A[],
  observed: readonly I[],
  everything: readonly A[],
  settled: readonly Match<A, I>[],
  protocol: Protocol<A, I>,
): Scene<A, I> {
  const ordered = arrivals.filter((arrival) => protocol.streamOf(arrival) !== '');
  const streams = groupBy(ordered, (arrival) => protocol.streamOf(arrival));
  const connections = [...groupBy(ordered, (arrival) => protocol.connectionOf(arrival)).values()].filter(
    (members) => new Set(members.map((arrival) => protocol.streamOf(arrival))).size > 1,
  );
  const groups = [...streams.values(), ...connections];
  const ofConnection = groupBy(groups, ([first]) => (first === undefined ? '' : protocol.connectionOf(first)));
  const byBytes = groupBy(arrivals, (arrival) => textOf(arrival.frame, protocol.packetEnd(arrival)));
  const asItCame = matchCopies(byBytes, observed, protocol);
  const taken = new Set(asItCame.values());
  const copies = new Map(
    observed.flatMap((one) => {
      const own = asItCame.get(one);
      return own === undefined ? [] : [[one, freeCopies(own, byBytes, taken, protocol)] as const];
    }),
  );
  // Of equal ones it is not known which came out.
  const alone = new Map(
    [...asItCame].flatMap(([one, arrival]) => (copies.get(one)?.length === 0 ? [[arrival, one] as const] : [])),
  );
  const isSilent = (arrival: A): boolean => {
    const { from, to } = protocol.payloadOf(arrival);
    return from === to;
  };
  const ends = new Set(
    arrivals.filter((arrival) => isSilent(arrival) && observed.some((one) => protocol.mayEnd(arrival, one))),
  );
  const count = new Map<string, number>();
  for (const one of observed) count.set(packetText(one), (count.get(packetText(one)) ?? 0) + 1);
  const texts = new Map(
    observed.map((one) => [one, [packetText(one), (count.get(packetText(one)) ?? 0) > 1] as const] as const),
  );
  return {
    protocol,
    arrivals,
    streams,
    groups,
    ofConnection,
    observed,
    alone,
    asItCame,
    copies,
    ends,
    texts,
    everything,
    settled,
  };
}

/** The bytes of an indication. */
export function packetText({ frame }: Indicated): string {
  return textOf(frame, frame.length);
}

/** The very frame of an arrival is that arrival: of several that are equal, in order, what came in time first. */
function matchCopies<A extends Arrived, I extends Indicated>(
  byBytes: ReadonlyMap<string, readonly A[]>,
  observed: readonly I[],
  protocol: Protocol<A, I>,
): Map<I, A> {
  const matches = new Map<I, A>();
  const taken = new Set<A>();
  for (const isInTime of [true, false]) {
    for (const one of observed) {
      if (matches.has(one) || protocol.saysMerged(one)) continue;
      const copy = copiesOf(one, byBytes, protocol).find(
        (arrival) => !taken.has(arrival) && arrival.step < one.step && (!isInTime || one.step <= arrival.due),
      );
      if (copy === undefined) continue;
      taken.add(copy);
      matches.set(one, copy);
    }
  }
  return matches;
}

/** Equal arrivals that no other indication was given: it may as well be one of these. */
function freeCopies<A extends Arrived, I extends Indicated>(
  own: A,
  byBytes: ReadonlyMap<string, readonly A[]>,
  taken: ReadonlySet<A>,
  protocol: Protocol<A, I>,
): readonly A[] {
  const end = protocol.packetEnd(own);
  const equal = byBytes.get(textOf(own.frame, end)) ?? [];
  const isEqual = (other: A): boolean =>
    protocol.packetEnd(other) === end && equalBytes(own.frame, 0, other.frame, 0, end);
  return equal.filter((other) => !taken.has(other) && isEqual(other)).slice(0, MOST_COPIES);
}

function copiesOf<A extends Arrived, I extends Indicated>(
  one: I,
  byBytes: ReadonlyMap<string, readonly A[]>,
  protocol: Protocol<A, I>,
): readonly A[] {
  for (const end of protocol.payloadEnds(one)) {
    const copies = byBytes.get(textOf(one.frame, end))?.filter((arrival) => isCopy(arrival, one, protocol));
    if (copies !== undefined && copies.length > 0) return copies;
  }
  return [];
}

/** The arrival as it came, whatever is after its IP packet. */
export function isCopy<A extends Arrived, I extends Indicated>(
  arrival: A,
  { frame }: I,
  protocol: Protocol<A, I>,
): boolean {
  const end = protocol.packetEnd(arrival);
  const mostAfter = Math.max(MAX_TRAILER, arrival.frame.length - end, ETHERNET_MINIMUM - end);
  return frame.length - end <= mostAfter && equalBytes(arrival.frame, 0, frame, 0, end);
}

function textOf(frame: Uint8Array, end: number): string {
  return Buffer.from(frame.buffer, frame.byteOffset, Math.min(end, frame.length)).toString('latin1');
}

/** Prepares an explanation: arrivals that came out unmodified are known at once. */

import { equalBytes } from '../../../reference-impl/wire/bytes.ts';
import { ETHERNET_MINIMUM, MAX_TRAILER } from '../../../reference-impl/wire/ethernet.ts';
import { groupBy } from '../group-by.ts';
import type { Arrived, Indicated, Match, Protocol } from '../protocol.ts';
import type { SearchInput } from './candidate.ts';
import { payloadLength } from './payload-length.ts';

const MOST_COPIES = 3;
/** How many indications are compared with each other; and how many bytes differ if one field of a copy and its checksums were altered. */
const MOST_COMPARED = 64;
const MOST_DIFFERING = 8;

export function searchInput<A extends Arrived, I extends Indicated>(
  arrivals: readonly A[],
  observed: readonly I[],
  everything: readonly A[],
  settled: readonly Match<A, I>[],
  protocol: Protocol<A, I>,
): SearchInput<A, I> {
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
  // Equal arrivals do not show which of them came out.
  const alone = new Map(
    [...asItCame].flatMap(([one, arrival]) => (copies.get(one)?.length === 0 ? [[arrival, one] as const] : [])),
  );
  const equals = new Map(
    [...asItCame].map(([one, own]) => {
      const others = equalTo(own, byBytes, protocol).filter((other) => other !== own);
      return [one, others.length > MOST_COPIES ? [] : others] as const;
    }),
  );
  const isSilent = (arrival: A): boolean => payloadLength(arrival, { protocol }) === 0;
  const ends = new Set(
    arrivals.filter((arrival) => isSilent(arrival) && observed.some((one) => protocol.mayEnd(arrival, one))),
  );
  const twins = new Set([...groupBy(observed, packetText).values()].filter(({ length }) => length > 1).flat());
  const few = observed.length <= MOST_COMPARED ? observed : [];
  const nearTwins = new Map(
    few.map((one) => [one, few.filter((other) => other !== one && differsLittle(one, other))] as const),
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
    equals,
    ends,
    twins,
    nearTwins,
    everything,
    settled,
  };
}

function differsLittle({ frame }: Indicated, { frame: other }: Indicated): boolean {
  if (frame.length !== other.length) return false;
  let differing = 0;
  for (let i = 0; i < frame.length && differing <= MOST_DIFFERING; i++) if (frame[i] !== other[i]) differing++;
  return differing <= MOST_DIFFERING;
}

/** The bytes of an indication. */
export function packetText({ frame }: Indicated): string {
  return textOf(frame, frame.length);
}

/** An indication equal to an arrival is that arrival. Equal ones are matched in order, those in time first. */
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

/** Equal arrivals that no other indication has: it may also be one of these. */
function freeCopies<A extends Arrived, I extends Indicated>(
  own: A,
  byBytes: ReadonlyMap<string, readonly A[]>,
  taken: ReadonlySet<A>,
  protocol: Protocol<A, I>,
): readonly A[] {
  return equalTo(own, byBytes, protocol)
    .filter((other) => !taken.has(other))
    .slice(0, MOST_COPIES);
}

/** Includes itself. */
function equalTo<A extends Arrived, I extends Indicated>(
  own: A,
  byBytes: ReadonlyMap<string, readonly A[]>,
  protocol: Protocol<A, I>,
): readonly A[] {
  const end = protocol.packetEnd(own);
  const isEqual = (other: A): boolean =>
    protocol.packetEnd(other) === end && equalBytes(own.frame, 0, other.frame, 0, end);
  return (byBytes.get(textOf(own.frame, end)) ?? []).filter(isEqual);
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

/** The arrival unchanged, with any bytes after its IP packet. */
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

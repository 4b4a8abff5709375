/** Runs of neighbours in one stream whose payloads together are as long as the indication's, whatever its bytes. */

import type { Arrived, Indicated } from '../../protocol.ts';
import type { Proposal, SearchInput } from '../candidate.ts';
import { payloadLength } from '../payload-length.ts';

/** The most arrivals that an indication could begin with. */
const MOST_STARTS = 16;
/** The most pure ACKs before the first payload of a unit. */
const MOST_BEFORE = 3;
/** The most units of pure ACKs that end with the same one. */
const MOST_SILENT = 6;
const MOST_TOGETHER = 16;
const FEW = 4;
/** The most ends of a run whose payload is shorter or longer than the indication's. */
const MOST_ENDS = 4;

export function* neighbours<A extends Arrived, I extends Indicated>(
  observed: I,
  input: SearchInput<A, I>,
): Generator<Proposal<A>> {
  for (const members of likelyGroups(observed, input)) yield* runsOf(members, observed, input);
}

/**
 * If the indication names a connection with suitable arrivals left, it belongs to that connection. Its bytes would show another
 * one. So if many connections are wrong at once, each indication is compared with a few arrivals, not with all.
 */
export function likelyGroups<A extends Arrived, I extends Indicated>(
  observed: I,
  { protocol, groups, ofConnection, alone }: SearchInput<A, I>,
): readonly (readonly A[])[] {
  const own = ofConnection.get(protocol.connectionIn(observed)) ?? [];
  const isLeft = (arrival: A): boolean =>
    arrival.step < observed.step && !alone.has(arrival) && protocol.isAlike(arrival, observed);
  return own.some((members) => members.some(isLeft)) ? own : groups;
}

/** Runs of consecutive `members`. */
export function* runsOf<A extends Arrived, I extends Indicated>(
  members: readonly A[],
  observed: I,
  input: SearchInput<A, I>,
): Generator<Proposal<A>> {
  yield* silentRuns(members, observed, input);
  let starts = 0;
  for (let from = 0; from < members.length && starts < MOST_STARTS; from++) {
    const first = members[from] as A;
    if (first.step >= observed.step || isSilent(first, input) || !input.protocol.isAlike(first, observed)) continue;
    starts++;
    for (let at = from; at >= 0 && at >= from - MOST_BEFORE; at--) {
      // A unit may have begun with segments without payload, although it must not.
      if (at < from && !isSilent(members[at] as A, input)) break;
      for (const length of lengthsFrom(members, at, observed, input)) yield { run: members.slice(at, at + length) };
    }
  }
}

/** Run lengths to try from here on: payloads as long as the indication's, and the nearest shorter and longer ones. */
function lengthsFrom<A extends Arrived, I extends Indicated>(
  members: readonly A[],
  from: number,
  observed: I,
  input: SearchInput<A, I>,
): Iterable<number> {
  const { protocol } = input;
  const [start = 0] = protocol.payloadStarts(observed);
  const wanted = new Set(protocol.payloadEnds(observed).map((end) => end - start));
  const most = Math.max(...wanted);
  const lengths = new Set<number>();
  let sum = 0;
  let below = 1;
  // After the nearest shorter or longer payload: segments without payload that it may end with.
  let ends: number[] = [];
  for (let length = 1; from + length <= members.length; length++) {
    const arrival = members[from + length - 1] as A;
    if (arrival.step >= observed.step) break;
    if (!isSilent(arrival, input)) {
      if (sum > most) break;
      ends = [length];
    } else if (protocol.mayEnd(arrival, observed) && ends.length < MOST_ENDS) ends.push(length);
    sum += payloadLength(arrival, input);
    if (sum > most) continue;
    if (!wanted.has(sum)) below = length;
    else if (!isSilent(arrival, input)) lengths.add(length);
    else if (protocol.mayEnd(arrival, observed) || !isFollowedBySilent(members, from + length, observed, input))
      lengths.add(length);
  }
  for (const length of ends) lengths.add(length);
  return lengths.add(below).add(1);
}

function isFollowedBySilent<A extends Arrived, I extends Indicated>(
  members: readonly A[],
  at: number,
  { step }: I,
  input: SearchInput<A, I>,
): boolean {
  const next = members[at];
  return next !== undefined && next.step < step && isSilent(next, input);
}

/**
 * Segments without payload: only the fields of the last one show where a unit ends. It begins after the end of another.
 */
function* silentRuns<A extends Arrived, I extends Indicated>(
  members: readonly A[],
  observed: I,
  input: SearchInput<A, I>,
): Generator<Proposal<A>> {
  const { protocol, ends } = input;
  const [start] = protocol.payloadStarts(observed);
  if (start === undefined || !protocol.payloadEnds(observed).includes(start)) return;
  const alike = members.map(
    (arrival) => arrival.step < observed.step && isSilent(arrival, input) && protocol.isAlike(arrival, observed),
  );
  const isUnit = (at: number): boolean => alike[at] === true;
  const begins = (at: number): boolean => !isUnit(at - 1) || ends.has(members[at - 1] as A);
  const whereItEnds = members.flatMap((arrival, at) => (isUnit(at) && protocol.mayEnd(arrival, observed) ? [at] : []));
  for (const end of whereItEnds) {
    let tried = 0;
    let at = end;
    for (; isUnit(at) && tried < MOST_SILENT; at--) {
      if (at < end && !begins(at)) continue;
      tried++;
      yield { run: members.slice(at, end + 1) };
    }
    // All of them may be one.
    while (isUnit(at - 1) && end - at < MOST_TOGETHER) at--;
    if (isUnit(at)) yield { run: members.slice(at, end + 1) };
  }
  const few = members.flatMap((_, at) => (isUnit(at) ? [at] : []));
  if (few.length <= FEW) {
    // The sequence number no longer shows which belong to it. The first is known, and the next ones may join.
    for (const at of few) {
      for (
        let length = 2;
        length <= MOST_SILENT && isFollowedBySilent(members, at + length - 1, observed, input);
        length++
      )
        yield { run: members.slice(at, at + length) };
    }
  }
  if (whereItEnds.length > 0) return;
  // The fields of the last one were altered: from each possible beginning to the next one.
  let starts = 0;
  for (let at = 0; at < members.length && starts < MOST_STARTS; at++) {
    if (!isUnit(at) || !begins(at)) continue;
    starts++;
    let length = 1;
    while (isUnit(at + length) && !ends.has(members[at + length - 1] as A)) length++;
    yield { run: members.slice(at, at + length) };
    if (length > 1) yield { run: members.slice(at, at + 1) };
  }
}

function isSilent<A extends Arrived, I extends Indicated>(arrival: A, input: SearchInput<A, I>): boolean {
  return payloadLength(arrival, input) === 0;
}

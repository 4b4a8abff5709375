/**
 * Of what did not come out as it came: the arrivals that an indication has most in common with; and runs of neighbours
 * that are as long together, where nothing else of them is left.
 */

import type { Arrived, Indicated } from '../../protocol.ts';
import type { Proposal, Scene } from '../candidate.ts';

const MOST = 3;
/** Headers are compared, and a little of what they carry. */
const COMPARED = 96;

export function* nearest<A extends Arrived, I extends Indicated>(
  observed: I,
  scene: Scene<A, I>,
): Generator<Proposal<A>> {
  const { arrivals, alone } = scene;
  const near = arrivals
    .filter((arrival) => arrival.step < observed.step && !alone.has(arrival))
    .map((arrival) => ({ arrival, common: inCommon(arrival.frame, observed.frame) }));
  near.sort((a, b) => b.common - a.common);
  for (const { arrival } of near.slice(0, MOST)) yield { run: [arrival] };
  for (const members of scene.streams.values()) yield* asLong(members, observed, scene);
}

function* asLong<A extends Arrived, I extends Indicated>(
  members: readonly A[],
  observed: I,
  { protocol, alone }: Scene<A, I>,
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

function inCommon(a: Uint8Array, b: Uint8Array): number {
  let common = 0;
  const length = Math.min(COMPARED, a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] === b[i]) common++;
  return common;
}

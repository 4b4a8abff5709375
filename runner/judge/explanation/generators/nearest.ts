/** Of what did not come out as it came: the arrivals that an indication has most in common with. */

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
}

function inCommon(a: Uint8Array, b: Uint8Array): number {
  let common = 0;
  const length = Math.min(COMPARED, a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] === b[i]) common++;
  return common;
}

/** Runs of one stream around segments that came out by themselves, and around segments without payload that left no trace. */

import type { Arrived, Indicated } from '../../protocol.ts';
import type { Proposal, Scene } from '../candidate.ts';
import { payloadLength } from '../payload-length.ts';
import { likelyGroups, runsOf } from './neighbours.ts';

export function* withGaps<A extends Arrived, I extends Indicated>(
  observed: I,
  scene: Scene<A, I>,
): Generator<Proposal<A>> {
  const { alone } = scene;
  const hasPayload = (arrival: A): boolean => payloadLength(arrival, scene) > 0;
  for (const members of likelyGroups(observed, scene)) {
    const inUnits = members.filter((arrival) => !alone.has(arrival));
    if (inUnits.length < members.length) yield* runsOf(inUnits, observed, scene);
    const withPayload = members.filter(hasPayload);
    if (withPayload.length < members.length) {
      yield* runsOf(withPayload, observed, scene);
      const both = withPayload.filter((arrival) => !alone.has(arrival));
      if (both.length < withPayload.length) yield* runsOf(both, observed, scene);
    }
  }
}

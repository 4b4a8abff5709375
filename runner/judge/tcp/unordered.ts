/** Frames whose order is not judged: matched by their bytes, wherever they come out. */

import { equalBytes, sameBytes } from '../../../reference-impl/wire/bytes.ts';
import { ETHERNET_MINIMUM, MAX_TRAILER } from '../../../reference-impl/wire/ethernet.ts';
import type { Capabilities } from '../../capabilities/capabilities.ts';
import type { Arrival } from '../arrival.ts';
import { compareLoneOob } from '../compare-oob.ts';
import { finding, ruleNamed, worded } from '../finding.ts';
import { mayDrop } from '../may-drop.ts';
import type { Observed } from '../observed.ts';
import type { Match } from '../protocol.ts';
import type { Finding } from '../types.ts';

export interface UnorderedAttribution {
  readonly matches: readonly Match<Arrival, Observed>[];
  readonly unmatchedArrivals: readonly Arrival[];
  readonly unmatchedIndications: readonly Observed[];
}

export function matchUnordered(
  arrivals: readonly Arrival[],
  observed: readonly Observed[],
  capabilities: Capabilities,
): UnorderedAttribution {
  const free = new Set(observed);
  const found = new Map<Arrival, Observed>();
  // Unmodified frames in time are matched first: a runt may look like the beginning of another frame.
  for (const isLike of LIKENESSES) {
    for (const arrival of arrivals) {
      if (found.has(arrival)) continue;
      const match = [...free].find((candidate) => candidate.step > arrival.step && isLike(arrival, candidate));
      if (match === undefined) continue;
      free.delete(match);
      found.set(arrival, match);
    }
  }
  const matches = arrivals.flatMap((arrival): Match<Arrival, Observed>[] => {
    const match = found.get(arrival);
    if (match === undefined) return [];
    const findings = [...heldBack(arrival, match, capabilities), ...compareLoneOob(arrival, match).map(worded)];
    return [{ observed: match, run: [arrival], findings }];
  });
  const unmatchedArrivals = arrivals.filter((arrival) => !found.has(arrival) && !mayDrop(arrival, capabilities));
  return { matches, unmatchedArrivals, unmatchedIndications: [...free] };
}

const isInTime = ({ due }: Arrival, { step }: Observed): boolean => step <= due;
const isWhole = ({ frame }: Arrival, { frame: other }: Observed): boolean => sameBytes(frame, other);

const LIKENESSES: readonly ((arrival: Arrival, observed: Observed) => boolean)[] = [
  (arrival, observed) => isInTime(arrival, observed) && isWhole(arrival, observed),
  (arrival, observed) => isInTime(arrival, observed) && isSameFrame(arrival, observed.frame),
  isWhole,
  (arrival, observed) => isSameFrame(arrival, observed.frame),
];

/** A frame that was cut short and then padded with zeros: its IP packet may look whole now. */
export function isPaddedRunt({ frame }: Observed, arrivals: readonly Arrival[]): boolean {
  if (frame.length !== ETHERNET_MINIMUM) return false;
  return arrivals.some(
    ({ frame: runt }) =>
      runt.length < ETHERNET_MINIMUM &&
      equalBytes(runt, 0, frame, 0, runt.length) &&
      frame.subarray(runt.length).every((byte) => byte === 0),
  );
}

/** After the IP packet, up to 46 bytes may be anything. A frame shorter than Ethernet's minimum may be padded to it. */
function isSameFrame({ frame, segment }: Arrival, other: Uint8Array): boolean {
  const end = segment.ipEnd;
  const mostAfter = Math.max(MAX_TRAILER, frame.length - end, ETHERNET_MINIMUM - end);
  return other.length >= end && other.length - end <= mostAfter && equalBytes(frame, 0, other, 0, end);
}

function heldBack(arrival: Arrival, { step }: Observed, { boundary }: Capabilities): Finding[] {
  if (boundary === 'none' || step <= arrival.due) return [];
  const message = `#${arrival.number} waited beyond the end of its DPC.`;
  return [finding(ruleNamed('within-dpc'), [arrival.number], 'dpc', `step ${arrival.due}`, `step ${step}`, message)];
}

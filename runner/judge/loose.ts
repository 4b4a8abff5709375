/** Frames whose order is not judged: matched by their bytes, wherever they come out. */

import { equalBytes } from '../../reference-impl/wire/bytes.ts';
import { ETHERNET_MINIMUM, MAX_TRAILER } from '../../reference-impl/wire/ethernet.ts';
import type { Capabilities } from '../capabilities.ts';
import type { Arrival } from './arrival.ts';
import type { Match } from './attribute.ts';
import { compareLoneOob } from './compare-oob.ts';
import { finding, ruleNamed } from './finding.ts';
import { mayDrop } from './may-drop.ts';
import type { Observed } from './observed.ts';
import type { Finding } from './types.ts';

export interface LooseAttribution {
  readonly matches: readonly Match[];
  readonly unmatchedArrivals: readonly Arrival[];
  readonly unmatchedIndications: readonly Observed[];
}

export function matchLoose(
  arrivals: readonly Arrival[],
  observed: readonly Observed[],
  capabilities: Capabilities,
): LooseAttribution {
  const free = new Set(observed);
  const matches: Match[] = [];
  const unmatchedArrivals: Arrival[] = [];
  for (const arrival of arrivals) {
    const candidates = [...free].filter(
      (candidate) => candidate.step > arrival.step && isSameFrame(arrival, candidate.frame),
    );
    const match = candidates.find(({ step }) => step <= arrival.due) ?? candidates[0];
    if (match === undefined) {
      if (!mayDrop(arrival, capabilities)) unmatchedArrivals.push(arrival);
      continue;
    }
    free.delete(match);
    const findings = [...heldBack(arrival, match, capabilities), ...compareLoneOob(arrival, match)];
    matches.push({ observed: match, run: [arrival], explanation: { cost: 0, findings } });
  }
  return { matches, unmatchedArrivals, unmatchedIndications: [...free] };
}

/** A frame that was cut short, padded with zeros: its IP packet may look whole now. */
export function isPaddedRunt({ frame }: Observed, arrivals: readonly Arrival[]): boolean {
  if (frame.length !== ETHERNET_MINIMUM) return false;
  return arrivals.some(
    ({ frame: runt }) =>
      runt.length < ETHERNET_MINIMUM &&
      equalBytes(runt, 0, frame, 0, runt.length) &&
      frame.subarray(runt.length).every((byte) => byte === 0),
  );
}

/** Behind the IP packet, up to 46 bytes may be anything; whatever is shorter than Ethernet's minimum may be padded to it. */
function isSameFrame({ frame, segment }: Arrival, other: Uint8Array): boolean {
  const end = segment.ipEnd;
  const mostBehind = Math.max(MAX_TRAILER, frame.length - end, ETHERNET_MINIMUM - end);
  return other.length >= end && other.length - end <= mostBehind && equalBytes(frame, 0, other, 0, end);
}

function heldBack(arrival: Arrival, { step }: Observed, { boundary }: Capabilities): Finding[] {
  if (boundary === 'none' || step <= arrival.due) return [];
  const message = `#${arrival.number} waited beyond the end of its DPC.`;
  return [finding(ruleNamed('within-dpc'), [arrival.number], 'dpc', `step ${arrival.due}`, `step ${step}`, message)];
}

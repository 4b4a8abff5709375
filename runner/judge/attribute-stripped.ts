/**
 * Attribution where a target strips VLAN tags. Segments that only their tags told apart have become one stream: the
 * target may coalesce them together, or by tag, side by side; either is right.
 */

import { equalBytes } from '../../reference-impl/wire/bytes.ts';
import type { Capabilities } from '../capabilities.ts';
import type { Arrival } from './arrival.ts';
import { type Attribution, attribute } from './attribute.ts';
import type { Observed } from './observed.ts';

export function attributeStripped(
  arrivals: readonly Arrival[],
  observed: readonly Observed[],
  capabilities: Capabilities,
): Attribution {
  const together = attribute(arrivals, observed, capabilities);
  const tags = new Set(arrivals.map(({ strippedTags }) => strippedTags));
  if (together.isConformant || tags.size < 2) return together;
  const left = new Set(observed);
  const apart = [...tags].map((tag) => {
    const members = arrivals.filter(({ strippedTags }) => strippedTags === tag);
    const own = [...left].filter((indication) => members.some((arrival) => mayStart(arrival, indication)));
    for (const indication of own) left.delete(indication);
    return attribute(members, own, capabilities);
  });
  if (left.size > 0 || apart.some(({ isConformant }) => !isConformant)) return together;
  return {
    matches: apart.flatMap(({ matches }) => matches),
    unmatchedArrivals: [],
    unmatchedIndications: [],
    isConformant: true,
  };
}

/** Whether the indication starts with this arrival's sequence number and payload. */
function mayStart({ segment }: Arrival, { segment: actual, frame }: Observed): boolean {
  const { seq, payloadLength, payloadOffset, ipId } = segment;
  if (actual.seq !== seq || actual.ipId !== ipId || actual.payloadLength < payloadLength) return false;
  return equalBytes(segment.frame, payloadOffset, frame, actual.payloadOffset, payloadLength);
}

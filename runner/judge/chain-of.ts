/** Which arrivals an indication's payload is put together from, by its bytes alone. */

import { equalBytes } from '../../reference-impl/wire/bytes.ts';
import type { Arrival } from './arrival.ts';
import type { Observed } from './observed.ts';

/** Arrivals, in their order, whose payloads together are the indication's. */
export function chainOf(observed: Observed, arrivals: readonly Arrival[]): readonly Arrival[] | undefined {
  const { segment, frame } = observed;
  if (segment.kind !== 'segment') return undefined;
  const chain: Arrival[] = [];
  let at = segment.payloadOffset;
  for (const arrival of arrivals) {
    const { start, end } = payloadRange(arrival);
    if (end <= start || at + end - start > segment.ipEnd) continue;
    if (!equalBytes(arrival.frame, start, frame, at, end - start)) continue;
    chain.push(arrival);
    at += end - start;
  }
  return at === segment.ipEnd ? chain : undefined;
}

function payloadRange({ segment }: Arrival): { start: number; end: number } {
  if (segment.kind === 'other') return { start: 0, end: 0 };
  return { start: segment.kind === 'later-fragment' ? segment.tcpOffset : segment.payloadOffset, end: segment.ipEnd };
}

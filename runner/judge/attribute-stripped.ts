/**
 * Attribution where a target strips VLAN tags. Segments that only their tags told apart have become one stream: the
 * target may coalesce them together, or by tag, side by side; either is right.
 */

import { equalBytes } from '../../reference-impl/wire/bytes.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
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
  for (const shares of sharings(arrivals, observed, [...tags])) {
    const apart = [...shares].map(([tag, own]) =>
      attribute(
        arrivals.filter(({ strippedTags }) => strippedTags === tag),
        own,
        capabilities,
      ),
    );
    if (apart.some(({ isConformant }) => !isConformant)) continue;
    return {
      matches: apart.flatMap(({ matches }) => matches),
      unmatchedArrivals: [],
      unmatchedIndications: [],
      isConformant: true,
    };
  }
  return together;
}

/** Ways to share indications out among tags that are tried; pure ACKs without IPv4 Identification look alike. */
const MOST_SHARINGS = 64;

/** Each gives every indication to a tag of which a segment may have begun it; none if there is one without. */
function* sharings(
  arrivals: readonly Arrival[],
  observed: readonly Observed[],
  tags: readonly string[],
): Generator<ReadonlyMap<string, readonly Observed[]>> {
  const choices = observed.map((indication) =>
    tags.filter((tag) => arrivals.some((arrival) => arrival.strippedTags === tag && mayStart(arrival, indication))),
  );
  const ways = Math.min(
    MOST_SHARINGS,
    choices.reduce((product, { length }) => product * length, 1),
  );
  for (let way = 0; way < ways; way++) {
    const shares = new Map<string, Observed[]>(tags.map((tag) => [tag, []]));
    let rest = way;
    choices.forEach((choice, i) => {
      shares.get(choice[rest % choice.length] as string)?.push(observed[i] as Observed);
      rest = Math.floor(rest / choice.length);
    });
    yield shares;
  }
}

/** Whether the indication starts with this arrival's sequence number and payload; data never follows a pure ACK. */
function mayStart({ segment }: Arrival, { segment: actual, frame }: Observed): boolean {
  const { seq, payloadLength, payloadOffset, ipId } = segment;
  if (payloadLength === 0 && actual.payloadLength > 0) return false;
  if (actual.seq !== seq || actual.ipId !== ipId || actual.payloadLength < payloadLength) return false;
  return equalBytes(segment.frame, payloadOffset, frame, actual.payloadOffset, payloadLength);
}

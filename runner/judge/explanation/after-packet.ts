/** Payload that never came out may stand after the IP packet of another indication: a unit whose lengths were not updated. */

import { ENOUGH_BYTES } from '../enough-bytes.ts';
import { nameArrivals } from '../finding.ts';
import type { Arrived, Indicated, Match, Protocol } from '../protocol.ts';
import { payloadLength } from './payload-length.ts';

/** Where the payloads of `lost` are. Undefined: not all of them are there. */
export function afterPacket<A extends Arrived, I extends Indicated>(
  lost: readonly A[],
  matches: readonly Match<A, I>[],
  protocol: Protocol<A, I>,
): string | undefined {
  const own = lost.filter((arrival) => payloadLength(arrival, { protocol }) >= ENOUGH_BYTES);
  if (own.length === 0 || own.length < lost.length) return undefined;
  const found = matches.find((match) => own.every((arrival) => isAfter(arrival, match.observed, protocol)));
  if (found === undefined) return undefined;
  const whose = own.length === 1 ? 'Its payload follows' : 'Their payloads follow';
  const what = own.length === 1 ? 'it' : 'them';
  const unit = nameArrivals(found.run.map(({ number }) => number));
  return `${whose} the IP packet of ${unit}, whose lengths leave ${what} out.`;
}

function isAfter<A extends Arrived, I extends Indicated>(arrival: A, one: I, protocol: Protocol<A, I>): boolean {
  const [end] = protocol.payloadEnds(one);
  if (end === undefined || arrival.step >= one.step) return false;
  const { from, to } = protocol.payloadOf(arrival);
  const payload = Buffer.from(arrival.frame.subarray(from, to));
  // Zeros are padding.
  return payload.some((byte) => byte !== 0) && Buffer.from(one.frame.subarray(end)).includes(payload);
}

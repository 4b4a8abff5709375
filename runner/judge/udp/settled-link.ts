/** An indication whose link-layer header has another length than its first datagram's: a tag was lost, or added. */

import { Datagram, parseDatagram } from '../../../reference-impl/udp/datagram.ts';
import type { UdpArrival, UdpObserved } from './udp-arrival.ts';

/** The same with the link-layer header that it should have, so that the rest is compared in its place; itself if the lengths agree. */
export function withLinkHeaderOf({ frame: model, datagram: first }: UdpArrival, observed: UdpObserved): UdpObserved {
  const { frame, datagram } = observed;
  if (datagram.kind === 'other' || datagram.ipVersion !== first.ipVersion || datagram.ipOffset === first.ipOffset)
    return observed;
  const settled = new Uint8Array(first.ipOffset + frame.length - datagram.ipOffset);
  settled.set(model.subarray(0, first.ipOffset));
  settled.set(frame.subarray(datagram.ipOffset), first.ipOffset);
  return { ...observed, frame: settled, datagram: parseDatagram(settled, new Datagram()) };
}

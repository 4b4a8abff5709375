/** A datagram as a segment of its own connection, so that the state in which it arrived is described like any segment's. */

import { Datagram, readDatagram } from '../../../reference-impl/udp/datagram.ts';
import { i32 } from '../../../reference-impl/wire/bytes.ts';
import { Ipv4At, Ipv6At } from '../../../reference-impl/wire/fields.ts';
import { Segment } from '../../../reference-impl/wire/segment.ts';
import type { Arrival } from '../../judge/arrival.ts';

/** The arrival itself if it is no whole datagram. */
export function asTracked(arrival: Arrival): Arrival {
  if (arrival.segment.kind !== 'other') return arrival;
  const datagram = readDatagram(arrival.segment, new Datagram());
  if (datagram.kind !== 'datagram') return arrival;
  return { ...arrival, segment: segmentOf(arrival.segment, datagram), connection: `udp ${datagram.connection}` };
}

function segmentOf({ frame, csum, linkEnd, ipId }: Segment, datagram: Datagram): Segment {
  const { ipVersion, ipOffset, ipEnd, udpOffset, payloadOffset, payloadLength } = datagram;
  const { trafficClass, ttl, ipFlags, flowLabel } = datagram;
  const segment = new Segment();
  Object.assign(segment, { frame, csum, linkEnd, ipId, ipVersion, ipOffset, ipEnd, payloadOffset, payloadLength });
  Object.assign(segment, { kind: 'segment', tcpOffset: udpOffset, trafficClass, ttl, ipFlags, flowLabel });
  const [at, words] = ipVersion === 4 ? [ipOffset + Ipv4At.source, 2] : [ipOffset + Ipv6At.source, 8];
  // Distinct from a TCP connection between the same ends.
  segment.key[0] = -ipVersion;
  for (let i = 0; i < words; i++) segment.key[1 + i] = i32(frame, at + 4 * i);
  segment.hostWords = 1 + words;
  segment.key[segment.hostWords] = i32(frame, udpOffset);
  segment.keyWords = segment.hostWords + 1;
  return segment;
}

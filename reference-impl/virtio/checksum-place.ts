/** Where the TCP or UDP checksum of a frame starts to count, and where its field is. Clause: virtio 1.2, 5.1.6.2. */

import { Datagram, readDatagram } from '../udp/datagram.ts';
import { fold, sumBytes } from '../wire/checksum.ts';
import { Ipv4At, Ipv6At, TcpAt, UdpAt } from '../wire/fields.ts';
import { pseudoHeaderSum, type Segment } from '../wire/segment.ts';
import { UDP_PROTOCOL } from '../wire/udp.ts';

export interface ChecksumPlace {
  /** csum_start: offset of the TCP or UDP header in the frame. */
  readonly start: number;
  /** csum_offset: offset of the field in that header. */
  readonly offset: number;
  /** Bytes before the payload. */
  readonly headersLength: number;
  /** The value of a partial checksum. */
  readonly pseudoHeaderSum: number;
}

const scratch = new Datagram();

/** `segment` was parsed from the frame. Undefined for a fragment, and for a frame that is neither TCP nor UDP. */
export function checksumPlaceOf(segment: Segment): ChecksumPlace | undefined {
  if (segment.kind === 'segment') {
    const { tcpOffset: start, payloadOffset, ipEnd } = segment;
    const sum = fold(pseudoHeaderSum(segment, ipEnd - start));
    return { start, offset: TcpAt.checksum, headersLength: payloadOffset, pseudoHeaderSum: sum };
  }
  const {
    kind,
    udpOffset: start,
    payloadOffset,
    udpLength,
    ipOffset,
    ipVersion,
    frame,
  } = readDatagram(segment, scratch);
  if (kind !== 'datagram') return undefined;
  const [at, length] = ipVersion === 4 ? [ipOffset + Ipv4At.source, 8] : [ipOffset + Ipv6At.source, 32];
  const sum = fold(UDP_PROTOCOL + udpLength + sumBytes(frame, at, at + length));
  return { start, offset: UdpAt.checksum, headersLength: payloadOffset, pseudoHeaderSum: sum };
}

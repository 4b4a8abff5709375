/**
 * Packets whose IP length field gives no length. BIG TCP carries more than 65,535 bytes, with an IPv6 payload length of
 * 0 (with the jumbo payload option of RFC 2675, or without) or an IPv4 total length of 0 or modulo 65,536. Senders that
 * leave segmentation to the NIC may set an ordinary length to 0. Then the frame's own length counts.
 */

import { setU16, u16, u32 } from '../../reference-impl/wire/bytes.ts';
import { sumBytes, verifies } from '../../reference-impl/wire/checksum.ts';
import { Ipv4At, Ipv6At } from '../../reference-impl/wire/fields.ts';
import { IPV6_HEADER, NextHeader } from '../../reference-impl/wire/ipv6.ts';
import { parseSegment, Segment } from '../../reference-impl/wire/segment.ts';
import { TCP_PROTOCOL } from '../../reference-impl/wire/tcp.ts';

const MOST = 0xffff;
const JUMBO_HEADER = 8;
/** Option type 0xc2, 4 bytes (RFC 2675 2). */
const JUMBO_OPTION = 0xc204;

/**
 * Bytes of the IP packet in a frame whose length field is 0, or too low by a multiple of 65,536; undefined: it is
 * neither.
 */
export function lengthOfLong(frame: Uint8Array, { ipOffset, ipVersion }: Segment): number | undefined {
  const length = frame.length - ipOffset;
  if (ipVersion === 4) {
    const stated = u16(frame, ipOffset + Ipv4At.totalLength);
    if (frame[ipOffset + Ipv4At.protocol] !== TCP_PROTOCOL) return undefined;
    return stated === 0 || (length > MOST && (length & MOST) === stated) ? length : undefined;
  }
  if (ipVersion !== 6 || u16(frame, ipOffset + Ipv6At.payloadLength) !== 0) return undefined;
  if (hasJumboOption(frame, ipOffset)) {
    const stated = IPV6_HEADER + u32(frame, ipOffset + IPV6_HEADER + 4);
    return stated <= length ? stated : undefined;
  }
  return frame[ipOffset + Ipv6At.nextHeader] === TCP_PROTOCOL ? length : undefined;
}

/** The frame without a hop-by-hop header that contains only its length. */
export function withoutJumboOption(frame: Uint8Array, { ipOffset, ipVersion }: Segment): Uint8Array {
  if (ipVersion !== 6 || !hasJumboOption(frame, ipOffset)) return frame;
  const at = ipOffset + IPV6_HEADER;
  const bare = new Uint8Array(frame.length - JUMBO_HEADER);
  bare.set(frame.subarray(0, at));
  bare.set(frame.subarray(at + JUMBO_HEADER), at);
  bare[ipOffset + Ipv6At.nextHeader] = frame[at] as number;
  return bare;
}

/** Like `parseSegment`, for a packet of `length` bytes, which is more than the field can express. */
export function parseLong(frame: Uint8Array, ipOffset: number, length: number): Segment {
  const version = (frame[ipOffset] as number) >> 4;
  const header = version === 6 ? IPV6_HEADER : 0;
  const shown = frame.slice(0, ipOffset + header + MOST);
  setU16(
    shown,
    ipOffset + (version === 6 ? Ipv6At.payloadLength : Ipv4At.totalLength),
    shown.length - ipOffset - header,
  );
  const segment = parseSegment(shown, new Segment());
  segment.frame = frame;
  if (segment.kind !== 'segment') return segment;
  if (version === 4) {
    const end = ipOffset + ((frame[ipOffset] as number) & 0xf) * 4;
    segment.ipChecksum = verifies(sumBytes(frame, ipOffset, end)) ? 'right' : 'wrong';
  }
  segment.ipEnd = ipOffset + length;
  segment.payloadLength = segment.ipEnd - segment.payloadOffset;
  return segment;
}

export function isLong(length: number, { ipVersion }: Pick<Segment, 'ipVersion'>): boolean {
  return length - (ipVersion === 6 ? IPV6_HEADER : 0) > MOST;
}

function hasJumboOption(frame: Uint8Array, ip: number): boolean {
  const at = ip + IPV6_HEADER;
  if (frame[ip + Ipv6At.nextHeader] !== NextHeader.hopByHop || at + JUMBO_HEADER > frame.length) return false;
  return frame[at + 1] === 0 && u16(frame, at + 2) === JUMBO_OPTION;
}

/**
 * IPv6 (RFC 8200 3) and its extension headers.
 *
 *    0  version 4 bits, traffic class 8 bits (DSCP 6, ECN 2), flow label 20 bits
 *    4  payload length   2, extension headers included
 *    6  next header      1
 *    7  hop limit        1
 *    8  source          16
 *   24  destination     16
 *
 * Extension headers: next header 1, length 1 (8-byte units beyond the first; AH: 4-byte units minus 2), body.
 * Fragment: next header 1, reserved 1, offset 13 bits, reserved 2 bits, M 1 bit, identification 4.
 */

import { setU16, setU32, u8 } from './bytes.ts';
import { Ipv6At } from './fields.ts';

export const IPV6_HEADER = 40;
export const IPV6_MAX_PAYLOAD = 65_535;
export const NextHeader = { hopByHop: 0, tcp: 6, udp: 17, routing: 43, fragment: 44, ah: 51, destination: 60 } as const;

export interface Ipv6Header {
  readonly trafficClass: number;
  readonly flowLabel: number;
  readonly payloadLength: number;
  readonly nextHeader: number;
  readonly hopLimit: number;
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
}

/** Writes the fixed header and returns its length. */
export function emitIpv6(into: Uint8Array, at: number, header: Ipv6Header): number {
  setU32(into, at, (6 << 28) | (header.trafficClass << 20) | (header.flowLabel & 0xfffff));
  setU16(into, at + Ipv6At.payloadLength, header.payloadLength);
  into[at + Ipv6At.nextHeader] = header.nextHeader;
  into[at + Ipv6At.hopLimit] = header.hopLimit;
  into.set(header.source, at + Ipv6At.source);
  into.set(header.destination, at + Ipv6At.destination);
  return IPV6_HEADER;
}

/** Length in bytes of the extension header of `kind` whose length field is `field`. */
export function extensionLength(kind: number, field: number): number {
  if (kind === NextHeader.fragment) return 8;
  return kind === NextHeader.ah ? (field + 2) * 4 : (field + 1) * 8;
}

export function isExtension(nextHeader: number): boolean {
  switch (nextHeader) {
    case NextHeader.hopByHop:
    case NextHeader.routing:
    case NextHeader.fragment:
    case NextHeader.ah:
    case NextHeader.destination:
      return true;
    default:
      return false;
  }
}

/** The kinds of a packet's extension headers, in order. `end`: where they end at the latest. */
export function extensionKinds(frame: Uint8Array, ip: number, end: number): number[] {
  const kinds: number[] = [];
  let next = u8(frame, ip + Ipv6At.nextHeader);
  for (let at = ip + IPV6_HEADER; isExtension(next) && at + 8 <= end; ) {
    kinds.push(next);
    const length = extensionLength(next, u8(frame, at + 1));
    next = u8(frame, at);
    at += length;
  }
  return kinds;
}

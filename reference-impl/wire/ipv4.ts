/**
 * IPv4 (RFC 791 3.1).
 *
 *    0  version 4 bits, IHL 4 bits (32-bit words)
 *    1  DSCP 6 bits, ECN 2 bits
 *    2  total length      2
 *    4  identification    2
 *    6  reserved, DF, MF  3 bits; fragment offset 13 bits (8-byte units)
 *    8  TTL               1
 *    9  protocol          1
 *   10  header checksum   2
 *   12  source            4
 *   16  destination       4
 *   20  options           0 to 40
 */

import { setU16, u8 } from './bytes.ts';
import { finish, sumBytes } from './checksum.ts';
import { Ipv4At } from './fields.ts';

export const IPV4_HEADER = 20;
export const IPV4_MAX_LENGTH = 65_535;
export const Ipv4Flag = { reserved: 0x8000, dontFragment: 0x4000, moreFragments: 0x2000, offset: 0x1fff } as const;

const END_OF_OPTIONS = 0;
const NO_OPERATION = 1;
const LOOSE_SOURCE_ROUTE = 131;
const STRICT_SOURCE_ROUTE = 137;

export interface Ipv4Header {
  readonly tos: number;
  readonly totalLength: number;
  readonly id: number;
  /** The 16 bits at offset 6: flags and fragment offset. */
  readonly fragment: number;
  readonly ttl: number;
  readonly protocol: number;
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  readonly options: Uint8Array;
}

/** Writes the header (options padded to 32-bit words with zero) with its checksum, and returns its length. */
export function emitIpv4(into: Uint8Array, at: number, header: Ipv4Header): number {
  const length = IPV4_HEADER + ((header.options.length + 3) & ~3);
  into[at] = 0x40 | (length >> 2);
  into[at + Ipv4At.tos] = header.tos;
  setU16(into, at + Ipv4At.totalLength, header.totalLength);
  setU16(into, at + Ipv4At.id, header.id);
  setU16(into, at + Ipv4At.fragment, header.fragment);
  into[at + Ipv4At.ttl] = header.ttl;
  into[at + Ipv4At.protocol] = header.protocol;
  setU16(into, at + Ipv4At.checksum, 0);
  into.set(header.source, at + Ipv4At.source);
  into.set(header.destination, at + Ipv4At.destination);
  into.fill(0, at + IPV4_HEADER, at + length);
  into.set(header.options, at + IPV4_HEADER);
  setU16(into, at + Ipv4At.checksum, finish(sumBytes(into, at, at + length)));
  return length;
}

/**
 * Whether the options in [start, end) contain a source route that is not used up: the destination address is then not the
 * last hop's. A route is used up if its pointer is past its list. If it is cut short, that is unknown.
 */
export function hasSourceRoute(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; ) {
    const kind = u8(bytes, at);
    if (kind === END_OF_OPTIONS) return false;
    if (kind === LOOSE_SOURCE_ROUTE || kind === STRICT_SOURCE_ROUTE) {
      const isCut = at + 2 >= end || u8(bytes, at + 1) < 3;
      if (isCut || u8(bytes, at + 2) <= u8(bytes, at + 1)) return true;
    }
    if (kind === NO_OPERATION) {
      at++;
      continue;
    }
    const length = at + 1 < end ? u8(bytes, at + 1) : 0;
    if (length < 2) return false;
    at += length;
  }
  return false;
}

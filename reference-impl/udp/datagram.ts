/**
 * What URO needs to know about one frame. It starts from a frame that is not a TCP segment, whose link and IP headers were
 * parsed. It takes any bytes: a frame that is not UDP over IPv4 or IPv6 is `other`. Filled in place.
 */

import { u8, u16 } from '../wire/bytes.ts';
import { sumBytes, verifies } from '../wire/checksum.ts';
import { Ipv4At, Ipv6At, PORTS, UdpAt } from '../wire/fields.ts';
import { hasSourceRoute, IPV4_HEADER, Ipv4Flag } from '../wire/ipv4.ts';
import { extensionLength, IPV6_HEADER, isExtension, NextHeader } from '../wire/ipv6.ts';
import { type ChecksumState, parseSegment, Segment } from '../wire/segment.ts';
import { UDP_HEADER, UDP_PROTOCOL } from '../wire/udp.ts';

/** A later fragment names no ports; a first one carries a whole UDP header; `other` is neither these nor a datagram. */
export type DatagramKind = 'datagram' | 'first-fragment' | 'later-fragment' | 'other';

/** Shared: a buffer of its own would cost more than the rest of it. */
const NO_BYTES = new Uint8Array(0);

/** A parsed UDP datagram. Offsets and lengths are in bytes of `frame`; `other`: nothing but the frame is meaningful. */
export class Datagram {
  frame: Uint8Array = NO_BYTES;
  kind: DatagramKind = 'other';
  ipVersion: 0 | 4 | 6 = 0;
  ipOffset = 0;
  /** First byte after the IP packet. */
  ipEnd = 0;
  udpOffset = 0;
  /** The length in the UDP header. */
  udpLength = 0;
  payloadOffset = 0;
  /** The smaller of what both lengths leave room for. */
  payloadLength = 0;
  /** IPv4 TOS or IPv6 traffic class. */
  trafficClass = 0;
  /** IPv4 reserved flag and DF, in place. */
  ipFlags = 0;
  ttl = 0;
  flowLabel = 0;
  /** IPv4 options, or an IPv6 extension header. */
  hasIpExtras = false;
  ipChecksum: ChecksumState = 'unverified';
  /** `unverified` if none was sent (the field is zero), or if this frame alone does not show it. */
  udpChecksum: ChecksumState = 'unverified';
  hasChecksum = false;
  /** A source route that is not used up: the pseudo-header names another destination than the one the sender summed. */
  isSourceRouted = false;
  /** IP version, VLAN ids, addresses; with the ports, the connection. */
  hosts = '';
  connection = '';

  /** Whether its IP length is that of its headers and its UDP length. */
  get lengthsAgree(): boolean {
    return this.udpOffset + this.udpLength === this.ipEnd;
  }
}

/** Parses bytes alone. */
export function parseDatagram(frame: Uint8Array, into: Datagram): Datagram {
  return readDatagram(parseSegment(frame, new Segment()), into);
}

/** `segment` was parsed from the frame. A TCP segment, or a frame without IP, becomes an `other`. */
export function readDatagram(segment: Segment, into: Datagram): Datagram {
  const { frame, ipOffset: ip, ipEnd } = segment;
  into.frame = frame;
  into.kind = 'other';
  into.ipVersion = segment.ipVersion;
  into.ipOffset = ip;
  into.ipEnd = ipEnd;
  into.udpOffset = 0;
  into.udpLength = 0;
  into.payloadOffset = 0;
  into.payloadLength = 0;
  into.hasIpExtras = false;
  into.udpChecksum = 'unverified';
  into.hasChecksum = false;
  into.isSourceRouted = false;
  into.hosts = '';
  into.connection = '';
  if (segment.kind !== 'other' || segment.reason !== 'not-tcp') return into;
  into.trafficClass = segment.trafficClass;
  into.ipFlags = segment.ipFlags;
  into.ttl = segment.ttl;
  into.flowLabel = segment.flowLabel;
  into.ipChecksum = segment.ipChecksum;
  const found = segment.ipVersion === 4 ? findInIpv4(segment) : findInIpv6(segment);
  if (found === undefined) return into;
  into.hasIpExtras = found.udp > ip + (segment.ipVersion === 4 ? IPV4_HEADER : IPV6_HEADER);
  into.udpOffset = found.udp;
  into.hosts = hostsOf(segment);
  if (found.isLater) {
    // All its bytes are payload of another datagram.
    into.kind = 'later-fragment';
    into.udpLength = ipEnd - found.udp;
    into.payloadOffset = found.udp;
    into.payloadLength = ipEnd - found.udp;
    into.connection = into.hosts;
    return into;
  }
  if (found.udp + UDP_HEADER > ipEnd) return into;
  into.kind = found.isFragment ? 'first-fragment' : 'datagram';
  into.udpLength = u16(frame, found.udp + UdpAt.length);
  into.payloadOffset = found.udp + UDP_HEADER;
  into.payloadLength = Math.max(0, Math.min(ipEnd, found.udp + into.udpLength) - into.payloadOffset);
  into.connection = `${into.hosts}${text(frame, found.udp, found.udp + PORTS)}`;
  into.hasChecksum = u16(frame, found.udp + UdpAt.checksum) !== 0;
  into.isSourceRouted = found.isSourceRouted;
  if (!found.isFragment && !found.isSourceRouted) into.udpChecksum = verified(into);
  return into;
}

interface Found {
  readonly udp: number;
  readonly isFragment: boolean;
  readonly isLater: boolean;
  /** The pseudo-header names another destination than the one the sender summed. */
  readonly isSourceRouted: boolean;
}

function findInIpv4({ frame, ipOffset: ip }: Segment): Found | undefined {
  if (u8(frame, ip + Ipv4At.protocol) !== UDP_PROTOCOL) return undefined;
  const udp = ip + (u8(frame, ip) & 0xf) * 4;
  const fragment = u16(frame, ip + Ipv4At.fragment);
  return {
    udp,
    isFragment: (fragment & (Ipv4Flag.moreFragments | Ipv4Flag.offset)) !== 0,
    isLater: (fragment & Ipv4Flag.offset) !== 0,
    isSourceRouted: hasSourceRoute(frame, ip + IPV4_HEADER, udp),
  };
}

/** `parseSegment` already walked the chain up to a header that is not TCP: nothing in it is past the end. */
function findInIpv6({ frame, ipOffset: ip, isFragment, isSourceRouted }: Segment): Found | undefined {
  let next = u8(frame, ip + Ipv6At.nextHeader);
  let at = ip + IPV6_HEADER;
  let isLater = false;
  while (isExtension(next) && !isLater) {
    const kind = next;
    next = u8(frame, at);
    if (kind === NextHeader.fragment) isLater = (u16(frame, at + 2) & 0xfff8) !== 0;
    at += extensionLength(kind, u8(frame, at + 1));
  }
  return next === UDP_PROTOCOL ? { udp: at, isFragment, isLater, isSourceRouted } : undefined;
}

function hostsOf({ frame, ipOffset: ip, ipVersion, key }: Segment): string {
  const words = (key[0] as number) & 0xff;
  const at = ip + (ipVersion === 4 ? 12 : 8);
  return `${key.subarray(0, words).join()} ${text(frame, at, at + (ipVersion === 4 ? 8 : 32))}`;
}

/** Bytes as characters, to compare and to look up. */
function text(bytes: Uint8Array, start: number, end: number): string {
  let characters = '';
  for (let at = start; at < end; at++) characters += String.fromCharCode(bytes[at] as number);
  return characters;
}

/** Clause: RFC 768; the sum covers what the UDP length says, and a field of zero says that there is none. */
function verified({ frame, ipVersion, ipOffset, ipEnd, udpOffset, udpLength, hasChecksum }: Datagram): ChecksumState {
  if (!hasChecksum || udpLength < UDP_HEADER || udpOffset + udpLength > ipEnd) return 'unverified';
  const addresses = ipOffset + (ipVersion === 4 ? 12 : 8);
  const pseudo = sumBytes(frame, addresses, addresses + (ipVersion === 4 ? 8 : 32)) + UDP_PROTOCOL + udpLength;
  return verifies(pseudo + sumBytes(frame, udpOffset, udpOffset + udpLength)) ? 'right' : 'wrong';
}

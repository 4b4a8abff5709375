/**
 * The headers of a captured frame, as far as they were captured. Unlike the coalescer's own parser it reads on where a
 * snaplen cut the payload away, and where the IP length says 0: a frame that the NIC was still to segment, or one of
 * more than 65,535 bytes. Takes any bytes and never throws.
 */

import { i32, u8, u16 } from '../../reference-impl/wire/bytes.ts';
import { ETHERNET_HEADER, ETHERNET_MINIMUM, EtherType, isTag, MAX_TAGS } from '../../reference-impl/wire/ethernet.ts';
import { Ipv4At, Ipv6At, TcpAt, UdpAt } from '../../reference-impl/wire/fields.ts';
import { hasSourceRoute, IPV4_HEADER, Ipv4Flag } from '../../reference-impl/wire/ipv4.ts';
import { extensionLength, IPV6_HEADER, isExtension, NextHeader } from '../../reference-impl/wire/ipv6.ts';
import { TCP_HEADER, TCP_PROTOCOL, TcpFlag } from '../../reference-impl/wire/tcp.ts';
import { TcpOption } from '../../reference-impl/wire/tcp-options.ts';
import { TRANSPARENT_ETHERNET } from '../../reference-impl/wire/tunnel-numbers.ts';
import { UDP_HEADER, UDP_PROTOCOL } from '../../reference-impl/wire/udp.ts';
import { type Inside, unwrapIp, unwrapLink } from './encapsulation.ts';

/** `cut`: not even the transport header was captured whole. `broken`: the lengths contradict each other. */
export type HeadersKind = 'tcp' | 'udp' | 'other' | 'fragment' | 'cut' | 'broken';

export class Headers {
  /** The encapsulation, from the outside in: 'VXLAN', 'MPLS, GRE'; '' for none. */
  encapsulation = '';
  ipVersion: 4 | 6 = 4;
  ipOffset = 0;
  /** Where the source address is; the destination follows it. */
  addresses = 0;
  /** Offset of the TCP or UDP header. */
  tcpOffset = 0;
  payloadOffset = 0;
  /** Length on the wire, captured or not. */
  payloadLength = 0;
  /** The IP length field was 0: the frame's end is the packet's. */
  lengthIsZero = false;
  /** Bytes of the IP packet were not captured. */
  isCut = false;
  /** The pseudo-header that the sender summed names another destination. */
  isSourceRouted = false;
  ttl = 0;
  flags = 0;
  seq = 0;
  ack = 0;
  checksum = 0;
  window = 0;
  /** The MSS option, 0 without one. */
  mss = 0;
  /** Bytes after the IP packet. */
  trailer = 0;

  get addressLength(): number {
    return this.ipVersion === 4 ? 4 : 16;
  }

  /** TCP header and payload. */
  get tcpLength(): number {
    return this.payloadOffset - this.tcpOffset + this.payloadLength;
  }
}

/** Fills `into`, which is valid only if `tcp` or `udp` is returned. `wireLength`: length of the frame before it was cut. */
export function readHeaders(frame: Uint8Array, wireLength: number, into: Headers): HeadersKind {
  into.encapsulation = '';
  return readEthernet(frame, 0, wireLength, into);
}

/** `start`: offset of the Ethernet header, outer or inside a tunnel. */
function readEthernet(frame: Uint8Array, start: number, wireLength: number, into: Headers): HeadersKind {
  if (start + ETHERNET_HEADER > frame.length) return missing(frame, wireLength);
  let at = start + 12;
  let etherType = u16(frame, at);
  for (let tags = 0; isTag(etherType); tags++) {
    if (at + 6 > frame.length) return 'cut';
    if (tags === MAX_TAGS) return 'other';
    at += 4;
    etherType = u16(frame, at);
  }
  return readNetwork(frame, unwrapLink(frame, at, into), wireLength, into);
}

/** Reads what follows the link layer's headers, if it is IP. */
function readNetwork(frame: Uint8Array, { etherType, ip }: Inside, wireLength: number, into: Headers): HeadersKind {
  into.ipOffset = ip;
  into.isSourceRouted = false;
  into.lengthIsZero = false;
  if (etherType === EtherType.ipv4) return readIpv4(frame, wireLength, into);
  return etherType === EtherType.ipv6 ? readIpv6(frame, wireLength, into) : 'other';
}

function readIpv4(frame: Uint8Array, wireLength: number, into: Headers): HeadersKind {
  const ip = into.ipOffset;
  if (ip + IPV4_HEADER > frame.length) return missing(frame, wireLength);
  const headerLength = (u8(frame, ip) & 0xf) * 4;
  if (u8(frame, ip) >> 4 !== 4 || headerLength < IPV4_HEADER) return 'broken';
  if (ip + headerLength > frame.length) return missing(frame, wireLength);
  into.ipVersion = 4;
  into.addresses = ip + Ipv4At.source;
  into.ttl = u8(frame, ip + Ipv4At.ttl);
  into.isSourceRouted = hasSourceRoute(frame, ip + IPV4_HEADER, ip + headerLength);
  if ((u16(frame, ip + Ipv4At.fragment) & (Ipv4Flag.moreFragments | Ipv4Flag.offset)) !== 0) return 'fragment';
  const end = packetEnd(ip, u16(frame, ip + Ipv4At.totalLength), wireLength, into);
  return readTransport(frame, u8(frame, ip + Ipv4At.protocol), ip + headerLength, end, wireLength, into);
}

function readIpv6(frame: Uint8Array, wireLength: number, into: Headers): HeadersKind {
  const ip = into.ipOffset;
  if (ip + IPV6_HEADER > frame.length) return missing(frame, wireLength);
  if (u8(frame, ip) >> 4 !== 6) return 'broken';
  into.ipVersion = 6;
  into.addresses = ip + Ipv6At.source;
  into.ttl = u8(frame, ip + Ipv6At.hopLimit);
  const length = u16(frame, ip + Ipv6At.payloadLength);
  const end = packetEnd(ip, length === 0 ? 0 : IPV6_HEADER + length, wireLength, into);
  let next = u8(frame, ip + Ipv6At.nextHeader);
  let at = ip + IPV6_HEADER;
  while (isExtension(next)) {
    if (at + 8 > frame.length) return missing(frame, wireLength);
    if (next === NextHeader.fragment && (u16(frame, at + 2) & 0xfff9) !== 0) return 'fragment';
    if (next === NextHeader.routing && u8(frame, at + 3) > 0) into.isSourceRouted = true;
    const kind = next;
    next = u8(frame, at);
    at += extensionLength(kind, u8(frame, at + 1));
  }
  return readTransport(frame, next, at, end, wireLength, into);
}

function readTransport(
  frame: Uint8Array,
  protocol: number,
  at: number,
  end: number,
  wireLength: number,
  into: Headers,
): HeadersKind {
  if (protocol === TCP_PROTOCOL) return readTcp(frame, at, end, wireLength, into);
  const inside = unwrapIp(frame, protocol, at, into);
  if (inside === undefined) return protocol === UDP_PROTOCOL ? readUdp(frame, at, end, wireLength, into) : 'other';
  if (inside.etherType === TRANSPARENT_ETHERNET) return readEthernet(frame, inside.ip, wireLength, into);
  return readNetwork(frame, inside, wireLength, into);
}

function readUdp(frame: Uint8Array, udp: number, end: number, wireLength: number, into: Headers): HeadersKind {
  if (end > wireLength || udp + UDP_HEADER > end) return 'broken';
  if (udp + UDP_HEADER > frame.length) return 'cut';
  into.tcpOffset = udp;
  into.payloadOffset = udp + UDP_HEADER;
  into.payloadLength = end - udp - UDP_HEADER;
  into.isCut = end > frame.length;
  into.checksum = u16(frame, udp + UdpAt.checksum);
  return 'udp';
}

/** A length of 0 in a frame as short as Ethernet's minimum proves nothing. */
function packetEnd(ip: number, length: number, wireLength: number, into: Headers): number {
  if (length > 0) return ip + length;
  into.lengthIsZero = true;
  return wireLength > ETHERNET_MINIMUM ? wireLength : 0;
}

function readTcp(frame: Uint8Array, tcp: number, end: number, wireLength: number, into: Headers): HeadersKind {
  if (end > wireLength || tcp + TCP_HEADER > end) return 'broken';
  if (tcp + TCP_HEADER > frame.length) return 'cut';
  const payload = tcp + (u8(frame, tcp + TcpAt.dataOffset) >> 4) * 4;
  if (payload < tcp + TCP_HEADER || payload > end) return 'broken';
  if (payload > frame.length) return 'cut';
  into.tcpOffset = tcp;
  into.payloadOffset = payload;
  into.payloadLength = end - payload;
  into.isCut = end > frame.length;
  into.trailer = wireLength - end;
  into.seq = i32(frame, tcp + TcpAt.seq) >>> 0;
  into.ack = i32(frame, tcp + TcpAt.ack) >>> 0;
  into.flags = u16(frame, tcp + TcpAt.dataOffset) & 0xfff;
  into.window = u16(frame, tcp + TcpAt.window);
  into.checksum = u16(frame, tcp + TcpAt.checksum);
  into.mss = (into.flags & TcpFlag.syn) === 0 ? 0 : mssOption(frame, tcp + TCP_HEADER, payload);
  return 'tcp';
}

function mssOption(frame: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; ) {
    const kind = u8(frame, at);
    if (kind === TcpOption.end) return 0;
    if (kind === TcpOption.nop) {
      at++;
      continue;
    }
    const length = at + 1 < end ? u8(frame, at + 1) : 0;
    if (length < 2 || at + length > end) return 0;
    if (kind === TcpOption.mss && length === 4) return u16(frame, at + 2);
    at += length;
  }
  return 0;
}

function missing(frame: Uint8Array, wireLength: number): HeadersKind {
  return wireLength > frame.length ? 'cut' : 'broken';
}

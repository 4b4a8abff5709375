/**
 * What coalescing needs to know about one frame. Parsing takes any bytes and never throws: a frame that is not a whole
 * TCP segment over IPv4 or IPv6 is `other`, with a reason. A `Segment` is filled in place and allocates nothing.
 */

import { i32, u8, u16, u32 } from './bytes.ts';
import { sumBytes, verifies } from './checksum.ts';
import { mix } from './connection-hash.ts';
import { ETHERNET_HEADER, EtherType, isTag, MAX_TAGS } from './ethernet.ts';
import { Ipv4At, Ipv6At, TcpAt } from './fields.ts';
import { hasSourceRoute, IPV4_HEADER, Ipv4Flag } from './ipv4.ts';
import { extensionLength, IPV6_HEADER, isExtension, NextHeader } from './ipv6.ts';
import { TCP_HEADER, TCP_PROTOCOL, TcpFlag } from './tcp.ts';
import { OptionsKind, scanOptions } from './tcp-options.ts';
import { NO_OUTER, type OuterHeader, type TunnelKind } from './tunnel.ts';

/** A later fragment names no ports; a first one carries a whole TCP header; `other` is neither these nor a segment. */
export type FrameKind = 'segment' | 'first-fragment' | 'later-fragment' | 'other';

/** Why a frame is not a whole TCP segment (I8). `none`: it is one, or a fragment of one. */
export type OtherReason =
  | 'none'
  | 'ethernet-short'
  | 'too-many-tags'
  | 'not-ip'
  | 'ip-header-short'
  | 'ip-version'
  | 'ihl'
  | 'ip-length-short'
  | 'ip-length-past-end'
  | 'extension-past-end'
  | 'not-tcp'
  | 'tcp-header-short'
  | 'data-offset'
  | 'data-offset-past-end';

/** `partial`: the sender left it to offload, and nothing is wrong with that (K1). */
export type ChecksumState = 'right' | 'wrong' | 'unverified' | 'partial';

/** The out-of-band mark of the TCP checksum: none; only the pseudo-header is summed; already validated. */
export type ChecksumMark = 'none' | 'partial' | 'unnecessary';

/** Addresses of IPv6, and ports. */
const HOST_WORDS = 4 + 4 + 1;
/** IP version, six VLAN ids, addresses and ports: 64 bytes, the most that the engine keeps inside the object. */
export const USUAL_KEY_WORDS: number = 1 + 6 + HOST_WORDS;
const NO_TUNNELS: readonly TunnelKind[] = [];

/** Shared: a buffer for each segment would cost more than the rest of the segment. */
const NO_BYTES = new Uint8Array(0);

/** A parsed frame. Offsets and lengths are in bytes of `frame`. For `other`, only the fields read before the reason are valid. */
export class Segment {
  frame: Uint8Array = NO_BYTES;
  kind: FrameKind = 'other';
  reason: OtherReason = 'none';

  ipVersion: 0 | 4 | 6 = 0;
  ipOffset = 0;
  /** First byte after the link-layer header: `ipOffset`, unless the packet is inside a tunnel. */
  linkEnd = 0;
  /** The headers between the two. */
  outer: readonly OuterHeader[] = NO_OUTER;
  /** The tunnels around it, outermost first. */
  tunnels: readonly TunnelKind[] = NO_TUNNELS;
  /** First byte after the IP packet: what follows is the link layer's trailer. */
  ipEnd = 0;
  tcpOffset = 0;
  payloadOffset = 0;
  payloadLength = 0;

  /** IPv4 TOS or IPv6 traffic class: DSCP and ECN. */
  trafficClass = 0;
  ttl = 0;
  ipId = 0;
  /** IPv4 reserved flag and DF, in place (0xc000). */
  ipFlags = 0;
  flowLabel = 0;
  isFragment = false;
  /** IPv4 options, or an IPv6 extension header. */
  hasIpExtras = false;
  /** A source route that is not used up: the pseudo-header names another destination than the one the sender summed. */
  isSourceRouted = false;

  seq = 0;
  ack = 0;
  /** Twelve bits, see TcpFlag. */
  flags = 0;
  window = 0;
  urgent = 0;
  options: OptionsKind = OptionsKind.none;
  /** Offset in the frame of the timestamps option's value, 0 without one. */
  timestampsOffset = 0;
  tsVal = 0;
  tsEcr = 0;

  ipChecksum: ChecksumState = 'unverified';
  tcpChecksum: ChecksumState = 'unverified';
  /** Folded sum of the payload alone; only right where a `verify` ran. */
  payloadSum = 0;
  /** After more tags than the reference reads: another reader may take it for another protocol. */
  isDeep = false;
  /** Marked out of band as protected by IPsec (E9). */
  ipsec = false;
  csum: ChecksumMark = 'none';

  /** The connection: IP version, VLAN ids, addresses, ports; `hostWords` of them without the ports. */
  key: Int32Array = new Int32Array(USUAL_KEY_WORDS);
  keyWords = 0;
  hostWords = 0;
  hostHash = 0;
  hash = 0;

  /** Number of words in the key before the addresses. Few segments need more. */
  makeRoom(words: number): void {
    const { key } = this;
    if (words + HOST_WORDS <= key.length) return;
    this.key = new Int32Array(2 * (words + HOST_WORDS));
    this.key.set(key);
  }

  get ecn(): number {
    return this.trafficClass & 3;
  }

  get dscp(): number {
    return this.trafficClass >> 2;
  }

  get tcpHeaderLength(): number {
    return this.payloadOffset - this.tcpOffset;
  }

  get isPureAck(): boolean {
    return this.payloadLength === 0;
  }

  get hasTimestamps(): boolean {
    return this.options === OptionsKind.timestamps;
  }
}

/** Fills `into` from a frame. The TCP checksum stays `unverified`: see `verify`. For tunnels, see `parseTunnelled`. */
export function parseSegment(frame: Uint8Array, into: Segment, mostTags: number = MAX_TAGS): Segment {
  into.frame = frame;
  into.kind = 'other';
  into.ipVersion = 0;
  into.ipEnd = frame.length;
  into.isFragment = false;
  into.hasIpExtras = false;
  into.isSourceRouted = false;
  into.ipChecksum = 'unverified';
  into.tcpChecksum = 'unverified';
  into.payloadLength = 0;
  into.ipsec = false;
  into.isDeep = false;
  into.csum = 'none';
  into.keyWords = 0;
  into.hostWords = 0;
  into.tcpOffset = 0;
  into.payloadOffset = 0;
  into.outer = NO_OUTER;
  into.tunnels = NO_TUNNELS;
  into.reason = parseLink(frame, into, mostTags);
  into.linkEnd = into.ipOffset;
  return into;
}

/** Reads the IP packet at `at` and its contents into `into`, whose key has `words` words by then. False: not a segment. */
export function parsePacket(frame: Uint8Array, is4: boolean, at: number, words: number, into: Segment): boolean {
  into.key[0] = ((is4 ? 4 : 6) << 8) | words;
  into.ipOffset = at;
  into.hasIpExtras = false;
  into.isFragment = false;
  into.isSourceRouted = false;
  into.reason = is4 ? parseIpv4(frame, at, words, into) : parseIpv6(frame, at, words, into);
  return into.kind !== 'other';
}

function parseLink(frame: Uint8Array, into: Segment, mostTags: number): OtherReason {
  if (frame.length < ETHERNET_HEADER) return 'ethernet-short';
  let words = 1;
  let at = 12;
  let etherType = u16(frame, at);
  for (let tags = 0; isTag(etherType); tags++) {
    if (tags === mostTags) return 'too-many-tags';
    if (at + 6 > frame.length) return 'ethernet-short';
    const vid = u16(frame, at + 2) & 0xfff;
    if (vid !== 0) {
      into.makeRoom(words + 1);
      into.key[words++] = vid;
    }
    at += 4;
    etherType = u16(frame, at);
  }
  const ip = at + 2;
  into.ipOffset = ip;
  if (etherType === EtherType.ipv4) {
    into.key[0] = (4 << 8) | words;
    return parseIpv4(frame, ip, words, into);
  }
  if (etherType === EtherType.ipv6) {
    into.key[0] = (6 << 8) | words;
    return parseIpv6(frame, ip, words, into);
  }
  return 'not-ip';
}

function parseIpv4(frame: Uint8Array, ip: number, words: number, into: Segment): OtherReason {
  if (ip + IPV4_HEADER > frame.length) return 'ip-header-short';
  const first = u8(frame, ip);
  if (first >> 4 !== 4) return 'ip-version';
  const headerLength = (first & 0xf) * 4;
  if (headerLength < IPV4_HEADER) return 'ihl';
  if (ip + headerLength > frame.length) return 'ip-header-short';
  into.ipVersion = 4;
  into.ipChecksum = verifies(sumBytes(frame, ip, ip + headerLength)) ? 'right' : 'wrong';
  const totalLength = u16(frame, ip + Ipv4At.totalLength);
  if (totalLength < headerLength) return 'ip-length-short';
  if (ip + totalLength > frame.length) return 'ip-length-past-end';
  into.ipEnd = ip + totalLength;
  into.trafficClass = u8(frame, ip + Ipv4At.tos);
  into.ipId = u16(frame, ip + Ipv4At.id);
  const fragment = u16(frame, ip + Ipv4At.fragment);
  into.ipFlags = fragment & (Ipv4Flag.reserved | Ipv4Flag.dontFragment);
  into.flowLabel = 0;
  into.ttl = u8(frame, ip + Ipv4At.ttl);
  if (u8(frame, ip + Ipv4At.protocol) !== TCP_PROTOCOL) return 'not-tcp';
  const tcp = ip + headerLength;
  if (headerLength > IPV4_HEADER) {
    into.hasIpExtras = true;
    into.isSourceRouted = hasSourceRoute(frame, ip + IPV4_HEADER, tcp);
  }
  setHosts(frame, ip + Ipv4At.source, 2, words, into);
  into.isFragment = (fragment & (Ipv4Flag.moreFragments | Ipv4Flag.offset)) !== 0;
  return parseTransport(frame, tcp, (fragment & Ipv4Flag.offset) !== 0, into);
}

function parseIpv6(frame: Uint8Array, ip: number, words: number, into: Segment): OtherReason {
  if (ip + IPV6_HEADER > frame.length) return 'ip-header-short';
  const first = u32(frame, ip);
  if (first >>> 28 !== 6) return 'ip-version';
  into.ipVersion = 6;
  const end = ip + IPV6_HEADER + u16(frame, ip + Ipv6At.payloadLength);
  if (end > frame.length) return 'ip-length-past-end';
  into.ipEnd = end;
  into.trafficClass = (first >>> 20) & 0xff;
  into.flowLabel = first & 0xfffff;
  into.ipId = 0;
  into.ipFlags = 0;
  into.ttl = u8(frame, ip + Ipv6At.hopLimit);
  setHosts(frame, ip + Ipv6At.source, 8, words, into);
  let next = u8(frame, ip + Ipv6At.nextHeader);
  let at = ip + IPV6_HEADER;
  while (isExtension(next)) {
    into.hasIpExtras = true;
    if (at + 8 > end) return 'extension-past-end';
    const kind = next;
    next = u8(frame, at);
    const length = extensionLength(kind, u8(frame, at + 1));
    if (at + length > end) return 'extension-past-end';
    // With no segment left, the header's own destination is the final one (RFC 8200 8.1).
    if (kind === NextHeader.routing && u8(frame, at + 3) > 0) into.isSourceRouted = true;
    if (kind === NextHeader.fragment) {
      const field = u16(frame, at + 2);
      if ((field & 0xfff9) !== 0) into.isFragment = true;
      if ((field & 0xfff8) !== 0)
        return next === TCP_PROTOCOL ? parseTransport(frame, at + length, true, into) : 'not-tcp';
    }
    at += length;
  }
  return next === TCP_PROTOCOL ? parseTransport(frame, at, false, into) : 'not-tcp';
}

function parseTransport(frame: Uint8Array, tcp: number, isLater: boolean, into: Segment): OtherReason {
  into.tcpOffset = tcp;
  if (isLater) {
    into.kind = 'later-fragment';
    return 'none';
  }
  const end = into.ipEnd;
  if (tcp + TCP_HEADER > end) return 'tcp-header-short';
  const offsetAndFlags = u16(frame, tcp + TcpAt.dataOffset);
  const headerLength = (offsetAndFlags >> 12) * 4;
  if (headerLength < TCP_HEADER) return 'data-offset';
  const payload = tcp + headerLength;
  if (payload > end) return 'data-offset-past-end';
  into.payloadOffset = payload;
  into.payloadLength = end - payload;
  // Unsigned here and not in `u32`: a call that is not inlined allocates a box for each result beyond 2^31.
  into.seq = i32(frame, tcp + TcpAt.seq) >>> 0;
  into.ack = i32(frame, tcp + TcpAt.ack) >>> 0;
  into.flags = offsetAndFlags & 0xfff;
  into.window = u16(frame, tcp + TcpAt.window);
  into.urgent = u16(frame, tcp + TcpAt.urgent);
  const scanned = scanOptions(frame, tcp + TCP_HEADER, payload);
  into.options = (scanned & 7) as OptionsKind;
  if (into.options === OptionsKind.timestamps) {
    const value = tcp + TCP_HEADER + (scanned >> 3) + 2;
    into.timestampsOffset = value;
    into.tsVal = i32(frame, value) >>> 0;
    into.tsEcr = i32(frame, value + 4) >>> 0;
  } else {
    into.timestampsOffset = 0;
  }
  const ports = i32(frame, tcp);
  into.key[into.hostWords] = ports;
  into.keyWords = into.hostWords + 1;
  into.hash = mix(into.hostHash, ports);
  into.kind = into.isFragment ? 'first-fragment' : 'segment';
  return 'none';
}

/** Adds `count` words of addresses to the key and hashes the key. */
function setHosts(frame: Uint8Array, at: number, count: number, words: number, into: Segment): void {
  const key = into.key;
  let hash = 0;
  for (let i = 0; i < words; i++) hash = mix(hash, key[i] as number);
  for (let i = 0; i < count; i++) {
    const word = i32(frame, at + 4 * i);
    key[words + i] = word;
    hash = mix(hash, word);
  }
  into.hostWords = words + count;
  into.hostHash = hash;
}

/** Sum of the pseudo-header (RFC 9293 3.1, RFC 8200 8.1) without the TCP length; the key holds the addresses as words. */
function addressSum(segment: Segment): number {
  const { key, hostWords } = segment;
  let sum = TCP_PROTOCOL;
  for (let i = hostWords - (segment.ipVersion === 4 ? 2 : 8); i < hostWords; i++) {
    const word = key[i] as number;
    sum += (word >>> 16) + (word & 0xffff);
  }
  return sum;
}

/** Sum of the whole pseudo-header for `tcpLength` bytes of TCP header and payload, unfolded. */
export function pseudoHeaderSum(segment: Segment, tcpLength: number): number {
  return addressSum(segment) + (tcpLength & 0xffff) + (tcpLength >>> 16);
}

/** Whether the segment's TCP checksum can be verified from this frame alone. */
export function isVerifiable(segment: Segment): boolean {
  return segment.kind === 'segment' && !segment.isSourceRouted;
}

/** Judges the TCP checksum, given the payload's folded sum. A checksum that cannot be verified stays as it is. */
export function verify(segment: Segment, payloadSum: number): void {
  segment.payloadSum = payloadSum;
  if (!isVerifiable(segment)) return;
  const sum = payloadSum + tcpHeaderSum(segment) + pseudoHeaderSum(segment, segment.ipEnd - segment.tcpOffset);
  segment.tcpChecksum = verifies(sum) ? 'right' : 'wrong';
}

/** Replaces the verdicts of its checksums; `ip` stays if it is left out. */
export function settle(
  segment: Segment,
  { tcp, ip }: { readonly tcp: ChecksumState; readonly ip?: ChecksumState },
): void {
  segment.tcpChecksum = tcp;
  if (ip !== undefined) segment.ipChecksum = ip;
}

/** Sum of the TCP header, from the fields that were read: only the checksum and the options are read again. */
function tcpHeaderSum(segment: Segment): number {
  const { frame, tcpOffset, payloadOffset, seq, ack } = segment;
  const ports = segment.key[segment.hostWords] as number;
  const offsetAndFlags = ((payloadOffset - tcpOffset) << 10) | segment.flags;
  return (
    (ports >>> 16) +
    (ports & 0xffff) +
    (seq >>> 16) +
    (seq & 0xffff) +
    (ack >>> 16) +
    (ack & 0xffff) +
    (offsetAndFlags + segment.window + u16(frame, tcpOffset + TcpAt.checksum) + segment.urgent) +
    sumBytes(frame, tcpOffset + TCP_HEADER, payloadOffset)
  );
}

/** Same connection: VLAN ids (0 left out), IP version, addresses, ports. */
export function sameConnection(a: Segment, b: Segment): boolean {
  return a.keyWords === b.keyWords && sameWords(a, b, a.keyWords);
}

/** Same VLAN ids, IP version and addresses. */
export function sameHosts(a: Segment, b: Segment): boolean {
  return a.hostWords === b.hostWords && sameWords(a, b, a.hostWords);
}

function sameWords(a: Segment, b: Segment, count: number): boolean {
  for (let i = 0; i < count; i++) if (a.key[i] !== b.key[i]) return false;
  return true;
}

/** Every flag that no ordinary data segment or acknowledgment carries. */
export const EXCEPTIONAL_FLAGS: number = TcpFlag.syn | TcpFlag.urg | TcpFlag.rst | TcpFlag.fin;

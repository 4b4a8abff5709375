/** Frames from a description. Fields that it leaves out are ordinary; checksums are right unless it says otherwise. */

import { parseAddress, parseMac } from './address.ts';
import { fromHex, setU16, u16 } from './bytes.ts';
import { finish, sumBytes } from './checksum.ts';
import { ETHERNET_MINIMUM, EtherType, emitEthernet, type VlanTag } from './ethernet.ts';
import { Ipv4At, TcpAt, UdpAt } from './fields.ts';
import { emitIpv4, IPV4_HEADER, Ipv4Flag } from './ipv4.ts';
import { emitIpv6, IPV6_HEADER, NextHeader } from './ipv6.ts';
import { emitTcp, TCP_HEADER, TCP_PROTOCOL, TcpFlag } from './tcp.ts';
import { timestampsOption } from './tcp-options.ts';
import { emitUdp, UDP_HEADER, UDP_PROTOCOL } from './udp.ts';

/**
 * An IPv6 extension header in front of TCP. `offset` in 8-byte units; `left`: segments left, 0 by default: with 1, the
 * routing header names the final destination, which the transport checksum covers.
 */
export type Extension =
  | { readonly kind: 'hop-by-hop' | 'destination' | 'ah' }
  | { readonly kind: 'routing'; readonly left?: 0 | 1 }
  | { readonly kind: 'fragment'; readonly offset?: number; readonly more?: boolean; readonly id?: number };

/** What to break on purpose, at the very end. */
export interface Corruption {
  /** Wrong: one bit flipped. A number: the field's value. */
  readonly ipChecksum?: 'wrong' | number;
  readonly tcpChecksum?: 'wrong' | number;
  readonly udpChecksum?: 'wrong' | number;
  /** Header fields written as they are; IPv4's checksum is made right again. */
  readonly ipVersion?: number;
  readonly ihl?: number;
  readonly ipLength?: number;
  readonly protocol?: number;
  readonly dataOffset?: number;
  /** The checksum stays right for the true length. */
  readonly udpLength?: number;
  readonly etherType?: number;
  /** The frame is cut to this many bytes. */
  readonly cutTo?: number;
}

/** Its two ends. */
export interface Ends {
  /** Addresses as text; they determine the IP version. */
  readonly src: string;
  readonly dst: string;
  readonly sport: number;
  readonly dport: number;
}

/** Other fields of its Ethernet, IP and TCP (or UDP) header. Lengths are in bytes; hex has no blanks. */
export interface FrameFields {
  readonly srcMac?: string;
  readonly dstMac?: string;
  readonly tags?: readonly VlanTag[];
  readonly dscp?: number;
  readonly ecn?: number;
  /** IPv4 only. */
  readonly id?: number;
  readonly df?: boolean;
  readonly mf?: boolean;
  readonly reservedFlag?: boolean;
  /** In 8-byte units. */
  readonly fragmentOffset?: number;
  readonly ipOptions?: string;
  /** IPv6 only. */
  readonly flowLabel?: number;
  readonly extensions?: readonly Extension[];
  readonly ttl?: number;
  readonly transport?: 'tcp' | 'udp';
  /** UDP only: bytes after the datagram that belong to the IP packet. */
  readonly slack?: number;
  readonly seq?: number;
  readonly ack?: number;
  /** Letters: F S R P A U E (ECE) C (CWR) N (AE) and 2, 4, 8 for the other reserved bits. Default A. */
  readonly flags?: string;
  readonly window?: number;
  readonly urgent?: number;
  /** TSval and TSecr: the usual NOP NOP timestamps. */
  readonly timestamps?: readonly [number, number];
  /** TCP options in hex, after the timestamps if there are any; padded with EOL to 32-bit words. */
  readonly options?: string;
  /** The number of bytes after the IP packet; by default as many as Ethernet's minimum needs. */
  readonly trailer?: number | 'minimum';
  /** Value of trailer bytes. */
  readonly trailerByte?: number;
  readonly corrupt?: Corruption;
}

/** A frame in words. */
export interface FrameSpec extends Ends, FrameFields {
  readonly payload?: Uint8Array;
}

const FLAG_BITS: Readonly<Record<string, number>> = {
  F: TcpFlag.fin,
  S: TcpFlag.syn,
  R: TcpFlag.rst,
  P: TcpFlag.psh,
  A: TcpFlag.ack,
  U: TcpFlag.urg,
  E: TcpFlag.ece,
  C: TcpFlag.cwr,
  N: TcpFlag.ae,
  '2': 0x200,
  '4': 0x400,
  '8': 0x800,
};

/** Addresses seen so far, as bytes that never change: thousands of frames have few senders. */
class Texts {
  readonly #known = new Map<string, Uint8Array>();
  readonly #parse: (text: string) => Uint8Array | undefined;
  readonly #what: string;

  constructor(what: string, parse: (text: string) => Uint8Array | undefined) {
    this.#what = what;
    this.#parse = parse;
  }

  /** Throws RangeError if it is not an address. */
  bytes(text: string): Uint8Array {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const bytes = this.#parse(text);
    if (bytes === undefined) throw new RangeError(`${this.#what} ${text} is not one`);
    if (this.#known.size === MOST_TEXTS) this.#known.clear();
    this.#known.set(text, bytes);
    return bytes;
  }
}

const MOST_TEXTS = 4096;
const NOTHING = new Uint8Array(0);
const sources = new Texts('source address', parseAddress);
const destinations = new Texts('destination address', parseAddress);
const macs = new Texts('MAC address', parseMac);

/** The twelve flag bits of letters; unknown letters are an error of the caller. */
export function flagBits(letters: string): number {
  let bits = 0;
  for (const letter of letters) {
    const bit = FLAG_BITS[letter];
    if (bit === undefined) throw new RangeError(`no TCP flag is called ${letter}`);
    bits |= bit;
  }
  return bits;
}

export const DEFAULT_SOURCE_MAC: string = '02:00:00:00:00:01';
export const DEFAULT_DESTINATION_MAC: string = '02:00:00:00:00:02';

/** The frame of a description. Throws RangeError if the description is invalid (an address, hex). */
export function buildFrame(spec: FrameSpec): Uint8Array {
  return frameBetween(spec, spec, spec.payload ?? NOTHING);
}

/** The frame of a description in parts. */
export function frameBetween(ends: Ends, spec: FrameFields, payload: Uint8Array): Uint8Array {
  const source = sources.bytes(ends.src);
  const destination = destinations.bytes(ends.dst);
  const isIpv4 = source.length === 4;
  const tags = spec.tags ?? [];
  const ipOptions = hexBytes(spec.ipOptions, 'IPv4 options');
  const extensions = spec.extensions ?? [];
  const chain = isIpv4 ? NO_EXTENSIONS : emitExtensions(extensions, spec);
  const ip = 14 + 4 * tags.length;
  const ipHeader = isIpv4 ? IPV4_HEADER + ((ipOptions.length + 3) & ~3) : IPV6_HEADER + chain.bytes.length;
  const at = ip + ipHeader;
  const transport = transportOf(ends, spec, payload);
  const packetEnd = at + transport.length;
  const trailer = spec.trailer ?? 'minimum';
  const length = trailer === 'minimum' ? Math.max(packetEnd, ETHERNET_MINIMUM) : packetEnd + trailer;
  const frame = new Uint8Array(length);
  const destinationMac = macs.bytes(spec.dstMac ?? DEFAULT_DESTINATION_MAC);
  const sourceMac = macs.bytes(spec.srcMac ?? DEFAULT_SOURCE_MAC);
  emitEthernet(frame, destinationMac, sourceMac, tags, isIpv4 ? EtherType.ipv4 : EtherType.ipv6);
  const trafficClass = ((spec.dscp ?? 0) << 2) | (spec.ecn ?? 0);
  if (isIpv4) {
    emitIpv4(frame, ip, {
      tos: trafficClass,
      totalLength: ipHeader + transport.length,
      id: spec.id ?? 0,
      fragment:
        (spec.reservedFlag === true ? Ipv4Flag.reserved : 0) |
        (spec.df === false ? 0 : Ipv4Flag.dontFragment) |
        (spec.mf === true ? Ipv4Flag.moreFragments : 0) |
        ((spec.fragmentOffset ?? 0) & Ipv4Flag.offset),
      ttl: spec.ttl ?? 64,
      protocol: spec.transport === 'udp' ? UDP_PROTOCOL : TCP_PROTOCOL,
      source,
      destination,
      options: ipOptions,
    });
  } else {
    emitIpv6(frame, ip, {
      trafficClass,
      flowLabel: spec.flowLabel ?? 0,
      payloadLength: chain.bytes.length + transport.length,
      nextHeader: chain.first,
      hopLimit: spec.ttl ?? 64,
      source,
      destination,
    });
    frame.set(chain.bytes, ip + IPV6_HEADER);
  }
  transport.emit(frame, at);
  const isRouted = extensions.some((extension) => extension.kind === 'routing' && extension.left === 1);
  const end = packetEnd - (spec.slack ?? 0);
  fillChecksum(frame, at, end, source, isRouted ? FINAL_DESTINATION : destination, spec.transport === 'udp');
  frame.fill(spec.trailerByte ?? 0, packetEnd);
  return corrupt(frame, ip, at, isIpv4, spec.corrupt);
}

function hexBytes(text: string | undefined, what: string): Uint8Array {
  if (text === undefined) return NOTHING;
  const bytes = fromHex(text);
  if (bytes === undefined) throw new RangeError(`${what} ${text} is not one`);
  return bytes;
}

/** Everything after the IP header, slack included. */
interface Transport {
  readonly length: number;
  /** The checksum is left out. */
  readonly emit: (into: Uint8Array, at: number) => void;
}

function transportOf({ sport, dport }: Ends, spec: FrameFields, payload: Uint8Array): Transport {
  if (spec.transport === 'udp') {
    const length = UDP_HEADER + payload.length;
    const emit = (into: Uint8Array, at: number): void => {
      emitUdp(into, at, sport, dport, length);
      into.set(payload, at + UDP_HEADER);
    };
    return { length: length + (spec.slack ?? 0), emit };
  }
  const timestamps = spec.timestamps === undefined ? NOTHING : timestampsOption(...spec.timestamps);
  const others = hexBytes(spec.options, 'TCP options');
  const header = TCP_HEADER + ((timestamps.length + others.length + 3) & ~3);
  const emit = (into: Uint8Array, at: number): void => {
    emitTcp(into, at, {
      sourcePort: sport,
      destinationPort: dport,
      seq: spec.seq ?? 0,
      ack: spec.ack ?? 0,
      dataOffset: header >> 2,
      flags: flagBits(spec.flags ?? 'A'),
      window: spec.window ?? 0xffff,
      urgent: spec.urgent ?? 0,
    });
    into.set(timestamps, at + TCP_HEADER);
    into.set(others, at + TCP_HEADER + timestamps.length);
    into.set(payload, at + header);
  };
  return { length: header + payload.length, emit };
}

const EXTENSION_NUMBER = {
  'hop-by-hop': NextHeader.hopByHop,
  destination: NextHeader.destination,
  routing: NextHeader.routing,
  ah: NextHeader.ah,
  fragment: NextHeader.fragment,
} as const;

const NO_EXTENSIONS = { bytes: NOTHING, first: 0 } as const;

/** 2001:db8::fd. */
const FINAL_DESTINATION = Uint8Array.of(0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xfd);

/**
 * Bodies are the smallest legal ones: PadN options, a 24-byte AH, a routing header of type 253 with no segment left, or of
 * type 2 with one.
 */
function emitExtensions(extensions: readonly Extension[], spec: FrameFields): { bytes: Uint8Array; first: number } {
  const last = spec.transport === 'udp' ? UDP_PROTOCOL : TCP_PROTOCOL;
  if (extensions.length === 0) return { bytes: NOTHING, first: last };
  const numbers = [...extensions.map(({ kind }) => EXTENSION_NUMBER[kind]), last];
  const parts = extensions.map((extension, i) => {
    const isRouted = extension.kind === 'routing' && extension.left === 1;
    const body = new Uint8Array(extension.kind === 'ah' || isRouted ? 24 : 8);
    body[0] = numbers[i + 1] as number;
    if (extension.kind === 'fragment') {
      setU16(body, 2, ((extension.offset ?? 0) << 3) | (extension.more === true ? 1 : 0));
      setU16(body, 6, extension.id ?? 1);
    } else if (extension.kind === 'ah') body[1] = 4;
    else if (isRouted) {
      body.set([2, 2, 1], 1);
      body.set(FINAL_DESTINATION, 8);
    } else if (extension.kind === 'routing') body[2] = 253;
    else body.set([1, 4], 2);
    return body;
  });
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return { bytes, first: numbers[0] as number };
}

function fillChecksum(
  frame: Uint8Array,
  at: number,
  end: number,
  source: Uint8Array,
  destination: Uint8Array,
  isUdp: boolean,
): void {
  const protocol = isUdp ? UDP_PROTOCOL : TCP_PROTOCOL;
  const pseudo =
    sumBytes(source, 0, source.length) + sumBytes(destination, 0, destination.length) + protocol + end - at;
  const sum = finish(pseudo + sumBytes(frame, at, end));
  const field = at + (isUdp ? 6 : 16);
  if (field + 2 <= end) setU16(frame, field, isUdp && sum === 0 ? 0xffff : sum);
}

function corrupt(
  frame: Uint8Array,
  ip: number,
  tcp: number,
  isIpv4: boolean,
  corruption: Corruption | undefined,
): Uint8Array {
  if (corruption === undefined) return frame;
  const { ipVersion, ihl, ipLength, protocol, dataOffset, etherType, ipChecksum, tcpChecksum, cutTo } = corruption;
  const { udpLength, udpChecksum } = corruption;
  if (etherType !== undefined) setU16(frame, ip - 2, etherType);
  if (ipVersion !== undefined) frame[ip] = (ipVersion << 4) | ((frame[ip] as number) & 0xf);
  if (ihl !== undefined) frame[ip] = ((frame[ip] as number) & 0xf0) | ihl;
  if (ipLength !== undefined) setU16(frame, ip + (isIpv4 ? 2 : 4), ipLength);
  if (protocol !== undefined) frame[ip + (isIpv4 ? 9 : 6)] = protocol;
  if (udpLength !== undefined) setU16(frame, tcp + UdpAt.length, udpLength);
  if (dataOffset !== undefined)
    frame[tcp + TcpAt.dataOffset] = (dataOffset << 4) | ((frame[tcp + TcpAt.dataOffset] as number) & 0xf);
  if (isIpv4) {
    setU16(frame, ip + Ipv4At.checksum, 0);
    const length = Math.min(Math.max(ihl ?? (tcp - ip) / 4, 5) * 4, frame.length - ip);
    setU16(frame, ip + Ipv4At.checksum, finish(sumBytes(frame, ip, ip + length)));
  }
  if (ipChecksum !== undefined) breakField(frame, ip + Ipv4At.checksum, ipChecksum);
  if (tcpChecksum !== undefined) breakField(frame, tcp + TcpAt.checksum, tcpChecksum);
  if (udpChecksum !== undefined) breakField(frame, tcp + UdpAt.checksum, udpChecksum);
  return cutTo === undefined ? frame : frame.slice(0, cutTo);
}

function breakField(frame: Uint8Array, at: number, how: 'wrong' | number): void {
  setU16(frame, at, how === 'wrong' ? u16(frame, at) ^ 0x0100 : how);
}

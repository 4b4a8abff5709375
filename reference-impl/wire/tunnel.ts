/**
 * Tunnels: the headers before an inner packet, outermost first. Takes any bytes and never throws.
 * Sources: RFC 1042 (SNAP), RFC 3032 2.1 (MPLS), RFC 2516 4 (PPPoE), RFC 2003 (IP in IP), RFC 4213 3 (6in4), RFC 2784 2 and
 * RFC 2890 2 (GRE), RFC 7637 3.2 (NVGRE), RFC 7348 5 (VXLAN), RFC 8926 3.4 (Geneve).
 */

import { i32, u8, u16 } from './bytes.ts';
import { sumBytes, verifies } from './checksum.ts';
import { EtherType, isTag, MAX_TAGS } from './ethernet.ts';
import { Ipv4At, Ipv6At, UdpAt } from './fields.ts';
import { IPV4_HEADER, Ipv4Flag } from './ipv4.ts';
import { IPV6_HEADER } from './ipv6.ts';
import {
  GENEVE_PORT,
  GRE,
  GreFlag,
  IPV4_INSIDE,
  IPV6_INSIDE,
  MAX_802_3_LENGTH,
  MPLS,
  PPP,
  PPPOE_SESSION,
  TRANSPARENT_ETHERNET,
  VXLAN_PORT,
} from './tunnel-numbers.ts';
import { UDP_HEADER, UDP_PROTOCOL } from './udp.ts';

/** The names in capabilities and policies. */
export const TUNNEL_KINDS = ['gre', 'vxlan', 'geneve', 'nvgre', 'ipip', '6in4', 'pppoe', 'mpls', 'snap'] as const;
/** A tunnel in which a device may coalesce. */
export type TunnelKind = (typeof TUNNEL_KINDS)[number];

/** A header outside the inner packet. */
export type OuterKind =
  | 'ipv4'
  | 'ipv6'
  | 'udp'
  | 'gre'
  | 'vxlan'
  | 'geneve'
  | 'pppoe'
  | 'mpls'
  | 'snap'
  /** The link-layer header of the inner frame: addresses, tags and EtherType. */
  | 'ethernet';

/** A header before the inner packet: bytes `at` to `end`, `end` excluded. SNAP begins with IEEE 802.3's length. */
export interface OuterHeader {
  readonly kind: OuterKind;
  readonly at: number;
  readonly end: number;
}

/** Which tunnels are parsed. `lengths`: whether outer lengths and checksums must be right. */
export interface TunnelReading {
  readonly kinds: readonly TunnelKind[];
  readonly lengths: 'checked' | 'ignored';
}

/** For frames with only a link-layer header before the packet. */
export const NO_OUTER: readonly OuterHeader[] = [];

/** The most nested tunnels that are followed, and the most words that they and their tags add to a connection's key. */
export const MOST_TUNNELS = 3;
const MOST_LABELS = 8;
const MOST_TUNNEL_WORDS = MOST_TUNNELS * (1 + 8 + MOST_LABELS) + MAX_TAGS;

/** The kind of a packet, where it begins, and where it must end at the latest. */
export interface Place {
  readonly etherType: number;
  readonly at: number;
  readonly end: number;
}

/** The headers passed on the way in. */
export interface Way {
  readonly outer: OuterHeader[];
  readonly kinds: TunnelKind[];
  /** Words of the connection's key: tunnels with their ends and identifiers, and VLAN ids. */
  readonly words: number[];
}

const SNAP_HEADER = 8;
const PPPOE_HEADER = 8;
/** Words that cannot be VLAN ids. */
const MARK = 0x1_0000;

/** The next tunnel inside, if it is of a wanted kind. Undefined: there is none, or it is damaged. */
export function enterTunnel(frame: Uint8Array, place: Place, reading: TunnelReading, way: Way): Place | undefined {
  const inside = new Entrance(frame, place, reading, way).inside();
  if (inside?.etherType !== TRANSPARENT_ETHERNET) return inside;
  return enterEthernet(frame, inside, way);
}

/** What follows the tags. Tags with an id add it to the words. Undefined: too many, or cut off. */
export function pastTags(frame: Uint8Array, at: number, end: number, words: number[]): Place | undefined {
  let next = at;
  for (let tags = 0; next + 2 <= end; tags++) {
    const etherType = u16(frame, next);
    if (!isTag(etherType)) return { etherType, at: next + 2, end };
    if (tags === MAX_TAGS || next + 4 > end) return undefined;
    const vid = u16(frame, next + 2) & 0xfff;
    if (vid !== 0) words.push(vid);
    next += 4;
  }
  return undefined;
}

function enterEthernet(frame: Uint8Array, { at, end }: Place, way: Way): Place | undefined {
  const inside = pastTags(frame, at + 12, end, way.words);
  if (inside === undefined || way.words.length > MOST_TUNNEL_WORDS) return undefined;
  // A value that is not an EtherType is the length of an IEEE 802.3 frame, and belongs to what follows.
  const isLength = inside.etherType <= MAX_802_3_LENGTH;
  way.outer.push({ kind: 'ethernet', at, end: isLength ? inside.at - 2 : inside.at });
  return inside;
}

class Entrance {
  readonly #frame: Uint8Array;
  readonly #place: Place;
  readonly #reading: TunnelReading;
  readonly #way: Way;

  constructor(frame: Uint8Array, place: Place, reading: TunnelReading, way: Way) {
    this.#frame = frame;
    this.#place = place;
    this.#reading = reading;
    this.#way = way;
  }

  inside(): Place | undefined {
    const { etherType, at, end } = this.#place;
    if (etherType === EtherType.ipv4) return this.#ipv4(at, end);
    if (etherType === EtherType.ipv6) return this.#ipv6(at, end);
    if (etherType === PPPOE_SESSION) return this.#pppoe(at, end);
    if (MPLS.includes(etherType)) return this.#mpls(at, end);
    return etherType <= MAX_802_3_LENGTH ? this.#snap(etherType, at, end) : undefined;
  }

  get #isChecked(): boolean {
    return this.#reading.lengths === 'checked';
  }

  /** A header of a wanted tunnel; `id` distinguishes its tunnels. */
  #enter(kind: TunnelKind, header: OuterHeader, id: readonly number[]): boolean {
    const { kinds } = this.#reading;
    // NVGRE is GRE.
    if (!kinds.includes(kind) && !(kind === 'nvgre' && kinds.includes('gre'))) return false;
    this.#way.kinds.push(kind);
    this.#way.outer.push(header);
    this.#way.words.push(MARK + TUNNEL_KINDS.indexOf(kind), ...id);
    return true;
  }

  /** Where the packet ends by its length. Undefined: it cannot end there. */
  #endAt(length: number, least: number, end: number): number | undefined {
    if (!this.#isChecked) return end;
    return length < least || length > end ? undefined : length;
  }

  #words(at: number, count: number): number[] {
    return Array.from({ length: count }, (_, i) => i32(this.#frame, at + 4 * i));
  }

  #ipv4(at: number, end: number): Place | undefined {
    const frame = this.#frame;
    if (at + IPV4_HEADER > end || u8(frame, at) !== 0x45) return undefined;
    if ((u16(frame, at + Ipv4At.fragment) & (Ipv4Flag.moreFragments | Ipv4Flag.offset)) !== 0) return undefined;
    if (this.#isChecked && !verifies(sumBytes(frame, at, at + IPV4_HEADER))) return undefined;
    const packetEnd = this.#endAt(at + u16(frame, at + Ipv4At.totalLength), at + IPV4_HEADER, end);
    if (packetEnd === undefined) return undefined;
    const header: OuterHeader = { kind: 'ipv4', at, end: at + IPV4_HEADER };
    const hosts = this.#words(at + Ipv4At.source, 2);
    return this.#payload(u8(frame, at + Ipv4At.protocol), packetEnd, header, hosts);
  }

  #ipv6(at: number, end: number): Place | undefined {
    const frame = this.#frame;
    if (at + IPV6_HEADER > end || u8(frame, at) >> 4 !== 6) return undefined;
    const start = at + IPV6_HEADER;
    const packetEnd = this.#endAt(start + u16(frame, at + Ipv6At.payloadLength), start, end);
    if (packetEnd === undefined) return undefined;
    const header: OuterHeader = { kind: 'ipv6', at, end: start };
    return this.#payload(u8(frame, at + Ipv6At.nextHeader), packetEnd, header, this.#words(at + Ipv6At.source, 8));
  }

  #payload(protocol: number, end: number, ip: OuterHeader, hosts: readonly number[]): Place | undefined {
    const at = ip.end;
    if (protocol === IPV4_INSIDE && this.#enter('ipip', ip, hosts)) return { etherType: EtherType.ipv4, at, end };
    if (protocol === IPV6_INSIDE && ip.kind === 'ipv4' && this.#enter('6in4', ip, hosts))
      return { etherType: EtherType.ipv6, at, end };
    if (protocol === GRE) return this.#gre(ip, end, hosts);
    return protocol === UDP_PROTOCOL ? this.#udp(ip, end, hosts) : undefined;
  }

  #gre(ip: OuterHeader, end: number, hosts: readonly number[]): Place | undefined {
    const frame = this.#frame;
    const { end: at } = ip;
    if (at + 4 > end) return undefined;
    const flags = u16(frame, at);
    // Version 1 is PPTP's; routing was withdrawn.
    if ((flags & 0x4007) !== 0) return undefined;
    const has = (flag: number): number => ((flags & flag) === 0 ? 0 : 4);
    const key = at + 4 + has(GreFlag.checksum);
    const start = key + has(GreFlag.key) + has(GreFlag.sequence);
    if (start > end) return undefined;
    if (has(GreFlag.checksum) > 0 && this.#isChecked && !verifies(sumBytes(frame, at, end))) return undefined;
    const etherType = u16(frame, at + 2);
    const id = has(GreFlag.key) > 0 ? this.#words(key, 1) : [];
    const kind = etherType === TRANSPARENT_ETHERNET && id.length > 0 ? 'nvgre' : 'gre';
    if (!this.#enter(kind, ip, [...hosts, ...id])) return undefined;
    this.#way.outer.push({ kind: 'gre', at, end: start });
    return { etherType, at: start, end };
  }

  #udp(ip: OuterHeader, end: number, hosts: readonly number[]): Place | undefined {
    const frame = this.#frame;
    const at = ip.end;
    const header = at + UDP_HEADER;
    if (header + 8 > end) return undefined;
    const port = u16(frame, at + UdpAt.destinationPort);
    const isVxlan = port === VXLAN_PORT && (u8(frame, header) & 0x08) !== 0;
    const isGeneve = port === GENEVE_PORT && u8(frame, header) >> 6 === 0;
    if (!isVxlan && !isGeneve) return undefined;
    const datagramEnd = this.#endAt(at + u16(frame, at + UdpAt.length), header + 8, end);
    if (datagramEnd === undefined) return undefined;
    const udp: OuterHeader = { kind: 'udp', at, end: header };
    const hasSum = u16(frame, at + UdpAt.checksum) !== 0;
    if (this.#isChecked && hasSum && !verifies(outerUdpSum(frame, ip, at, datagramEnd))) return undefined;
    const start = header + 8 + (isGeneve ? (u8(frame, header) & 0x3f) * 4 : 0);
    // The network identifier; the byte after it is reserved.
    const [id = 0] = this.#words(header + 4, 1);
    if (start > datagramEnd || !this.#enter(isVxlan ? 'vxlan' : 'geneve', ip, [...hosts, id >>> 8])) return undefined;
    this.#way.outer.push(udp, { kind: isVxlan ? 'vxlan' : 'geneve', at: header, end: start });
    return { etherType: isVxlan ? TRANSPARENT_ETHERNET : u16(frame, header + 2), at: start, end: datagramEnd };
  }

  #pppoe(at: number, end: number): Place | undefined {
    const frame = this.#frame;
    const start = at + PPPOE_HEADER;
    // Version 1, type 1, code 0: session data.
    if (start > end || u16(frame, at) !== 0x1100) return undefined;
    const packetEnd = this.#endAt(at + 6 + u16(frame, at + 4), start, end);
    const etherType = PPP[u16(frame, at + 6)];
    if (packetEnd === undefined || etherType === undefined) return undefined;
    const session = u16(frame, at + 2);
    return this.#enter('pppoe', { kind: 'pppoe', at, end: start }, [session])
      ? { etherType, at: start, end: packetEnd }
      : undefined;
  }

  /** The last label of the stack is marked; the first four bits after it name the protocol. */
  #mpls(at: number, end: number): Place | undefined {
    const labels: number[] = [];
    for (let next = at; next + 5 <= end && labels.length < MOST_LABELS; ) {
      const [word = 0] = this.#words(next, 1);
      labels.push(word >>> 12);
      next += 4;
      if ((word & 0x100) === 0) continue;
      const version = u8(this.#frame, next) >> 4;
      if (version !== 4 && version !== 6) return undefined;
      const etherType = version === 4 ? EtherType.ipv4 : EtherType.ipv6;
      return this.#enter('mpls', { kind: 'mpls', at, end: next }, labels) ? { etherType, at: next, end } : undefined;
    }
    return undefined;
  }

  /** DSAP and SSAP of SNAP, unnumbered information, no organization of its own. */
  #snap(length: number, at: number, end: number): Place | undefined {
    const frame = this.#frame;
    const start = at + SNAP_HEADER;
    if (start > end || u16(frame, at) !== 0xaaaa || u16(frame, at + 2) !== 0x0300 || u16(frame, at + 4) !== 0)
      return undefined;
    const packetEnd = this.#endAt(at + length, start, end);
    if (packetEnd === undefined) return undefined;
    return this.#enter('snap', { kind: 'snap', at: at - 2, end: start }, [])
      ? { etherType: u16(frame, at + 6), at: start, end: packetEnd }
      : undefined;
  }
}

/** Sum of an outer datagram up to `end` and of its pseudo-header, its checksum field included. */
export function outerUdpSum(frame: Uint8Array, ip: OuterHeader, at: number, end: number): number {
  const addresses = ip.kind === 'ipv4' ? Ipv4At.source : Ipv6At.source;
  const length = end - at;
  return sumBytes(frame, ip.at + addresses, ip.end) + UDP_PROTOCOL + length + sumBytes(frame, at, end);
}

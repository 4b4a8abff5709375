/** Which fields of tunnel headers follow from the contents, and which must be equal in every frame of a unit. */

import { sameBytes, setU16, u16 } from './bytes.ts';
import { finish, sumBytes } from './checksum.ts';
import { Ipv4At, Ipv6At, UdpAt } from './fields.ts';
import { type OuterHeader, type OuterKind, outerUdpSum } from './tunnel.ts';
import { GreFlag, MAX_802_3_LENGTH } from './tunnel-numbers.ts';

/** Where the headers before a packet are. A parsed segment and an SCU both have this shape. */
export interface OuterLayout {
  /** End of the link-layer header. `outer` has everything between it and the packet. */
  readonly linkEnd: number;
  readonly outer: readonly OuterHeader[];
}

/** A length field: its offset, the offset in its header from which it counts, and its greatest value. */
interface LengthField {
  readonly at: number;
  readonly from: number;
  readonly most: number;
}

const LENGTHS: Partial<Record<OuterKind, LengthField>> = {
  ipv4: { at: Ipv4At.totalLength, from: 0, most: 0xffff },
  ipv6: { at: Ipv6At.payloadLength, from: 40, most: 0xffff },
  udp: { at: UdpAt.length, from: 0, most: 0xffff },
  pppoe: { at: 4, from: 6, most: 0xffff },
  // A greater value is an EtherType.
  snap: { at: 0, from: 2, most: MAX_802_3_LENGTH },
};

const NAMES: Readonly<Record<OuterKind, string>> = {
  ipv4: 'IPv4',
  ipv6: 'IPv6',
  udp: 'UDP',
  gre: 'GRE',
  vxlan: 'VXLAN',
  geneve: 'Geneve',
  pppoe: 'PPPoE',
  mpls: 'MPLS',
  snap: 'LLC/SNAP',
  ethernet: 'Ethernet',
};

/** "IPv4", "VXLAN". */
export function outerName({ kind }: OuterHeader): string {
  return NAMES[kind];
}

/** Offset of the length field; undefined: the header has none. */
export function outerLengthAt({ kind, at }: OuterHeader): number | undefined {
  const field = LENGTHS[kind];
  return field === undefined ? undefined : at + field.at;
}

/** The right value of the length field if the packet ends at `end`. */
export function outerLength({ kind, at }: OuterHeader, end: number): number {
  return end - at - (LENGTHS[kind]?.from ?? 0);
}

/** Whether every length before a packet has room for an end there. */
export function fitsOuter(outer: readonly OuterHeader[], end: number): boolean {
  return outer.every((header) => outerLength(header, end) <= (LENGTHS[header.kind]?.most ?? Number.POSITIVE_INFINITY));
}

/** Offset of the checksum field; undefined: the header has none, or says that none was computed. */
export function outerChecksumAt(bytes: Uint8Array, { kind, at }: OuterHeader): number | undefined {
  if (kind === 'ipv4') return at + Ipv4At.checksum;
  if (kind === 'udp') return u16(bytes, at + UdpAt.checksum) === 0 ? undefined : at + UdpAt.checksum;
  return kind === 'gre' && (u16(bytes, at) & GreFlag.checksum) !== 0 ? at + 4 : undefined;
}

/** The right value of the checksum field, for the bytes that follow it now. `outer`: all headers, this one among them. */
export function outerChecksum(
  bytes: Uint8Array,
  header: OuterHeader,
  outer: readonly OuterHeader[],
  end: number,
): number {
  const field = outerChecksumAt(bytes, header);
  if (field === undefined) return 0;
  const { kind, at } = header;
  const ip = outer[outer.indexOf(header) - 1] ?? header;
  const whole =
    kind === 'ipv4'
      ? sumBytes(bytes, at, header.end)
      : kind === 'udp'
        ? outerUdpSum(bytes, ip, at, end)
        : sumBytes(bytes, at, end);
  const sum = finish(whole + (0xffff - u16(bytes, field)));
  // Zero would say that none was computed.
  return kind === 'udp' && sum === 0 ? 0xffff : sum;
}

/** The header without the fields that differ from frame to frame of one tunnel: lengths, checksums, IPv4 Identification. */
export function settledHeader(bytes: Uint8Array, header: OuterHeader): Uint8Array {
  const { at, end, kind } = header;
  const copy = bytes.slice(at, end);
  const lengthAt = outerLengthAt(header);
  if (lengthAt !== undefined) setU16(copy, lengthAt - at, 0);
  const checksumAt = outerChecksumAt(bytes, header);
  // A datagram without a checksum stays one.
  if (checksumAt !== undefined) setU16(copy, checksumAt - at, 0xffff);
  if (kind === 'ipv4') setU16(copy, Ipv4At.id, 0);
  return copy;
}

/** The same tunnel headers except for the fields that differ from frame to frame. Inner link-layer headers are not compared. */
export function sameOuterHeaders(a: Uint8Array, { outer }: OuterLayout, b: Uint8Array, other: OuterLayout): boolean {
  const isTunnel = ({ kind }: OuterHeader): boolean => kind !== 'ethernet';
  const [own, theirs] = [outer.filter(isTunnel), other.outer.filter(isTunnel)];
  return (
    own.length === theirs.length &&
    own.every((header, i) => {
      const match = theirs[i] as OuterHeader;
      return header.kind === match.kind && sameBytes(settledHeader(a, header), settledHeader(b, match));
    })
  );
}

/** The same link-layer headers: the frame's own, and those of frames inside. */
export function sameLinkHeaders(a: Uint8Array, own: OuterLayout, b: Uint8Array, other: OuterLayout): boolean {
  if (!sameBytes(a.subarray(0, own.linkEnd), b.subarray(0, other.linkEnd))) return false;
  if (own.outer.length === 0 && other.outer.length === 0) return true;
  const inside = (bytes: Uint8Array, { outer }: OuterLayout): Uint8Array[] =>
    outer.filter(({ kind }) => kind === 'ethernet').map(({ at, end }) => bytes.subarray(at, end));
  const [mine, theirs] = [inside(a, own), inside(b, other)];
  return mine.length === theirs.length && mine.every((bytes, i) => sameBytes(bytes, theirs[i] as Uint8Array));
}

/** The bytes before a packet, without the fields that differ from frame to frame: equal for two frames of one stream. */
export function settledPrefix(frame: Uint8Array, { linkEnd, outer }: OuterLayout): string {
  const link = frame.subarray(0, linkEnd).join(' ');
  return outer.length === 0
    ? link
    : [link, ...outer.map((header) => settledHeader(frame, header).join(' '))].join(' / ');
}

/**
 * The offsets of all header fields, in this one place; and how to read and write the fields of a merged segment's header.
 */

import { setU16, setU32, u8, u16, u32 } from './bytes.ts';
import { TcpFlag } from './tcp-flag.ts';

/** Byte offsets in an IPv4 header (RFC 791 3.1). `fragment`: flags and fragment offset, 16 bits. */
export const Ipv4At = {
  tos: 1,
  totalLength: 2,
  id: 4,
  fragment: 6,
  ttl: 8,
  protocol: 9,
  checksum: 10,
  source: 12,
  destination: 16,
} as const;

/** Byte offsets in an IPv6 header (RFC 8200 3). */
export const Ipv6At = { payloadLength: 4, nextHeader: 6, hopLimit: 7, source: 8, destination: 24 } as const;

/** Byte offsets in a TCP header (RFC 9293 3.1). `dataOffset`: 4 bits, and 12 of flags; `flags`: the lower 8 of them. */
export const TcpAt = {
  destinationPort: 2,
  seq: 4,
  ack: 8,
  dataOffset: 12,
  flags: 13,
  window: 14,
  checksum: 16,
  urgent: 18,
} as const;

/** Offset of the timestamps' value as most stacks write it: after NOP, NOP, kind and length. */
export const USUAL_TIMESTAMPS = 24;

/** Byte offsets in a UDP header (RFC 768). `sourcePortLow`: its lower byte. */
export const UdpAt = { sourcePortLow: 1, destinationPort: 2, length: 4, checksum: 6 } as const;

/** Bytes of both ports, with which TCP and UDP begin. */
export const PORTS = 4;

/** Where the headers of a frame are. A parsed segment and an SCU both have this shape. */
export interface Layout {
  readonly ipVersion: 0 | 4 | 6;
  readonly ipOffset: number;
  readonly tcpOffset: number;
  readonly payloadOffset: number;
  /** Offset of the timestamps option's value, 0 without one. */
  readonly timestampsOffset: number;
}

/** A header field of an SCU of TCP segments that a rule is about. */
export type HeaderField =
  | 'ipv4.total-length'
  | 'ipv6.payload-length'
  | 'ipv4.id'
  | 'ip.ttl'
  | 'ip.ecn'
  | 'ipv4.checksum'
  | 'tcp.seq'
  | 'tcp.ack'
  | 'tcp.window'
  | 'tcp.psh'
  | 'tcp.fin'
  | 'tcp.ece-cwr'
  | 'tcp.tsval'
  | 'tcp.tsecr'
  | 'tcp.checksum';

export interface FieldAccess {
  /** Whether a frame of this layout has the field at all. */
  has(layout: Layout): boolean;
  read(bytes: Uint8Array, layout: Layout): number;
  write(bytes: Uint8Array, layout: Layout, value: number): void;
}

const always = (): boolean => true;
const onIpv4 = (layout: Layout): boolean => layout.ipVersion === 4;
const onIpv6 = (layout: Layout): boolean => layout.ipVersion === 6;
const withTimestamps = (layout: Layout): boolean => layout.timestampsOffset !== 0;

function ipWord(has: (layout: Layout) => boolean, offset: number): FieldAccess {
  return {
    has,
    read: (bytes, layout) => u16(bytes, layout.ipOffset + offset),
    write: (bytes, layout, value) => setU16(bytes, layout.ipOffset + offset, value),
  };
}

function tcpWord(offset: number): FieldAccess {
  return {
    has: always,
    read: (bytes, layout) => u16(bytes, layout.tcpOffset + offset),
    write: (bytes, layout, value) => setU16(bytes, layout.tcpOffset + offset, value),
  };
}

function tcpLong(offset: number): FieldAccess {
  return {
    has: always,
    read: (bytes, layout) => u32(bytes, layout.tcpOffset + offset),
    write: (bytes, layout, value) => setU32(bytes, layout.tcpOffset + offset, value),
  };
}

function timestampsLong(offset: number): FieldAccess {
  return {
    has: withTimestamps,
    read: (bytes, layout) => u32(bytes, layout.timestampsOffset + offset),
    write: (bytes, layout, value) => setU32(bytes, layout.timestampsOffset + offset, value),
  };
}

function tcpFlags(mask: number): FieldAccess {
  return {
    has: always,
    read: (bytes, layout) => u8(bytes, layout.tcpOffset + TcpAt.flags) & mask,
    write: (bytes, layout, value) => {
      const at = layout.tcpOffset + TcpAt.flags;
      bytes[at] = (u8(bytes, at) & ~mask) | value;
    },
  };
}

const ttl: FieldAccess = {
  has: always,
  read: (bytes, layout) => u8(bytes, layout.ipOffset + (layout.ipVersion === 4 ? Ipv4At.ttl : Ipv6At.hopLimit)),
  write: (bytes, layout, value) => {
    bytes[layout.ipOffset + (layout.ipVersion === 4 ? Ipv4At.ttl : Ipv6At.hopLimit)] = value;
  },
};

/** ECN: the low two bits of IPv4's second byte; bits 5 and 4 of IPv6's. */
const ecn: FieldAccess = {
  has: always,
  read: (bytes, layout) => (u8(bytes, layout.ipOffset + Ipv4At.tos) >> (layout.ipVersion === 4 ? 0 : 4)) & 3,
  write: (bytes, layout, value) => {
    const at = layout.ipOffset + Ipv4At.tos;
    const shift = layout.ipVersion === 4 ? 0 : 4;
    bytes[at] = (u8(bytes, at) & ~(3 << shift)) | (value << shift);
  },
};

export const headerFields: Readonly<Record<HeaderField, FieldAccess>> = {
  'ipv4.total-length': ipWord(onIpv4, Ipv4At.totalLength),
  'ipv6.payload-length': ipWord(onIpv6, Ipv6At.payloadLength),
  'ipv4.id': ipWord(onIpv4, Ipv4At.id),
  'ip.ttl': ttl,
  'ip.ecn': ecn,
  'ipv4.checksum': ipWord(onIpv4, Ipv4At.checksum),
  'tcp.seq': tcpLong(TcpAt.seq),
  'tcp.ack': tcpLong(TcpAt.ack),
  'tcp.window': tcpWord(TcpAt.window),
  'tcp.psh': tcpFlags(TcpFlag.psh),
  'tcp.fin': tcpFlags(TcpFlag.fin),
  'tcp.ece-cwr': tcpFlags(TcpFlag.ece | TcpFlag.cwr),
  'tcp.tsval': timestampsLong(0),
  'tcp.tsecr': timestampsLong(4),
  'tcp.checksum': tcpWord(TcpAt.checksum),
};

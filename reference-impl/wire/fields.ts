/** The header fields that a merged segment's header is made of: where each lies, how to read and write it. */

import { setU16, setU32, u8, u16, u32 } from './bytes.ts';
import { TcpFlag } from './tcp.ts';

/** Where the headers of a frame lie. Both a parsed segment and an SCU are one. */
export interface Layout {
  readonly ipVersion: 0 | 4 | 6;
  readonly ipOffset: number;
  readonly tcpOffset: number;
  readonly payloadOffset: number;
  /** Offset of the timestamps option's value, 0 without one. */
  readonly timestampsOffset: number;
}

/** A header field of an SCU of TCP segments that a rule speaks of. */
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
    read: (bytes, layout) => u8(bytes, layout.tcpOffset + 13) & mask,
    write: (bytes, layout, value) => {
      const at = layout.tcpOffset + 13;
      bytes[at] = (u8(bytes, at) & ~mask) | value;
    },
  };
}

const ttl: FieldAccess = {
  has: always,
  read: (bytes, layout) => u8(bytes, layout.ipOffset + (layout.ipVersion === 4 ? 8 : 7)),
  write: (bytes, layout, value) => {
    bytes[layout.ipOffset + (layout.ipVersion === 4 ? 8 : 7)] = value;
  },
};

/** ECN: the low two bits of IPv4's second byte; bits 5 and 4 of IPv6's. */
const ecn: FieldAccess = {
  has: always,
  read: (bytes, layout) => (u8(bytes, layout.ipOffset + 1) >> (layout.ipVersion === 4 ? 0 : 4)) & 3,
  write: (bytes, layout, value) => {
    const at = layout.ipOffset + 1;
    const shift = layout.ipVersion === 4 ? 0 : 4;
    bytes[at] = (u8(bytes, at) & ~(3 << shift)) | (value << shift);
  },
};

export const headerFields: Readonly<Record<HeaderField, FieldAccess>> = {
  'ipv4.total-length': ipWord(onIpv4, 2),
  'ipv6.payload-length': ipWord(onIpv6, 4),
  'ipv4.id': ipWord(onIpv4, 4),
  'ip.ttl': ttl,
  'ip.ecn': ecn,
  'ipv4.checksum': ipWord(onIpv4, 10),
  'tcp.seq': tcpLong(4),
  'tcp.ack': tcpLong(8),
  'tcp.window': tcpWord(14),
  'tcp.psh': tcpFlags(TcpFlag.psh),
  'tcp.ece-cwr': tcpFlags(TcpFlag.ece | TcpFlag.cwr),
  'tcp.tsval': timestampsLong(0),
  'tcp.tsecr': timestampsLong(4),
  'tcp.checksum': tcpWord(16),
};

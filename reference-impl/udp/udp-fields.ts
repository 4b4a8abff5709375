/** The header fields of a unit that differ from the first datagram's: where each is, how to read and write it. */

import { setU16, u16 } from '../wire/bytes.ts';

/** Where the headers of a frame are. A parsed datagram and an SCU both have this shape. */
export interface UdpLayout {
  readonly ipVersion: 0 | 4 | 6;
  readonly ipOffset: number;
  readonly udpOffset: number;
}

/** A header field of an SCU of datagrams that a rule is about. */
export type UdpField = 'ipv4.total-length' | 'ipv4.checksum' | 'ipv6.payload-length' | 'udp.length' | 'udp.checksum';

export interface UdpFieldAccess {
  /** Whether a frame of this layout has the field at all. */
  has(layout: UdpLayout): boolean;
  read(bytes: Uint8Array, layout: UdpLayout): number;
  write(bytes: Uint8Array, layout: UdpLayout, value: number): void;
}

function word(header: 'ipOffset' | 'udpOffset', offset: number, ipVersion?: 4 | 6): UdpFieldAccess {
  return {
    has: (layout) => ipVersion === undefined || layout.ipVersion === ipVersion,
    read: (bytes, layout) => u16(bytes, layout[header] + offset),
    write: (bytes, layout, value) => setU16(bytes, layout[header] + offset, value),
  };
}

export const udpFields: Readonly<Record<UdpField, UdpFieldAccess>> = {
  'ipv4.total-length': word('ipOffset', 2, 4),
  'ipv4.checksum': word('ipOffset', 10, 4),
  'ipv6.payload-length': word('ipOffset', 4, 6),
  'udp.length': word('udpOffset', 4),
  'udp.checksum': word('udpOffset', 6),
};

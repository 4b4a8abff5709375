/**
 * UDP (RFC 768).
 *
 *    0  source port       2
 *    2  destination port  2
 *    4  length            2, header included
 *    6  checksum          2, zero if none was computed
 */

import { setU16 } from './bytes.ts';
import { UdpAt } from './fields.ts';

export const UDP_HEADER = 8;
export const UDP_PROTOCOL = 17;

/** Writes the header with a checksum field of zero. */
export function emitUdp(
  into: Uint8Array,
  at: number,
  sourcePort: number,
  destinationPort: number,
  length: number,
): void {
  setU16(into, at, sourcePort);
  setU16(into, at + UdpAt.destinationPort, destinationPort);
  setU16(into, at + UdpAt.length, length);
  setU16(into, at + UdpAt.checksum, 0);
}

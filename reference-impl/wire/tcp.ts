/**
 * TCP (RFC 9293 3.1).
 *
 *    0  source port        2
 *    2  destination port   2
 *    4  sequence number    4
 *    8  acknowledgment     4
 *   12  data offset 4 bits (32-bit words), reserved 4 bits, CWR ECE URG ACK PSH RST SYN FIN
 *   14  window             2
 *   16  checksum           2
 *   18  urgent pointer     2
 *   20  options            0 to 40
 */

import { setU16, setU32 } from './bytes.ts';
import { TcpAt } from './fields.ts';

export { TcpFlag } from './tcp-flag.ts';

export const TCP_HEADER = 20;
export const TCP_PROTOCOL = 6;

export interface TcpHeader {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly seq: number;
  readonly ack: number;
  /** Data offset in 32-bit words. */
  readonly dataOffset: number;
  readonly flags: number;
  readonly window: number;
  readonly urgent: number;
}

/** Writes the fixed 20 bytes with a checksum field of zero. */
export function emitTcp(into: Uint8Array, at: number, header: TcpHeader): void {
  setU16(into, at, header.sourcePort);
  setU16(into, at + TcpAt.destinationPort, header.destinationPort);
  setU32(into, at + TcpAt.seq, header.seq);
  setU32(into, at + TcpAt.ack, header.ack);
  setU16(into, at + TcpAt.dataOffset, (header.dataOffset << 12) | (header.flags & 0xfff));
  setU16(into, at + TcpAt.window, header.window);
  setU16(into, at + TcpAt.checksum, 0);
  setU16(into, at + TcpAt.urgent, header.urgent);
}

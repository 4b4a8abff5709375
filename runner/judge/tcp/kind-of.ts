/** The kind of a frame, in the words of a driver writer: of an exception, what makes it one. */

import { TcpFlag } from '../../../reference-impl/wire/tcp.ts';
import { OptionsKind } from '../../../reference-impl/wire/tcp-options.ts';
import type { Arrival } from '../arrival.ts';
import { flagsText } from '../field-words.ts';

const NAMED = TcpFlag.syn | TcpFlag.fin | TcpFlag.rst | TcpFlag.urg;

/** "data", "pure ACK", "FIN", "fragment". The first reason counts, in the order of the rules. */
export function kindOf({ segment }: Arrival): string {
  const { kind, flags, isPureAck, ipChecksum, tcpChecksum, reason, hasIpExtras, ipVersion } = segment;
  if (kind === 'other') return reason === 'not-tcp' || reason === 'not-ip' ? 'not TCP' : 'malformed frame';
  if (kind === 'first-fragment' || kind === 'later-fragment') return 'fragment';
  if (ipChecksum === 'wrong' || tcpChecksum === 'wrong') return 'wrong checksum';
  if (hasIpExtras) return ipVersion === 4 ? 'IPv4 options' : 'extension header';
  if (segment.ipsec) return 'IPsec';
  if ((flags & NAMED) !== 0) return flagsText(flags & NAMED);
  const what = isPureAck ? 'pure ACK' : 'data';
  if ((flags & TcpFlag.reserved) !== 0) return `${what} with a reserved bit`;
  if ((flags & TcpFlag.ack) === 0) return `${what} without the ACK flag`;
  if (segment.options === OptionsKind.malformed) return `${what} with malformed options`;
  return segment.options === OptionsKind.other ? `${what} with a TCP option` : what;
}

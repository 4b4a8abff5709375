/** The kind of a frame, in the words of a driver writer. */

import { TcpFlag } from '../../../reference-impl/wire/tcp.ts';
import type { Arrival } from '../arrival.ts';
import { flagsText } from '../field-words.ts';

const NAMED = TcpFlag.syn | TcpFlag.fin | TcpFlag.rst | TcpFlag.urg;

const PLURALS: Readonly<Record<string, string>> = {
  'pure ACK': 'pure ACKs',
  'duplicate ACK': 'duplicate ACKs',
  'window update': 'window updates',
  fragment: 'fragments',
  'malformed frame': 'malformed frames',
};

/** The plural: "pure ACKs". */
export function kindText(kind: string, count: number): string {
  return count > 1 ? (PLURALS[kind] ?? kind) : kind;
}

/** "data", "pure ACK", "FIN", "fragment". */
export function kindOf({ segment }: Arrival): string {
  const { kind, flags, isPureAck, ipChecksum, tcpChecksum, reason, hasIpExtras, ipVersion } = segment;
  if (kind === 'other') return reason === 'not-tcp' || reason === 'not-ip' ? 'not TCP' : 'malformed frame';
  if (kind === 'first-fragment' || kind === 'later-fragment') return 'fragment';
  if ((flags & NAMED) !== 0) return flagsText(flags & NAMED);
  if (ipChecksum === 'wrong' || tcpChecksum === 'wrong') return 'wrong checksum';
  if (hasIpExtras) return ipVersion === 4 ? 'IPv4 options' : 'extension header';
  return isPureAck ? 'pure ACK' : 'data';
}

/**
 * The fixed session that shows which IND keys a program reports: a mergeable pair with timestamps, a lone segment, a bad
 * checksum; and with URO, a mergeable pair of datagrams.
 */

import { buildFrame } from '../../../reference-impl/wire/build.ts';
import type { Capabilities } from '../../capabilities/capabilities.ts';

export function calibrationFrames({ ipv4, uro }: Capabilities): Uint8Array[] {
  const ends = ipv4 ? { src: '10.255.0.1', dst: '192.0.2.1' } : { src: '2001:db8:ffff::1', dst: '2001:db8::1' };
  const payload = new Uint8Array(100).fill(0xca);
  const pair = { ...ends, sport: 7, dport: 7, ack: 1 };
  const datagram = { ...ends, transport: 'udp', sport: 10, dport: 7, payload } as const;
  return [
    buildFrame({ ...pair, id: 1, seq: 1000, timestamps: [10, 1], payload }),
    buildFrame({ ...pair, id: 2, seq: 1100, timestamps: [15, 1], payload }),
    buildFrame({ ...pair, id: 3, sport: 8, seq: 1000, payload }),
    buildFrame({ ...pair, id: 4, sport: 9, seq: 1000, payload, corrupt: { tcpChecksum: 'wrong' } }),
    ...(uro ? [buildFrame({ ...datagram, id: 5 }), buildFrame({ ...datagram, id: 6 })] : []),
  ];
}

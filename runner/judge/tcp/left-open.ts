/**
 * What a forbidden merge makes of the fields that forbid it is anybody's guess: any value that one of the merged segments
 * has will do there. Every other field must be what such a unit should hold.
 */

import { isSoft } from '../finding.ts';
import type { Breach } from '../types.ts';

const TIMESTAMPS = ['tcp.options', 'tcp.data-offset', 'tcp.tsval', 'tcp.tsecr', 'timestampDelta'];
const LENGTHS = ['ipv4.total-length', 'ipv6.payload-length', 'outer.length'];
const CHECKSUMS = ['ipv4.checksum', 'tcp.checksum', 'ipChecksum', 'tcpChecksum', 'outer.checksum'];
const COUNTS = ['segCount', 'dupAckCount'];
const ADDRESSES = ['ethernet', 'ipv4.addresses', 'ipv6.addresses', 'tcp.ports'];
const NUMBERS = ['tcp.seq', 'tcp.ack', 'tcp.window'];

/** What rules demand to be equal in all: only the first that forbids is named, and the others may have been broken too. */
const EQUAL = [
  'ethernet',
  'outer.header',
  'ip.dscp',
  'ip.ecn',
  'ipv4.flags-offset',
  'ipv6.class-label',
  'tcp.flags',
  'tcp.urgent',
  'tcp.ece-cwr',
  'tcp.options',
  'tcp.data-offset',
];

/** By row of the catalogue. */
const OPEN: Readonly<Record<string, readonly string[]>> = {
  E2: CHECKSUMS,
  E3: ['segCount'],
  E4: TIMESTAMPS,
  E5: ['ipv4.version-ihl', 'ipv4.addresses', 'ipv6.next-header', 'ipv6.addresses', ...LENGTHS],
  E6: ['ipv4.id', ...CHECKSUMS],
  E7: [...LENGTHS, ...CHECKSUMS],
  C3: [...NUMBERS, ...COUNTS],
  C4: ['tcp.ack'],
  C6: [...NUMBERS, ...COUNTS],
  C8: COUNTS,
  C9: COUNTS,
  C10: TIMESTAMPS,
  C11: [...ADDRESSES, ...NUMBERS, ...TIMESTAMPS, 'ipv4.id', 'ip.ttl', 'outer.ipv4.id'],
  T2: ['tcp.tsval', 'tcp.tsecr', 'timestampDelta'],
};

/** Of a unit that was sorted, first and last are those in sequence, or those that arrived so. */
export const LEFT_OPEN_BY_SORTING: readonly string[] = [
  ...EQUAL,
  'ipv4.id',
  'outer.ipv4.id',
  'tcp.ack',
  'tcp.window',
  'tcp.tsval',
  'tcp.tsecr',
  'timestampDelta',
];

/** Names of fields, none where the finding is no forbidden merge. */
export function leftOpen(found: Breach): readonly string[] {
  return found.field === 'merge' && !isSoft(found) ? [...EQUAL, ...(OPEN[found.rule] ?? [])] : [];
}

/**
 * After a forbidden merge, the fields that forbid it are left open: the value of any merged segment is accepted. Every other
 * field must be right for such a unit.
 */

import { isSoft } from '../finding.ts';
import type { Breach } from '../types.ts';

const TIMESTAMPS = ['tcp.options', 'tcp.data-offset', 'tcp.tsval', 'tcp.tsecr', 'timestampDelta'];
const LENGTHS = ['ipv4.total-length', 'ipv6.payload-length', 'outer.length'];
const CHECKSUMS = ['ipv4.checksum', 'tcp.checksum', 'ipChecksum', 'tcpChecksum', 'outer.checksum'];
const COUNTS = ['segCount', 'dupAckCount'];
const ADDRESSES = ['ethernet', 'ipv4.addresses', 'ipv6.addresses', 'tcp.ports'];
const NUMBERS = ['tcp.seq', 'tcp.ack', 'tcp.window'];

/** Fields that rules demand to be equal in all segments. Only the first rule that forbids is named, but others may be broken too. */
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
  E5: ['ipv4.version-ihl', 'ipv4.addresses', 'ipv6.next-header', 'ipv6.addresses', ...LENGTHS, ...CHECKSUMS],
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

/** In a sorted unit, the first and the last are those in sequence, or those by arrival. */
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

/** Names of fields; none if the finding is not a forbidden merge. */
export function leftOpen(found: Breach): readonly string[] {
  return found.field === 'merge' && !isSoft(found) ? [...EQUAL, ...(OPEN[found.rule] ?? [])] : [];
}

/**
 * The rules of the reference under profile `gro`, in the order in which they are checked. It merges everything that can
 * be cut again, and keeps the promise of R.
 */

import type { Unit } from '../unit.ts';
import { equalBytes, u16 } from '../wire/bytes.ts';
import { Ipv4At, TcpAt } from '../wire/fields.ts';
import { Ipv4Flag } from '../wire/ipv4.ts';
import type { Segment } from '../wire/segment.ts';
import { TCP_HEADER, TcpFlag } from '../wire/tcp.ts';
import * as checksumOffload from './checksum-offload.ts';
import * as coalescing from './coalescing.ts';
import type { Clause } from './documents.ts';
import * as exceptions from './exceptions.ts';
import * as headers from './headers.ts';
import { registry } from './index.ts';
import * as outOfBand from './out-of-band.ts';
import { GRO } from './round-trip.ts';
import type { DatagramPairRule, DatagramRule, FieldRule, PairRule, Rule, SegmentRule } from './rule.ts';
import * as tunnels from './tunnels.ts';

const TSO: Clause = { doc: 'linux-segmentation-offloads', heading: 'TCP Segmentation Offload' };

function alone(name: string, summary: string, clause: Clause, forbids: SegmentRule['forbids']): SegmentRule {
  return { kind: 'segment', id: 'R1', name, level: 'must', clause, summary, ends: true, aborts: true, forbids };
}

function pair(name: string, summary: string, clause: Clause, forbids: PairRule['forbids']): PairRule {
  return { kind: 'pair', id: 'R1', name, level: 'must', clause, summary, aborts: true, forbids };
}

const ALONE = TcpFlag.syn | TcpFlag.rst | TcpFlag.urg;
const LAST = TcpFlag.fin | TcpFlag.psh;

/** Segmentation copies these header fields of the first segment into all others. */
const SAME: readonly (readonly [name: string, what: string, differs: PairRule['forbids']])[] = [
  ['dscp-ecn', 'DSCP or ECN', (unit, segment) => segment.trafficClass !== unit.trafficClass],
  ['ip-flags', 'DF or the reserved IPv4 flag', (unit, segment) => segment.ipFlags !== unit.ipFlags],
  ['flow-label', 'the IPv6 flow label', (unit, segment) => segment.flowLabel !== unit.flowLabel],
  ['ttl', 'TTL or hop limit', (unit, segment) => segment.ttl !== unit.ttl],
  ['ack', 'the acknowledgment number', (unit, segment) => segment.ack !== unit.ack],
  ['window', 'the window', (unit, segment) => segment.window !== unit.window],
  ['flags', 'a TCP flag besides FIN and PSH', (unit, segment) => (segment.flags & ~LAST) !== (unit.flags & ~LAST)],
  ['urgent', 'the urgent pointer', (unit, segment) => segment.urgent !== urgentOf(unit)],
  ['options', 'the TCP options', (unit, segment) => !hasSameOptions(unit, segment)],
];

function urgentOf({ bytes, tcpOffset }: Unit): number {
  const at = tcpOffset + TcpAt.urgent;
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}

function hasSameOptions(unit: Unit, segment: Segment): boolean {
  const length = unit.payloadOffset - unit.tcpOffset - TCP_HEADER;
  if (length !== segment.payloadOffset - segment.tcpOffset - TCP_HEADER) return false;
  return equalBytes(unit.bytes, unit.tcpOffset + TCP_HEADER, segment.frame, segment.tcpOffset + TCP_HEADER, length);
}

const finOfLast: FieldRule = {
  kind: 'field',
  id: 'R1',
  name: 'gro-fin-of-last',
  level: 'must',
  clause: GRO,
  summary: 'FIN is the last segment’s.',
  field: 'tcp.fin',
  expected: (unit) => unit.lastFlags & TcpFlag.fin,
};

const withoutChecksum: DatagramRule = {
  kind: 'datagram',
  id: 'R1',
  name: 'gro-datagram-without-checksum',
  level: 'should',
  clause: GRO,
  summary: 'The datagram has no checksum, and segmentation writes one.',
  ends: true,
  forbids: ({ hasChecksum }) => !hasChecksum,
};

const datagramIdCounts: DatagramPairRule = {
  kind: 'datagram-pair',
  id: 'R1',
  name: 'gro-datagram-id-counts',
  level: 'must',
  clause: GRO,
  summary: 'DF is clear, and the Identification does not count up from the first’s.',
  forbids: (unit, datagram) =>
    unit.ipVersion === 4 &&
    (unit.ipFlags & Ipv4Flag.dontFragment) === 0 &&
    u16(datagram.frame, datagram.ipOffset + Ipv4At.id) !==
      ((u16(unit.bytes, unit.ipOffset + Ipv4At.id) + unit.datagrams) & 0xffff),
};

/** Every rule of the reference under profile `gro`, in the order in which they are checked. */
export const groRules: readonly Rule[] = [
  checksumOffload.partialNotWrong,
  checksumOffload.nothingValidated,
  checksumOffload.unnecessaryTrusted,
  // One segment.
  exceptions.notASegment,
  exceptions.rscOff,
  checksumOffload.rxcsumOff,
  exceptions.ipv4ChecksumWrong,
  exceptions.ipv4Fragment,
  exceptions.tcpChecksumWrong,
  exceptions.ipOptions,
  exceptions.extensionHeaders,
  exceptions.ipsecProtected,
  alone('gro-syn-rst-urg', 'SYN, RST or URG is set.', GRO, (segment) => (segment.flags & ALONE) !== 0),
  alone(
    'gro-no-payload',
    'The segment has no payload, and segmentation makes no segment without payload.',
    TSO,
    (segment) => segment.isPureAck,
  ),
  exceptions.taggedAlone,
  exceptions.forwarded,
  // The unit and a segment.
  coalescing.sameLinkHeader,
  tunnels.outerHeadersEqual,
  ...SAME.map(([name, what, differs]) =>
    pair(`gro-same-${name}`, `It differs in ${what}, and segmentation copies the first segment’s.`, GRO, differs),
  ),
  pair(
    'gro-id-counts',
    'DF is clear, and the Identification does not count up from the first’s.',
    TSO,
    (unit, segment) =>
      unit.ipVersion === 4 && (unit.ipFlags & 0x4000) === 0 && segment.ipId !== ((unit.ipId + unit.segments) & 0xffff),
  ),
  pair('gro-in-sequence', 'Its sequence number is not the next one.', GRO, (unit, segment) => segment.seq !== unit.nxt),
  pair(
    'gro-after-last',
    'The segment before has FIN or PSH, which segmentation sets only on the last segment.',
    GRO,
    (unit) => (unit.lastFlags & LAST) !== 0,
  ),
  pair(
    'gro-after-shorter',
    'The segment before is shorter than the first, and segmentation makes only the last segment shorter.',
    TSO,
    (unit) => unit.payloadLength !== unit.segments * unit.firstPayloadLength,
  ),
  pair(
    'gro-longer',
    'The segment is longer than the first, and segmentation cuts at the first’s length.',
    TSO,
    (unit, segment) => segment.payloadLength > unit.firstPayloadLength,
  ),
  exceptions.lengthLimit,
  tunnels.outerLengthLimit,
  coalescing.stopEarly,
  exceptions.tableFull,
  coalescing.startUnit,
  coalescing.mergeData,
  // Contents of a finished unit; checksums last.
  headers.totalLength,
  headers.payloadLength,
  headers.push,
  finOfLast,
  headers.ipv4Checksum,
  headers.tcpChecksum,
  tunnels.outerLengthUpdated,
  tunnels.outerChecksumUpdated,
  headers.tcpSucceeded,
  headers.ipSucceeded,
  outOfBand.coalescedSegCount,
  outOfBand.checksumVerdict,
  // Datagrams merge as URO merges them (U), where they can be cut again.
  withoutChecksum,
  datagramIdCounts,
  ...registry.filter(({ kind }) => kind.startsWith('datagram')),
];

/** H, T3: the headers of a merged SCU. */

import type { Unit } from '../unit.ts';
import { sameBytes } from '../wire/bytes.ts';
import { finish, fold, sumBytes } from '../wire/checksum.ts';
import { Ipv4At, TcpAt } from '../wire/fields.ts';
import { TCP_PROTOCOL, TcpFlag } from '../wire/tcp.ts';
import * as disagreements from './disagreements.ts';
import type { Clause } from './documents.ts';
import type { ContentRule, FieldRule, OobRule } from './rule.ts';

const INDICATING: Clause = { doc: 'ndis-rsc-indicating', heading: 'Indicating Coalesced Segments' };
/** A row of the tables of header fields. */
const field = (version: 4 | 6, item: string): Clause => ({
  doc: 'ndis-rsc-headers',
  heading: `Updating IPv${version} header fields for coalesced segments`,
  item,
});
const FLOWCHART: Clause = {
  doc: 'ndis-rsc-rules',
  heading: 'Rules for Coalescing TCP/IP Segments',
  item: 'first flowchart',
};
/** A place in the part about timestamps, PSH and finalizing an SCU. */
const timestamps = (item: string): Clause => ({
  doc: 'ndis-rsc-rules',
  heading: 'Coalescing Segments with the Timestamp Option',
  item,
});

function fieldRule(parts: Omit<FieldRule, 'kind'>): FieldRule {
  return { kind: 'field', ...parts };
}

/** The judge names it for any byte of an SCU that no other field rule covers. */
export const oneOrdinarySegment: ContentRule = {
  kind: 'content',
  id: 'H1',
  name: 'one-ordinary-segment',
  level: 'must',
  clause: { ...INDICATING, item: 'an SCU must' },
  whenBroken: 'Units are not the first segment’s headers followed by the payloads in order',
  whenBrokenBy: {
    payload: 'Payload bytes of a unit are altered, inserted or missing',
    frame: 'Frames come out that nothing that arrived explains',
    ethernet: 'The link-layer header of a unit is not the first segment’s',
    'tcp.options': 'The TCP options of a unit are not those of its segments',
  },
  symptom: 'payload',
  summary: 'An SCU is the link, IP and TCP header of the first segment, then the payloads in order, and nothing else.',
  breached: (expected, actual) => !sameBytes(expected, actual),
};

/** `expected` and `actual` are lists of options, as bytes. T3 judges TSval and TSecr. */
export const timestampLayout: ContentRule = {
  kind: 'content',
  id: 'H1',
  name: 'timestamp-layout-of-first',
  level: 'should',
  clause: {
    doc: 'derived',
    heading: 'C10: the padding may differ, and the first segment’s layout stays; the host’s TCP does not see it',
  },
  whenBroken: 'The padding around the timestamps of a unit is not that of the first segment',
  summary: 'The timestamps option has the place and the padding of the first segment.',
  breached: (expected, actual) => !sameBytes(expected, actual),
};

export const totalLength: FieldRule = fieldRule({
  id: 'H2',
  name: 'ipv4-total-length',
  level: 'must',
  clause: field(4, 'Total Length'),
  whenBroken: 'The IPv4 total length of a unit is wrong',
  summary: 'The IPv4 total length covers the whole SCU.',
  field: 'ipv4.total-length',
  follows: 'length',
  expected: (unit) => unit.ipLengthWith(0),
});

export const payloadLength: FieldRule = fieldRule({
  id: 'H2',
  name: 'ipv6-payload-length',
  level: 'must',
  clause: field(6, 'Payload Length'),
  whenBroken: 'The IPv6 payload length of a unit is wrong',
  summary: 'The IPv6 payload length covers the whole SCU.',
  field: 'ipv6.payload-length',
  follows: 'length',
  expected: (unit) => unit.ipLengthWith(0),
});

export const identification: FieldRule = fieldRule({
  id: 'H3',
  name: 'ipv4-identification',
  level: 'must',
  clause: field(4, 'Identification'),
  whenBroken: 'The IPv4 Identification of a unit is not the first segment’s',
  summary: 'The IPv4 Identification is the first segment’s.',
  field: 'ipv4.id',
  isFirsts: true,
  expected: (unit) => unit.ipId,
});

export const smallestTtl: FieldRule = fieldRule({
  id: 'H4',
  name: 'smallest-ttl',
  level: 'must',
  clause: field(4, 'Time To Live; IPv6: Hop Limit'),
  whenBroken: 'The TTL or hop limit of a unit is not the smallest',
  summary: 'The TTL or hop limit is the smallest of all segments.',
  field: 'ip.ttl',
  expected: (unit) => unit.ttl,
});

export const push: FieldRule = fieldRule({
  id: 'H5',
  name: 'psh-or',
  level: 'should',
  clause: timestamps('PSH bit'),
  disagreement: disagreements.push,
  whenBroken: 'PSH of a unit is not the OR over its segments',
  summary: 'PSH is set if any segment has it set.',
  field: 'tcp.psh',
  expected: (unit) => (unit.psh ? TcpFlag.psh : 0),
});

export const sequence: FieldRule = fieldRule({
  id: 'H6',
  name: 'seq-of-first',
  level: 'must',
  clause: FLOWCHART,
  whenBroken: 'The sequence number of a unit is not the first segment’s',
  summary: 'The sequence number is the first segment’s.',
  field: 'tcp.seq',
  isFirsts: true,
  expected: (unit) => unit.seq,
});

export const acknowledgment: FieldRule = fieldRule({
  id: 'H6',
  name: 'ack-of-last',
  level: 'must',
  clause: FLOWCHART,
  whenBroken: 'The acknowledgment number of a unit is not the last segment’s',
  summary: 'The acknowledgment number is the last segment’s.',
  field: 'tcp.ack',
  expected: (unit) => unit.ack,
});

export const lastWindow: FieldRule = fieldRule({
  id: 'H6',
  name: 'window-of-last',
  level: 'must',
  clause: FLOWCHART,
  whenBroken: 'The window of a unit is not the last segment’s',
  summary: 'The window is the last segment’s.',
  field: 'tcp.window',
  expected: (unit) => unit.window,
});

export const ecnKept: FieldRule = fieldRule({
  id: 'H6',
  name: 'ecn-kept',
  level: 'must',
  clause: timestamps('finalizing an SCU'),
  whenBroken: 'The ECN field of a unit is not that of its segments',
  summary: 'The ECN field is the same as in every segment.',
  field: 'ip.ecn',
  isFirsts: true,
  expected: (unit) => unit.ecn,
});

export const congestionFlagsKept: FieldRule = fieldRule({
  id: 'H6',
  name: 'ece-cwr-kept',
  level: 'must',
  clause: timestamps('finalizing an SCU'),
  whenBroken: 'ECE and CWR of a unit are not those of its segments',
  summary: 'ECE and CWR are the same as in every segment.',
  field: 'tcp.ece-cwr',
  isFirsts: true,
  expected: (unit) => unit.flags & (TcpFlag.ece | TcpFlag.cwr),
});

export const latestTimestamp: FieldRule = fieldRule({
  id: 'T3',
  name: 'latest-tsval',
  level: 'must',
  clause: timestamps('out-of-band information'),
  whenBroken: 'The TSval of a unit is not the latest',
  summary: 'TSval is the latest of all segments.',
  field: 'tcp.tsval',
  expected: (unit) => unit.tsVal,
});

export const latestEcho: FieldRule = fieldRule({
  id: 'T3',
  name: 'tsecr-of-latest',
  level: 'must',
  clause: timestamps('third flowchart'),
  whenBroken: 'The TSecr of a unit is not from the segment with the latest TSval',
  summary: 'TSecr is from the segment with the latest TSval.',
  field: 'tcp.tsecr',
  expected: (unit) => unit.tsEcr,
});

/** The sum includes the field, so it is subtracted again. */
export const ipv4Checksum: FieldRule = fieldRule({
  id: 'H7',
  name: 'ipv4-checksum-recomputed',
  level: 'should',
  clause: INDICATING,
  disagreement: disagreements.checksums,
  whenBroken: 'The IPv4 header checksum of a unit is wrong',
  summary: 'The IPv4 header checksum is recomputed.',
  field: 'ipv4.checksum',
  follows: 'checksum',
  expected: (unit, policy) =>
    policy.checksums === 'flagged'
      ? undefined
      : finish(sumWithout(unit, unit.ipOffset, unit.tcpOffset, unit.ipOffset + Ipv4At.checksum)),
});

export const tcpChecksum: FieldRule = fieldRule({
  id: 'H7',
  name: 'tcp-checksum-recomputed',
  level: 'should',
  clause: INDICATING,
  disagreement: disagreements.checksums,
  whenBroken: 'The TCP checksum of a unit is wrong',
  summary: 'The TCP checksum is recomputed.',
  field: 'tcp.checksum',
  follows: 'checksum',
  expected: (unit, policy) => {
    if (policy.checksums === 'flagged') return undefined;
    const headerSum = sumWithout(unit, unit.tcpOffset, unit.payloadOffset, unit.tcpOffset + TcpAt.checksum);
    return finish(unit.payloadSum + headerSum + pseudoHeaderSumOf(unit));
  },
});

function sumWithout(unit: Unit, start: number, end: number, fieldAt: number): number {
  return sumBytes(unit.bytes, start, fieldAt) + sumBytes(unit.bytes, fieldAt + 2, end);
}

/** Sum of the SCU's pseudo-header, unfolded. */
export function pseudoHeaderSumOf(unit: Unit): number {
  const at = unit.ipOffset + (unit.ipVersion === 4 ? 12 : 8);
  const length = unit.end - unit.tcpOffset;
  return sumBytes(unit.bytes, at, at + (unit.ipVersion === 4 ? 8 : 32)) + TCP_PROTOCOL + fold(length);
}

export const valueInvalid: OobRule = {
  kind: 'oob',
  id: 'H7',
  name: 'checksum-value-flagged',
  level: 'must',
  clause: INDICATING,
  disagreement: disagreements.checksums,
  whenBroken: 'A checksum that was not recomputed is not flagged as invalid',
  summary: 'A checksum that was not recomputed is flagged as invalid.',
  scope: 'other-policy',
  field: 'valueInvalid',
  expected: (unit, policy) => (policy.checksums === 'recomputed' ? 0 : unit.ipVersion === 4 ? 1 : 'tcp'),
};

export const tcpSucceeded: OobRule = {
  kind: 'oob',
  id: 'H8',
  name: 'tcp-checksum-succeeded',
  level: 'must',
  clause: INDICATING,
  whenBroken: 'Units lack TcpChecksumSucceeded',
  summary: 'TcpChecksumSucceeded is set on every SCU.',
  field: 'tcpChecksum',
  expected: () => 'ok',
};

export const ipSucceeded: OobRule = {
  kind: 'oob',
  id: 'H8',
  name: 'ip-checksum-succeeded',
  level: 'must',
  clause: INDICATING,
  whenBroken: 'IPv4 units lack IpChecksumSucceeded',
  summary: 'IpChecksumSucceeded is set on every IPv4 SCU.',
  field: 'ipChecksum',
  expected: (unit) => (unit.ipVersion === 4 ? 'ok' : 'none'),
};

/** E: exceptions, and I3, I6 and I8, which are checked among them. Clauses: "Exception Conditions that Terminate Coalescing". */

import { parseAddress } from '../wire/address.ts';
import { equalBytes } from '../wire/bytes.ts';
import { IPV4_MAX_LENGTH } from '../wire/ipv4.ts';
import { EXCEPTIONAL_FLAGS, type Segment } from '../wire/segment.ts';
import { TcpFlag } from '../wire/tcp.ts';
import { OptionsKind } from '../wire/tcp-options.ts';
import { timestampsDeclined } from './choices.ts';
import type { Clause } from './documents.ts';
import type { PairRule, SegmentRule, TableRule } from './rule.ts';

const exception = (item: string): Clause => ({
  doc: 'ndis-rsc-exceptions',
  heading: 'Exception Conditions that Terminate Coalescing',
  item,
});
const derived = (heading: string): Clause => ({ doc: 'derived', heading });

type SegmentRuleParts = Omit<SegmentRule, 'kind' | 'ends' | 'aborts'> & Partial<Pick<SegmentRule, 'ends' | 'aborts'>>;

function segmentRule(parts: SegmentRuleParts): SegmentRule {
  return { kind: 'segment', ends: true, aborts: true, ...parts };
}

export const ipv4ChecksumWrong: SegmentRule = segmentRule({
  id: 'E2',
  name: 'ipv4-header-checksum-wrong',
  level: 'must',
  clause: exception('2'),
  whenBroken: 'Segments merge although the IPv4 header checksum is wrong',
  summary: 'The IPv4 header checksum is wrong.',
  forbids: (segment) => segment.ipChecksum === 'wrong',
});

export const ipv4Fragment: SegmentRule = segmentRule({
  id: 'E6',
  name: 'ipv4-fragment',
  level: 'must',
  clause: exception('6'),
  whenBroken: 'IPv4 fragments merge',
  summary: 'The segment is an IPv4 fragment: MF is set, or the offset is not zero.',
  forbids: (segment) => segment.ipVersion === 4 && segment.isFragment,
});

export const tcpChecksumWrong: SegmentRule = segmentRule({
  id: 'E2',
  name: 'tcp-checksum-wrong',
  level: 'must',
  clause: exception('2'),
  whenBroken: 'Segments merge although the TCP checksum is wrong',
  summary: 'The TCP checksum is wrong.',
  forbids: (segment) => segment.tcpChecksum === 'wrong',
});

export const ipOptions: SegmentRule = segmentRule({
  id: 'E5',
  name: 'ipv4-options',
  level: 'must',
  clause: exception('5'),
  whenBroken: 'Segments with IPv4 options merge',
  summary: 'The IPv4 header has options.',
  forbids: (segment) => segment.ipVersion === 4 && segment.hasIpExtras,
});

export const extensionHeaders: SegmentRule = segmentRule({
  id: 'E5',
  name: 'ipv6-extension-header',
  level: 'must',
  clause: exception('5'),
  whenBroken: 'Segments with an IPv6 extension header merge',
  summary: 'An extension header is between the IPv6 and the TCP header.',
  forbids: (segment) => segment.ipVersion === 6 && segment.hasIpExtras,
});

export const ipsecProtected: SegmentRule = segmentRule({
  id: 'E9',
  name: 'ipsec-protected',
  level: 'must',
  clause: { doc: 'ndis-rsc-rules', heading: 'Handling TCP/IP IPsec segments' },
  whenBroken: 'Segments that were protected by IPsec merge',
  summary: 'The segment was protected by IPsec.',
  isOutOfBand: true,
  forbids: (segment) => segment.ipsec,
});

export const exceptionalFlag: SegmentRule = segmentRule({
  id: 'E3',
  name: 'exceptional-flag',
  level: 'must',
  clause: exception('3'),
  whenBroken: 'Segments with SYN, URG, RST or FIN merge',
  summary: 'SYN, URG, RST or FIN is set.',
  forbids: (segment) => (segment.flags & EXCEPTIONAL_FLAGS) !== 0,
});

export const reservedBits: SegmentRule = segmentRule({
  id: 'E3',
  name: 'reserved-bit',
  level: 'should',
  clause: exception('3'),
  whenBroken: 'Segments with a reserved TCP bit merge',
  summary: 'One of the four reserved bits is set (AccECN’s AE among them).',
  forbids: (segment) => (segment.flags & TcpFlag.reserved) !== 0,
});

export const noAck: SegmentRule = segmentRule({
  id: 'E3',
  name: 'ack-not-set',
  level: 'should',
  clause: derived('RFC 9293, 3.1: ACK is set in every segment of an established connection; the host drops others'),
  whenBroken: 'Segments without ACK merge',
  summary: 'ACK is not set.',
  forbids: (segment) => (segment.flags & TcpFlag.ack) === 0,
});

export const malformedOptions: SegmentRule = segmentRule({
  id: 'E4',
  name: 'malformed-options',
  level: 'derived',
  clause: derived('E4: a list that cannot be parsed may contain another option'),
  whenBroken: 'Segments with malformed TCP options merge',
  summary: 'The list of TCP options is malformed.',
  forbids: (segment) => segment.options === OptionsKind.malformed,
});

export const otherOption: SegmentRule = segmentRule({
  id: 'E4',
  name: 'other-option',
  level: 'must',
  clause: exception('4'),
  whenBroken: 'Segments with TCP options other than timestamps merge',
  summary: 'A TCP option other than timestamps is present.',
  forbids: (segment) => segment.options === OptionsKind.other,
});

export const paddingOptions: SegmentRule = segmentRule({
  id: 'E4',
  name: 'padding-options',
  level: 'may',
  clause: timestampsDeclined.clause,
  summary: 'The only options are NOP and EOL.',
  forbids: (segment, { policy }) => segment.options === OptionsKind.padding && policy.paddingOptions === 'exception',
});

export const timestampsAsException: SegmentRule = segmentRule({
  id: 'E4',
  name: 'timestamps-declined',
  level: 'may',
  clause: timestampsDeclined.clause,
  summary: 'Timestamps are present, and the policy treats them as an exception (T1).',
  forbids: (segment, { policy }) => segment.hasTimestamps && timestampsDeclined.taken(policy),
});

/** Only a data segment can push a datagram past its limit; the abort counter does not count the limit. */
export const lengthLimit: PairRule = {
  kind: 'pair',
  id: 'E7',
  name: 'datagram-too-long',
  level: 'must',
  clause: exception('7'),
  whenBroken: 'Units grow past the largest legal datagram',
  summary: 'Merging would push the SCU past the largest legal datagram.',
  aborts: false,
  isLimit: true,
  forbids: (unit, segment, policy) => {
    const length = unit.ipLengthWith(segment.payloadLength);
    const header = unit.ipVersion === 6 && policy.ipv6Limit === 'total' ? 40 : 0;
    return segment.payloadLength > 0 && length + header > IPV4_MAX_LENGTH;
  },
};

export const ecnChange: PairRule = {
  kind: 'pair',
  id: 'E8a',
  name: 'ecn-field-change',
  level: 'must',
  clause: exception('8.1'),
  whenBroken: 'Segments merge although the IP ECN field changes',
  summary: 'The IP ECN field differs from the previous segment’s.',
  aborts: true,
  forbids: (unit, segment) => segment.ecn !== unit.ecn,
};

const CONGESTION = TcpFlag.ece | TcpFlag.cwr;

export const congestionFlagChange: PairRule = {
  kind: 'pair',
  id: 'E8b',
  name: 'ece-cwr-change',
  level: 'must',
  clause: exception('8.2'),
  whenBroken: 'Segments merge although TCP ECE or CWR changes',
  summary: 'TCP ECE or CWR differs from the previous segment’s.',
  aborts: true,
  forbids: (unit, segment) => ((segment.flags ^ unit.flags) & CONGESTION) !== 0,
};

/** Never applies in the reference, which merges no segment with a reserved bit. It judges targets that do. */
export const reservedBitsDiffer: PairRule = {
  kind: 'pair',
  id: 'E3',
  name: 'reserved-bits-differ',
  level: 'derived',
  clause: derived('H1: an SCU has its flags once, so it cannot keep two values'),
  whenBroken: 'Segments merge although their reserved TCP bits differ',
  summary: 'The reserved bits differ within the SCU.',
  scope: 'targets',
  aborts: true,
  forbids: (unit, segment) => ((segment.flags ^ unit.flags) & TcpFlag.reserved) !== 0,
};

/** Never applies in the reference, which merges no segment without ACK. It judges targets that do. */
export const ackDiffers: PairRule = {
  kind: 'pair',
  id: 'E3',
  name: 'ack-differs',
  level: 'derived',
  clause: derived('H1: an SCU has its flags once, so it cannot keep two values'),
  whenBroken: 'Segments with and without ACK merge',
  summary: 'ACK is set on one segment of the SCU and not on another.',
  scope: 'targets',
  aborts: true,
  forbids: (unit, segment) => ((segment.flags ^ unit.flags) & TcpFlag.ack) !== 0,
};

export const tableFull: TableRule = {
  kind: 'table',
  id: 'E1',
  name: 'no-free-entry',
  level: 'must',
  clause: exception('1'),
  whenBroken: 'A full flow table loses, repeats or alters segments',
  summary: 'No flow-table entry is free.',
  aborts: true,
  forbids: (openUnits, policy) => openUnits >= policy.maxConnections,
};

/** Checked first: no other rule applies to a frame that is not a whole segment. */
export const notASegment: SegmentRule = segmentRule({
  id: 'I8',
  name: 'not-a-whole-segment',
  level: 'derived',
  clause: derived('only whole TCP segments over IPv4 or IPv6 can be coalesced'),
  whenBroken: 'Frames that are not a whole TCP segment are merged or altered',
  summary: 'The frame is not a whole TCP segment over IPv4 or IPv6.',
  ends: false,
  aborts: false,
  forbids: (segment) => segment.kind === 'other',
});

export const rscOff: SegmentRule = segmentRule({
  id: 'I3',
  name: 'rsc-off',
  level: 'must',
  clause: { doc: 'ndis-rsc-indicating', heading: 'Indicating Coalesced Segments', item: 'enabling RSC' },
  whenBroken: 'Segments merge although RSC is off',
  summary: 'RSC is off for the segment’s IP version.',
  ends: false,
  aborts: false,
  forbids: (segment, { rsc4, rsc6 }) => !(segment.ipVersion === 4 ? rsc4 : rsc6),
});

export const taggedAlone: SegmentRule = segmentRule({
  id: 'I5',
  name: 'tagged-left-alone',
  level: 'may',
  clause: { doc: 'ndis-rsc-capabilities', heading: 'Reporting RSC Capability', item: 'encapsulations' },
  summary: 'The frame is 802.1Q-tagged, and the policy does not coalesce tagged frames.',
  aborts: false,
  forbids: (segment, { policy }) => policy.tagged === 'alone' && segment.linkEnd > 14,
});

export const forwarded: SegmentRule = segmentRule({
  id: 'I6',
  name: 'forwarded-segment',
  level: 'should',
  clause: { doc: 'ndis-rsc-programming', heading: 'Forwarded TCP Packets' },
  whenBroken: 'Segments to other hosts are coalesced',
  summary: 'The segment is not addressed to this host.',
  scope: 'other-policy',
  needs: 'host-addresses',
  aborts: false,
  forbids: (segment, { policy }) => policy.hostAddresses.length > 0 && !isHostAddress(segment, policy.hostAddresses),
});

/** Compares bytes, so that any spelling of an address works. */
function isHostAddress(segment: Segment, addresses: readonly string[]): boolean {
  const length = segment.ipVersion === 4 ? 4 : 16;
  const at = segment.ipOffset + (segment.ipVersion === 4 ? 16 : 24);
  return addresses.some((text) => {
    const bytes = parseAddress(text);
    return bytes?.length === length && equalBytes(bytes, 0, segment.frame, at, length);
  });
}

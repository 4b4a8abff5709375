/** U: URO. Clauses: "UDP Receive Segment Coalescing Offload", Windows 11 24H2. */

import { equalBytes } from '../wire/bytes.ts';
import { IPV4_MAX_LENGTH, Ipv4Flag } from '../wire/ipv4.ts';
import * as disagreements from './disagreements.ts';
import type { Clause } from './documents.ts';
import type {
  ContentRule,
  DatagramActionRule,
  DatagramFieldRule,
  DatagramOobRule,
  DatagramPairRule,
  DatagramRule,
  StreamRule,
} from './rule.ts';

const uro = (heading: string, item?: string): Clause => ({
  doc: 'ndis-uro',
  heading,
  ...(item === undefined ? {} : { item }),
});
const RULES: Clause = uro('Rules for coalescing UDP packets');
const STRUCTURE: Clause = uro('URO packet structure');
const CHECKSUMS: Clause = uro('Checksum validation and indication');
const FLOWS: Clause = uro('Packet coalescing and flow separation');
const STATE: Clause = uro('Change URO state');
const OUT_OF_BAND: Clause = { doc: 'net-offloads-uro', heading: 'nbluro.h' };
const derived = (heading: string): Clause => ({ doc: 'derived', heading });

type DatagramParts = Pick<DatagramRule, 'id' | 'name' | 'summary' | 'forbids'> & Partial<DatagramRule>;
type PairParts = Pick<DatagramPairRule, 'id' | 'name' | 'summary' | 'forbids'> & Partial<DatagramPairRule>;

function datagramRule(parts: DatagramParts): DatagramRule {
  return { kind: 'datagram', level: 'must', clause: RULES, ends: true, ...parts };
}

function pairRule(parts: PairParts): DatagramPairRule {
  return { kind: 'datagram-pair', level: 'must', clause: RULES, ...parts };
}

/** Judges targets only: the reference gives datagrams to URO only while URO is on. */
export const uroOff: DatagramRule = datagramRule({
  id: 'U8',
  name: 'uro-off',
  level: 'derived',
  clause: derived('I3: nothing is coalesced before it is enabled'),
  whenBroken: 'Datagrams merge although URO is off',
  summary: 'URO is off.',
  scope: 'targets',
  forbids: (_datagram, { uro }) => !uro,
});

export const uroIpv4ChecksumWrong: DatagramRule = datagramRule({
  id: 'U3',
  name: 'uro-ipv4-checksum-wrong',
  whenBroken: 'Datagrams merge although the IPv4 header checksum is wrong',
  summary: 'The IPv4 header checksum is wrong.',
  forbids: (datagram) => datagram.ipChecksum === 'wrong',
});

export const uroIpv4Options: DatagramRule = datagramRule({
  id: 'U1',
  name: 'uro-ipv4-options',
  whenBroken: 'Datagrams with IPv4 options merge',
  summary: 'The IPv4 header has options.',
  forbids: (datagram) => datagram.ipVersion === 4 && datagram.hasIpExtras,
});

export const uroExtensionHeaders: DatagramRule = datagramRule({
  id: 'U1',
  name: 'uro-ipv6-extension-header',
  whenBroken: 'Datagrams with an IPv6 extension header merge',
  summary: 'An extension header is between the IPv6 and the UDP header.',
  forbids: (datagram) => datagram.ipVersion === 6 && datagram.hasIpExtras,
});

export const uroFragment: DatagramRule = datagramRule({
  id: 'U10',
  name: 'uro-fragment',
  level: 'derived',
  clause: derived('only whole UDP datagrams can be coalesced'),
  whenBroken: 'Fragments of datagrams merge',
  summary: 'The datagram is a fragment.',
  forbids: (datagram) => datagram.ipVersion === 4 && datagram.kind !== 'datagram',
});

export const uroLengthsDisagree: DatagramRule = datagramRule({
  id: 'U3',
  name: 'uro-lengths-disagree',
  whenBroken: 'Datagrams merge although IP and UDP length disagree',
  summary: 'The IP length is not the sum of its headers and the UDP length.',
  forbids: (datagram) => !datagram.lengthsAgree,
});

export const uroChecksumWrong: DatagramRule = datagramRule({
  id: 'U4',
  name: 'uro-checksum-wrong',
  clause: CHECKSUMS,
  whenBroken: 'Datagrams merge although a UDP checksum is wrong, or across such a datagram',
  summary: 'The UDP checksum is wrong: the datagram goes alone, and nothing is merged across it.',
  forbids: (datagram) => datagram.udpChecksum === 'wrong',
});

export const uroEmpty: DatagramRule = datagramRule({
  id: 'U2',
  name: 'uro-no-payload',
  level: 'derived',
  clause: derived('a datagram without payload leaves no trace in an SCU'),
  whenBroken: 'Datagrams without payload merge',
  summary: 'The datagram has no payload.',
  forbids: (datagram) => datagram.payloadLength === 0,
});

export const uroTagged: DatagramRule = datagramRule({
  id: 'I5',
  name: 'uro-tagged-left-alone',
  level: 'may',
  clause: { doc: 'ndis-rsc-capabilities', heading: 'Reporting RSC Capability', item: 'encapsulations' },
  summary: 'The datagram is 802.1Q-tagged, and the policy does not coalesce tagged frames.',
  forbids: (datagram, { policy }) => policy.tagged === 'alone' && datagram.ipOffset > 14,
});

/** Never applies in the reference, which looks units up by connection. It judges targets. */
export const uroSameConnection: DatagramPairRule = pairRule({
  id: 'U7',
  name: 'uro-one-connection',
  clause: FLOWS,
  whenBroken: 'Datagrams of two connections merge',
  summary: 'An SCU holds the datagrams of one connection.',
  scope: 'targets',
  forbids: (unit, datagram) => unit.connection !== datagram.connection,
});

export const uroSameLinkHeader: DatagramPairRule = pairRule({
  id: 'U1',
  name: 'uro-same-link-header',
  whenBroken: 'Datagrams merge although the link-layer header differs',
  summary: 'The link-layer header differs.',
  forbids: (unit, datagram) =>
    unit.ipOffset !== datagram.ipOffset || !equalBytes(unit.bytes, 0, datagram.frame, 0, unit.ipOffset),
});

export const uroSameTrafficClass: DatagramPairRule = pairRule({
  id: 'U1',
  name: 'uro-same-traffic-class',
  whenBroken: 'Datagrams merge although the traffic class differs',
  summary: 'The IPv4 TOS or IPv6 traffic class, ECN included, differs.',
  forbids: (unit, datagram) => unit.trafficClass !== datagram.trafficClass,
});

export const uroSameDontFragment: DatagramPairRule = pairRule({
  id: 'U1',
  name: 'uro-same-dont-fragment',
  whenBroken: 'Datagrams merge although DF differs',
  summary: 'DF differs.',
  forbids: (unit, datagram) => ((unit.ipFlags ^ datagram.ipFlags) & Ipv4Flag.dontFragment) !== 0,
});

/** No source names it. The SCU could not show it. */
export const uroSameReservedFlag: DatagramPairRule = pairRule({
  id: 'U1',
  name: 'uro-same-reserved-flag',
  level: 'should',
  clause: derived('U5: an SCU has this flag once, so it cannot keep two values; the host’s UDP does not see it'),
  whenBroken: 'Datagrams merge although the reserved IPv4 flag differs',
  summary: 'The reserved IPv4 flag differs.',
  forbids: (unit, datagram) => ((unit.ipFlags ^ datagram.ipFlags) & Ipv4Flag.reserved) !== 0,
});

export const uroSameTtl: DatagramPairRule = pairRule({
  id: 'U1',
  name: 'uro-same-ttl',
  whenBroken: 'Datagrams merge although the TTL or hop limit differs',
  summary: 'The TTL or hop limit differs.',
  forbids: (unit, datagram) => unit.ttl !== datagram.ttl,
});

export const uroSameFlowLabel: DatagramPairRule = pairRule({
  id: 'U1',
  name: 'uro-same-flow-label',
  whenBroken: 'Datagrams merge although the flow label differs',
  summary: 'The IPv6 flow label differs.',
  forbids: (unit, datagram) => unit.flowLabel !== datagram.flowLabel,
});

export const uroAfterShorter: DatagramPairRule = pairRule({
  id: 'U2',
  name: 'uro-after-shorter',
  whenBroken: 'Datagrams merge after a shorter one',
  summary: 'A shorter datagram joined before, and it was the last.',
  isLimit: true,
  forbids: (unit) => unit.lastUdpLength < unit.udpLength,
});

export const uroLonger: DatagramPairRule = pairRule({
  id: 'U2',
  name: 'uro-longer',
  whenBroken: 'Datagrams longer than those before them merge',
  summary: 'The datagram is longer than those before it.',
  forbids: (unit, datagram) => datagram.udpLength > unit.udpLength,
});

export const uroLengthLimit: DatagramPairRule = pairRule({
  id: 'U9',
  name: 'uro-too-long',
  level: 'derived',
  clause: derived('the length fields hold 16 bits, and the UDP length is one of them'),
  whenBroken: 'Units of datagrams grow past the largest legal datagram',
  summary: 'Merging would push the SCU past an IPv4 total length or IPv6 payload length of 65,535.',
  isLimit: true,
  forbids: (unit, datagram) => unit.ipLengthWith(datagram.payloadLength) > IPV4_MAX_LENGTH,
});

export const uroStopEarly: DatagramPairRule = pairRule({
  id: 'C12',
  name: 'uro-stop-early',
  level: 'may',
  clause: { ...FLOWS, item: 'as hardware and memory permit' },
  summary: 'The policy ends the SCU here.',
  forbids: (unit, datagram, policy) =>
    unit.datagrams >= policy.maxSegments || unit.end - unit.payloadOffset + datagram.payloadLength > policy.maxBytes,
});

export const uroStart: DatagramActionRule = {
  kind: 'datagram-action',
  id: 'U7',
  name: 'uro-start-unit',
  level: 'must',
  clause: FLOWS,
  whenBroken: 'A datagram does not start a unit although its connection has none',
  summary: 'No SCU is tracked for the connection: the datagram starts one.',
  applies: (unit) => unit === undefined,
};

export const uroMerge: DatagramActionRule = {
  kind: 'datagram-action',
  id: 'U5',
  name: 'uro-merge',
  level: 'must',
  clause: STRUCTURE,
  whenBroken: 'Merged datagrams are not appended as they arrived',
  summary: 'The payload is appended.',
  applies: (unit) => unit !== undefined,
};

export const uroOneDatagram: ContentRule = {
  kind: 'content',
  id: 'U5',
  name: 'uro-one-datagram',
  level: 'must',
  clause: STRUCTURE,
  whenBroken: 'Units of datagrams are not the first one’s headers followed by the payloads in order',
  summary: 'An SCU is the link, IP and UDP header of the first datagram, then the payloads in order.',
  breached: (expected, actual) => !equalBytes(expected, 0, actual, 0, Math.max(expected.length, actual.length)),
};

export const uroUnmodified: ContentRule = {
  ...uroOneDatagram,
  id: 'U10',
  name: 'uro-unmodified',
  level: 'derived',
  clause: derived('a datagram that was not coalesced is an ordinary frame'),
  whenBroken: 'A datagram that nothing joined is altered',
  symptom: 'payload',
  summary: 'A datagram that nothing joined is indicated unmodified.',
};

type FieldParts = Pick<DatagramFieldRule, 'name' | 'summary' | 'field' | 'expected'> & Partial<DatagramFieldRule>;

function fieldRule(parts: FieldParts): DatagramFieldRule {
  return { kind: 'datagram-field', id: 'U5', level: 'must', clause: STRUCTURE, ...parts };
}

export const uroTotalLength: DatagramFieldRule = fieldRule({
  name: 'uro-ipv4-total-length',
  disagreement: disagreements.uroLengths,
  whenBroken: 'The IPv4 total length of a unit of datagrams is wrong',
  summary: 'The IPv4 total length covers the whole SCU.',
  field: 'ipv4.total-length',
  expected: (unit) => unit.ipLengthWith(0),
});

export const uroPayloadLength: DatagramFieldRule = fieldRule({
  name: 'uro-ipv6-payload-length',
  disagreement: disagreements.uroLengths,
  whenBroken: 'The IPv6 payload length of a unit of datagrams is wrong',
  summary: 'The IPv6 payload length covers the whole SCU.',
  field: 'ipv6.payload-length',
  expected: (unit) => unit.ipLengthWith(0),
});

export const uroLength: DatagramFieldRule = fieldRule({
  name: 'uro-udp-length',
  disagreement: disagreements.uroLengths,
  whenBroken: 'The UDP length of a unit of datagrams is wrong',
  summary: 'The UDP length covers all payloads and the 8 bytes of the header.',
  field: 'udp.length',
  expected: (unit) => unit.end - unit.udpOffset,
});

export const uroIpv4ChecksumZero: DatagramFieldRule = fieldRule({
  name: 'uro-ipv4-checksum-zero',
  clause: CHECKSUMS,
  whenBroken: 'The IPv4 header checksum of a unit of datagrams is not zero',
  summary: 'The IPv4 header checksum is zero.',
  field: 'ipv4.checksum',
  expected: () => 0,
});

export const uroChecksumZero: DatagramFieldRule = fieldRule({
  name: 'uro-udp-checksum-zero',
  clause: CHECKSUMS,
  whenBroken: 'The UDP checksum of a unit of datagrams is not zero',
  summary: 'The UDP checksum is zero.',
  field: 'udp.checksum',
  expected: () => 0,
});

type OobParts = Pick<DatagramOobRule, 'id' | 'name' | 'summary' | 'field' | 'expected'> & Partial<DatagramOobRule>;

function oobRule(parts: OobParts): DatagramOobRule {
  return { kind: 'datagram-oob', level: 'must', clause: STRUCTURE, ...parts };
}

export const uroChecksumSucceeded: DatagramOobRule = oobRule({
  id: 'U5',
  name: 'uro-udp-checksum-succeeded',
  clause: CHECKSUMS,
  whenBroken: 'Units of datagrams lack UdpChecksumSucceeded',
  summary: 'UdpChecksumSucceeded is set on every SCU of datagrams.',
  field: 'tcpChecksum',
  expected: () => 'ok',
});

export const uroIpSucceeded: DatagramOobRule = oobRule({
  id: 'U5',
  name: 'uro-ip-checksum-succeeded',
  clause: CHECKSUMS,
  whenBroken: 'IPv4 units of datagrams lack IpChecksumSucceeded',
  summary: 'IpChecksumSucceeded is set on every IPv4 SCU of datagrams.',
  field: 'ipChecksum',
  expected: (unit) => (unit.ipVersion === 4 ? 'ok' : 'none'),
});

export const uroSegCount: DatagramOobRule = oobRule({
  id: 'U6',
  name: 'uro-segment-count',
  clause: OUT_OF_BAND,
  whenBroken: 'The segment count of a unit of datagrams is wrong',
  summary: 'The segment count is the number of datagrams.',
  field: 'uroSegCount',
  expected: (unit) => unit.datagrams,
});

export const uroSegSize: DatagramOobRule = oobRule({
  id: 'U6',
  name: 'uro-segment-size',
  clause: OUT_OF_BAND,
  whenBroken: 'The segment size of a unit of datagrams is wrong',
  summary: 'The segment size is the payload length of all datagrams but the last.',
  field: 'uroSegSize',
  expected: (unit) => unit.udpLength - (unit.payloadOffset - unit.udpOffset),
});

export const uroOrder: StreamRule = {
  kind: 'stream',
  id: 'U7',
  name: 'uro-order',
  level: 'must',
  clause: FLOWS,
  whenBroken: 'Datagrams of a connection overtake each other',
  summary: 'No datagram overtakes another of its connection.',
  breached: ({ earlierArrival, laterArrival }) => laterArrival < earlierArrival,
};

export const uroFlushedOnDisable: StreamRule = {
  kind: 'stream',
  id: 'U8',
  name: 'uro-flushed-on-disable',
  level: 'must',
  clause: STATE,
  whenBroken: 'Turning URO off does not indicate the units of datagrams in progress',
  summary: 'Turning URO off indicates every SCU of datagrams before the request completes.',
  ends: true,
  breached: ({ rscOn, segments }) => !rscOn && segments > 1,
};

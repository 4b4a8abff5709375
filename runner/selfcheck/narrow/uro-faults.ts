/** Faults of URO: datagrams that merge against a rule, exceptions that end nothing, and units that come out wrong. */

import { registry } from '../../../reference-impl/rules/index.ts';
import type { DatagramPairRule, DatagramRule, Rule } from '../../../reference-impl/rules/rule.ts';
import { Datagram, parseDatagram } from '../../../reference-impl/udp/datagram.ts';
import { setU16, u16 } from '../../../reference-impl/wire/bytes.ts';
import { Ipv4At, Ipv6At, UdpAt } from '../../../reference-impl/wire/fields.ts';
import type { OwnIndication } from '../subject.ts';
import type { DecisionFault, OutputFault } from './narrow-fault.ts';
import { lastOf, nextDpc } from './output-fault-parts.ts';

/** Rules that are never applied, or about frames of no connection. */
const LEFT = ['uro-off', 'uro-fragment', 'uro-one-connection'];

const ofKind = <K extends 'datagram' | 'datagram-pair'>(kind: K): Extract<Rule, { kind: K }>[] =>
  registry.filter(
    (rule): rule is Extract<Rule, { kind: K }> =>
      rule.kind === kind && rule.level !== 'may' && !LEFT.includes(rule.name),
  );

const silentDatagram = ({ id, name, summary }: DatagramRule): DecisionFault => ({
  kind: 'decision',
  name: `${id}-${name}`,
  summary: `Merges it nevertheless: ${summary}`,
  broken: id,
  plant: (rule, strikes) =>
    rule.kind !== 'datagram' || rule.name !== name
      ? rule
      : {
          ...rule,
          forbids: (...all: Parameters<DatagramRule['forbids']>) => rule.forbids(...all) && !strikes(),
        },
});

const silentPair = ({ id, name, summary }: DatagramPairRule): DecisionFault => ({
  kind: 'decision',
  name: `${id}-${name}`,
  summary: `Merges it nevertheless: ${summary}`,
  broken: id,
  plant: (rule, strikes) =>
    rule.kind !== 'datagram-pair' || rule.name !== name
      ? rule
      : {
          ...rule,
          forbids: (...all: Parameters<DatagramPairRule['forbids']>) => rule.forbids(...all) && !strikes(),
        },
});

const isUnit = ({ oob }: OwnIndication): boolean => oob.uroSegCount !== undefined;

/** A unit, in a copy of its frame. */
function onUnit(
  name: string,
  broken: string,
  summary: string,
  change: (frame: Uint8Array, layout: Datagram, one: OwnIndication) => Partial<OwnIndication>,
  isPossible: (layout: Datagram) => boolean = () => true,
): OutputFault {
  const layoutOf = (frame: Uint8Array): Datagram => parseDatagram(frame, new Datagram());
  return {
    kind: 'output',
    name,
    summary,
    broken,
    chances: (one) => (isUnit(one) && isPossible(layoutOf(one.frame)) ? [lastOf(one)] : []),
    strike: (one) => {
      const frame = one.frame.slice();
      return [{ ...one, frame, ...change(frame, layoutOf(frame), one) }];
    },
  };
}

const ipLengthAt = ({ ipVersion, ipOffset }: Datagram): number =>
  ipOffset + (ipVersion === 4 ? Ipv4At.totalLength : Ipv6At.payloadLength);
const udpLengthAt = ({ udpOffset }: Datagram): number => udpOffset + UdpAt.length;
const plus = (frame: Uint8Array, at: number, by: number): void => setU16(frame, at, u16(frame, at) + by);
const flip = (frame: Uint8Array, at: number): void => {
  frame[at] = (frame[at] as number) ^ 0x41;
};
/** Bits of a header field, at an offset in the IP header. */
const flipped =
  (offset: number, bits: number) =>
  (frame: Uint8Array, { ipOffset }: Datagram): Partial<OwnIndication> => {
    frame[ipOffset + offset] = (frame[ipOffset + offset] as number) ^ bits;
    return {};
  };
const isIpv4 = ({ ipVersion }: Datagram): boolean => ipVersion === 4;

const whole = (
  name: string,
  summary: string,
  isOne: (one: OwnIndication) => boolean,
  strike: OutputFault['strike'],
  broken = 'U10',
): OutputFault => ({
  kind: 'output',
  name,
  summary,
  broken,
  chances: (one) => (isOne(one) ? [lastOf(one)] : []),
  strike,
});

export const URO_NARROW_FAULTS: readonly (DecisionFault | OutputFault)[] = [
  ...ofKind('datagram').map(silentDatagram),
  ...ofKind('datagram-pair').map(silentPair),
  onUnit('U5-ip-length', 'U5', 'The IP length leaves out the last byte.', (frame, layout) => {
    plus(frame, ipLengthAt(layout), -1);
    return {};
  }),
  onUnit('U5-udp-length', 'U5', 'The UDP length leaves out the last byte.', (frame, layout) => {
    plus(frame, udpLengthAt(layout), -1);
    return {};
  }),
  onUnit('U5-udp-length-of-first', 'U5', 'The UDP length is the first datagram’s.', (frame, layout, { oob }) => {
    setU16(frame, udpLengthAt(layout), 8 + (oob.uroSegSize ?? 0));
    return {};
  }),
  onUnit('U5-tail-cut', 'U5', 'The last byte is missing, and the lengths say so.', (frame, layout) => {
    plus(frame, ipLengthAt(layout), -1);
    plus(frame, udpLengthAt(layout), -1);
    return { frame: frame.slice(0, -1) };
  }),
  onUnit('U5-last-byte', 'U5', 'The last byte is altered.', (frame, { ipEnd }) => {
    flip(frame, ipEnd - 1);
    return {};
  }),
  onUnit('U5-first-byte', 'U5', 'The first byte of the payload is altered.', (frame, { payloadOffset }) => {
    flip(frame, payloadOffset);
    return {};
  }),
  onUnit('U5-seam', 'U5', 'The first byte of the second payload is altered.', (frame, { payloadOffset }, { oob }) => {
    flip(frame, payloadOffset + (oob.uroSegSize ?? 0));
    return {};
  }),
  onUnit('U5-udp-checksum', 'U5', 'The UDP checksum field is not zero.', (frame, { udpOffset }) => {
    setU16(frame, udpOffset + UdpAt.checksum, 0x1234);
    return {};
  }),
  onUnit(
    'U5-ip-checksum',
    'U5',
    'The IPv4 checksum field is not zero.',
    (frame, { ipOffset }) => {
      setU16(frame, ipOffset + Ipv4At.checksum, 0x1234);
      return {};
    },
    isIpv4,
  ),
  onUnit('U5-ttl', 'U5', 'The TTL is wrong.', flipped(Ipv4At.ttl, 1), isIpv4),
  onUnit('U5-hop-limit', 'U5', 'The hop limit is wrong.', flipped(Ipv6At.hopLimit, 1), (layout) => !isIpv4(layout)),
  onUnit('U5-dscp', 'U5', 'The DSCP is wrong.', flipped(Ipv4At.tos, 0x40)),
  onUnit('U5-source-port', 'U5', 'The source port is wrong.', (frame, { udpOffset }) => {
    flip(frame, udpOffset + UdpAt.sourcePortLow);
    return {};
  }),
  onUnit('U6-count', 'U6', 'The segment count is one too many.', (_, __, { oob }) => ({
    oob: { ...oob, uroSegCount: (oob.uroSegCount ?? 0) + 1 },
  })),
  onUnit('U6-size', 'U6', 'The segment size is one too many.', (_, __, { oob }) => ({
    oob: { ...oob, uroSegSize: (oob.uroSegSize ?? 0) + 1 },
  })),
  whole('U10-unit-lost', 'A unit of datagrams is lost.', isUnit, () => []),
  whole('U10-unit-twice', 'A unit of datagrams comes twice.', isUnit, (one) => [one, one]),
  whole('U10-unit-held', 'A unit of datagrams waits for the next DPC.', isUnit, (one, _, played) => [
    { ...one, step: nextDpc(played, one.step) },
  ]),
];

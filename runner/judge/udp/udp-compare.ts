/** Compares an indicated frame with the one expected from its datagrams: header fields, payload, out-of-band values. */

import { rulesOfKind } from '../../../reference-impl/rules/index.ts';
import type { RuleBase } from '../../../reference-impl/rules/rule.ts';
import { udpFields } from '../../../reference-impl/udp/udp-fields.ts';
import type { UdpUnit } from '../../../reference-impl/udp/udp-unit.ts';
import { equalBytes, u16 } from '../../../reference-impl/wire/bytes.ts';
import { ETHERNET_MINIMUM, MAX_TRAILER } from '../../../reference-impl/wire/ethernet.ts';
import { Ipv4At, Ipv6At, UdpAt } from '../../../reference-impl/wire/fields.ts';
import type { Capabilities } from '../../capabilities/capabilities.ts';
import { comparePayload } from '../compare-payload.ts';
import { bytesText, fieldName, valueText } from '../field-words.ts';
import { draft, ruleNamed } from '../finding.ts';
import type { Draft } from '../types.ts';
import type { UdpArrival, UdpObserved } from './udp-arrival.ts';

const fieldRules = rulesOfKind('datagram-field');
const UDP_HEADER = 8;

type Value = string | number | (() => string);
type Report = (rule: RuleBase, field: string, wanted: Value, was: Value, soft?: boolean) => void;

function reporter(arrivals: readonly number[], findings: Draft[]): Report {
  return (rule, field, wanted, was, soft = false) => {
    const words = (): readonly [string, string, string] => {
      const [must, shown] = [textOf(field, wanted), textOf(field, was)];
      return [must, shown, `The ${fieldName(field)} is ${shown}, must be ${must}: ${rule.summary}`];
    };
    findings.push(draft(rule, arrivals, field, words, soft ? 'should' : rule.level));
  };
}

function textOf(field: string, value: Value): string {
  return typeof value === 'function' ? value() : valueText(field, value);
}

/** A range of the header that must be as in the first datagram: name, offset from the frame's start, length. */
type Range = readonly [string, number, number];

function unruledRanges({ ipVersion, ipOffset: ip, udpOffset: udp }: UdpUnit): Range[] {
  const link: Range = ['ethernet', 0, ip];
  const ports: Range = ['udp.ports', udp, 4];
  // No rule is about the IPv4 Identification.
  return ipVersion === 4
    ? [
        link,
        ['ipv4.version-ihl-tos', ip, 2],
        ['ipv4.flags-offset', ip + Ipv4At.fragment, 2],
        ['ipv4.ttl', ip + Ipv4At.ttl, 1],
        ['ipv4.protocol', ip + Ipv4At.protocol, 1],
        ['ipv4.addresses', ip + Ipv4At.source, udp - ip - Ipv4At.source],
        ports,
      ]
    : [
        link,
        ['ipv6.class-label', ip, 4],
        ['ipv6.next-header', ip + Ipv6At.nextHeader, 1],
        ['ipv6.hop-limit', ip + Ipv6At.hopLimit, 1],
        ['ipv6.addresses', ip + Ipv6At.source, udp - ip - Ipv6At.source],
        ports,
      ];
}

/** The findings on an SCU. */
export function compareUdpUnit(
  unit: UdpUnit,
  first: UdpArrival,
  observed: UdpObserved,
  { checksums }: Capabilities,
): Draft[] {
  const findings: Draft[] = [];
  const report = reporter(unit.arrivals, findings);
  const { frame } = observed;
  const ordinary = ruleNamed('uro-one-datagram');
  if (frame.length < unit.payloadOffset) {
    report(ordinary, 'frame', `${unit.end} bytes`, `${frame.length} bytes, headers cut`);
    return findings;
  }
  for (const [field, at, length] of unruledRanges(unit)) same(report, ordinary, field, first.frame, frame, at, length);
  for (const rule of fieldRules) {
    const access = udpFields[rule.field];
    if (!access.has(unit) || (checksums === 'unknown' && rule.field.endsWith('checksum'))) continue;
    const wanted = rule.expected(unit);
    const was = access.read(frame, unit);
    // Read literally, the source leaves the UDP header out of the lengths.
    const isLiteral = rule.disagreement !== undefined && was === wanted - UDP_HEADER;
    if (was !== wanted) report(rule, rule.field, wanted, was, isLiteral);
  }
  const payload = unit.bytes.subarray(unit.payloadOffset, unit.end);
  const place = { frame, payloadOffset: unit.payloadOffset };
  comparePayload(payload, place, mostAfter(first, unit.end), ordinary, report);
  return findings;
}

/** The findings on a lone frame. It must be as it came, but right checksums may be zero if success is reported. */
export function compareLoneDatagram(first: UdpArrival, observed: UdpObserved): Draft[] {
  const findings: Draft[] = [];
  const report = reporter([first.number], findings);
  const { frame, oob } = observed;
  const { datagram } = first;
  const { ipVersion, ipOffset: ip, udpOffset: udp, payloadOffset, ipEnd } = datagram;
  const rule = ruleNamed('uro-unmodified');
  if (frame.length < payloadOffset) {
    report(rule, 'frame', `${ipEnd} bytes`, `${frame.length} bytes, headers cut`);
    return findings;
  }
  const wanted = new Uint8Array(first.frame);
  const zeroed = (at: number, isRight: boolean, verdict: string | undefined): void => {
    if (first.uroOn && isRight && (verdict ?? 'ok') === 'ok' && u16(frame, at) === 0) wanted.fill(0, at, at + 2);
  };
  if (ipVersion === 4) zeroed(ip + Ipv4At.checksum, datagram.ipChecksum === 'right', oob.ipChecksum);
  zeroed(udp + UdpAt.checksum, datagram.udpChecksum === 'right', oob.tcpChecksum);
  same(report, rule, 'ethernet', wanted, frame, 0, ip);
  same(report, rule, 'ip', wanted, frame, ip, udp - ip);
  same(report, rule, 'udp', wanted, frame, udp, UDP_HEADER);
  const payload = wanted.subarray(payloadOffset, ipEnd);
  comparePayload(payload, { frame, payloadOffset }, mostAfter(first, ipEnd), rule, report);
  return findings;
}

function same(
  report: Report,
  rule: RuleBase,
  field: string,
  wanted: Uint8Array,
  was: Uint8Array,
  at: number,
  length: number,
): void {
  if (equalBytes(wanted, at, was, at, length)) return;
  const shown =
    (bytes: Uint8Array): (() => string) =>
    () =>
      bytesText(field, bytes.subarray(at, at + length));
  report(rule, field, shown(wanted), shown(was));
}

/** Bytes that may follow an IP packet that ends there. */
function mostAfter({ frame, datagram }: UdpArrival, end: number): number {
  return Math.max(MAX_TRAILER, frame.length - datagram.ipEnd, ETHERNET_MINIMUM - end);
}

/** An SCU must report success. For datagrams without a checksum the sources do not say. */
export function compareUdpUnitOob(unit: UdpUnit, run: readonly UdpArrival[], { oob, step }: UdpObserved): Draft[] {
  const findings: Draft[] = [];
  const report = reporter(unit.arrivals, findings);
  const { uroSegCount: count, uroSegSize: size, segCount, ipChecksum, tcpChecksum } = oob;
  const wantedSize = unit.udpLength - UDP_HEADER;
  if (count !== undefined && count !== unit.datagrams)
    report(ruleNamed('uro-segment-count'), 'uroSegCount', unit.datagrams, count);
  if (size !== undefined && size !== wantedSize) report(ruleNamed('uro-segment-size'), 'uroSegSize', wantedSize, size);
  // TCP's count: NetAdapterCx keeps both in one place.
  if (segCount !== undefined && segCount > 1 && segCount !== unit.datagrams)
    report(ruleNamed('uro-segment-count'), 'segCount', `0 or ${unit.datagrams}`, segCount);
  const hasAll = run.every(({ datagram }) => datagram.hasChecksum);
  // Units that a switch-off of receive checksum offload flushed need no verdicts (H8).
  const isDue = !run.some(({ rxcsumOn, rxcsumSwitched }) => rxcsumOn && rxcsumSwitched === step);
  if (tcpChecksum === 'bad' || (tcpChecksum === 'none' && hasAll && isDue))
    report(ruleNamed('uro-udp-checksum-succeeded'), 'tcpChecksum', 'ok', tcpChecksum);
  const isMissing = ipChecksum === 'none' && unit.ipVersion === 4 && isDue;
  if (ipChecksum === 'bad' || isMissing)
    report(ruleNamed('uro-ip-checksum-succeeded'), 'ipChecksum', unit.ipVersion === 4 ? 'ok' : 'none', ipChecksum);
  return findings;
}

export function compareLoneDatagramOob({ datagram, number }: UdpArrival, { oob }: UdpObserved): Draft[] {
  const findings: Draft[] = [];
  const report = reporter([number], findings);
  const { uroSegCount: count, uroSegSize: size, segCount, ipChecksum: ip, tcpChecksum: udp } = oob;
  if (count !== undefined && count > 1) report(ruleNamed('uro-segment-count'), 'uroSegCount', '0 or 1', count);
  if (size !== undefined && size !== 0 && size !== datagram.payloadLength)
    report(ruleNamed('uro-segment-size'), 'uroSegSize', `0 or ${datagram.payloadLength}`, size);
  if (segCount !== undefined && segCount > 1) report(ruleNamed('coalesced-seg-count'), 'segCount', '0 or 1', segCount);
  const rule = ruleNamed('checksum-verdict-true');
  const isRight = datagram.udpChecksum === 'right';
  const isWrong = datagram.udpChecksum === 'wrong';
  if ((udp === 'ok' && isWrong) || (udp === 'bad' && isRight))
    report(rule, 'tcpChecksum', isRight ? 'ok or none' : 'bad or none', udp);
  if (datagram.ipVersion === 4) {
    const isIpRight = datagram.ipChecksum === 'right';
    if ((ip === 'ok' && !isIpRight) || (ip === 'bad' && isIpRight))
      report(rule, 'ipChecksum', isIpRight ? 'ok or none' : 'bad or none', ip);
  } else if (ip === 'bad') report(rule, 'ipChecksum', 'ok or none', ip);
  return findings;
}

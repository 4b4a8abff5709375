/** Compares an indicated frame with the one expected from its datagrams: header fields, payload, out-of-band values. */

import { rulesOfKind } from '../../../reference-impl/rules/index.ts';
import type { Level, RuleBase } from '../../../reference-impl/rules/rule.ts';
import { udpFields } from '../../../reference-impl/udp/udp-fields.ts';
import type { UdpUnit } from '../../../reference-impl/udp/udp-unit.ts';
import { equalBytes, u16 } from '../../../reference-impl/wire/bytes.ts';
import { ETHERNET_MINIMUM, MAX_TRAILER } from '../../../reference-impl/wire/ethernet.ts';
import { Ipv4At, Ipv6At, UdpAt } from '../../../reference-impl/wire/fields.ts';
import type { Capabilities } from '../../capabilities/capabilities.ts';
import { WITHOUT_SUM } from '../compare-oob.ts';
import { comparePayload } from '../compare-payload.ts';
import { beText, bytesText, fieldName, isNumber, isOrAre, valueText } from '../field-words.ts';
import { draft, mustOf, ruleNamed } from '../finding.ts';
import type { Draft } from '../types.ts';
import { withLinkHeaderOf } from './settled-link.ts';
import type { UdpArrival, UdpObserved } from './udp-arrival.ts';

const fieldRules = rulesOfKind('datagram-field');
const UDP_HEADER = 8;
/** Compared as a whole in a datagram that nothing joined. */
const HEADERS: readonly string[] = ['ip', 'udp'];

type Value = string | number | (() => string);
type Report = (
  rule: RuleBase,
  field: string,
  wanted: Value,
  was: Value,
  sentence?: () => string,
  level?: Level,
) => void;

/** By the name of a rule, what completes "must be 0x0000"; of the others, the rule itself does. */
const REASONS: Readonly<Record<string, string>> = {
  'uro-one-datagram': ', as in the first datagram',
  'uro-unmodified': ', as it arrived',
  'uro-ipv4-total-length': ', for all payloads and headers',
  'uro-ipv6-payload-length': ', for all payloads and the UDP header',
  'uro-udp-length': ', for all payloads and the UDP header',
  'uro-ipv4-checksum-zero': ' in an SCU of datagrams',
  'uro-udp-checksum-zero': ' in an SCU of datagrams',
  'uro-segment-count': ', the number of datagrams',
  'uro-segment-size': ', the payload length of all datagrams but the last',
};

function reporter(arrivals: readonly number[], findings: Draft[]): Report {
  return (rule, field, wanted, was, sentence, level = rule.level) => {
    const words = (): readonly [string, string, string] => {
      const [must, shown] = [textOf(field, wanted), textOf(field, was)];
      if (sentence !== undefined) return [must, shown, sentence()];
      const name = fieldName(field);
      // Out of band, a field has no other name.
      const subject = name === field && !HEADERS.includes(field) ? field : `The ${name}`;
      const [is, be] = HEADERS.includes(field) ? ['has', `have ${must}`] : [isOrAre(field), beText(must)];
      const reason = REASONS[rule.name];
      const why = reason === undefined ? `: ${rule.summary}` : `${reason}.`;
      return [must, shown, `${subject} ${is} ${shown}, ${mustOf({ level })} ${be}${why}`];
    };
    findings.push(draft(rule, arrivals, field, words, level));
  };
}

function textOf(field: string, value: Value): string {
  return typeof value === 'function' ? value() : valueText(field, value);
}

/** A range of the header that must be as in the first datagram: name, offset from the frame's start, length. */
type Range = readonly [string, number, number];
type HeadersAt = Pick<UdpUnit, 'ipVersion' | 'ipOffset' | 'udpOffset'>;

function unruledRanges({ ipVersion, ipOffset: ip, udpOffset: udp }: HeadersAt): Range[] {
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

/** Fields that rules set in a unit, and that must not change in a datagram that nothing joined. */
function lengths({ ipVersion, ipOffset: ip, udpOffset: udp }: HeadersAt): Range[] {
  const own: Range =
    ipVersion === 4
      ? ['ipv4.total-length', ip + Ipv4At.totalLength, 2]
      : ['ipv6.payload-length', ip + Ipv6At.payloadLength, 2];
  return [own, ['udp.length', udp + UdpAt.length, 2]];
}

function checksums({ ipVersion, ipOffset: ip, udpOffset: udp }: HeadersAt): Range[] {
  const own: Range[] = ipVersion === 4 ? [['ipv4.checksum', ip + Ipv4At.checksum, 2]] : [];
  return [...own, ['udp.checksum', udp + UdpAt.checksum, 2]];
}

/** No rule says what it is in a unit. */
function identification({ ipVersion, ipOffset: ip }: HeadersAt): Range[] {
  return ipVersion === 4 ? [['ipv4.id', ip + Ipv4At.id, 2]] : [];
}

/** The findings on an SCU. */
export function compareUdpUnit(
  unit: UdpUnit,
  run: readonly UdpArrival[],
  indicated: UdpObserved,
  { checksums }: Capabilities,
): Draft[] {
  const first = run[0] as UdpArrival;
  const findings: Draft[] = [];
  const report = reporter(unit.arrivals, findings);
  const observed = withLinkHeaderOf(first, indicated);
  const { frame } = observed;
  const ordinary = ruleNamed('uro-one-datagram');
  if (observed !== indicated) reportLink(ordinary, first, indicated, report);
  if (frame.length < unit.payloadOffset) {
    reportCut(ordinary, unit.end, frame, report);
    return findings;
  }
  for (const [field, at, length] of unruledRanges(unit)) same(report, ordinary, field, first.frame, frame, at, length);
  const payload = unit.bytes.subarray(unit.payloadOffset, unit.end);
  const isTrue = isLengthTrue(payload, unit.payloadOffset, observed);
  for (const rule of fieldRules) {
    if (isTrue && rule.field.endsWith('length')) continue;
    const access = udpFields[rule.field];
    if (!access.has(unit) || (checksums === 'unknown' && rule.field.endsWith('checksum'))) continue;
    const wanted = rule.expected(unit);
    const was = access.read(frame, unit);
    // Read literally, the source leaves the UDP header out of the lengths.
    const isLiteral = rule.disagreement !== undefined && was === wanted - UDP_HEADER;
    if (was !== wanted) report(rule, rule.field, wanted, was, undefined, isLiteral ? 'should' : rule.level);
  }
  compareTo(payload, run, isTrue, mostAfter(first, unit.end), observed, ordinary, report);
  return findings;
}

/** The findings on a lone frame. It must be unchanged, except that right checksums may be zero if success is reported. */
export function compareLoneDatagram(first: UdpArrival, indicated: UdpObserved): Draft[] {
  const findings: Draft[] = [];
  const report = reporter([first.number], findings);
  const observed = withLinkHeaderOf(first, indicated);
  const { frame, oob } = observed;
  const { datagram } = first;
  const { ipVersion, ipOffset: ip, udpOffset: udp, payloadOffset, ipEnd } = datagram;
  const rule = ruleNamed('uro-unmodified');
  if (observed !== indicated) reportLink(rule, first, indicated, report);
  if (frame.length < payloadOffset) {
    reportCut(rule, ipEnd, frame, report);
    return findings;
  }
  const wanted = new Uint8Array(first.frame);
  const zeroed = (at: number, isRight: boolean, verdict: string | undefined): void => {
    if (first.uroOn && isRight && (verdict ?? 'ok') === 'ok' && u16(frame, at) === 0) wanted.fill(0, at, at + 2);
  };
  if (ipVersion === 4) zeroed(ip + Ipv4At.checksum, datagram.ipChecksum === 'right', oob.ipChecksum);
  zeroed(udp + UdpAt.checksum, datagram.udpChecksum === 'right', oob.tcpChecksum);
  same(report, rule, 'ethernet', wanted, frame, 0, ip);
  const compare = (field: string, ranges: readonly Range[], from: number, to: number): void =>
    sameHeader(
      report,
      rule,
      field,
      ranges.filter(([, at]) => at >= from && at < to),
      wanted,
      frame,
    );
  const compareHeaders = (ranges: readonly Range[]): void => {
    compare('ip', ranges, ip, udp);
    compare('udp', ranges, udp, payloadOffset);
  };
  const payload = wanted.subarray(payloadOffset, ipEnd);
  const { hasChecksum, udpChecksum } = observed.datagram;
  const isTrue = isLengthTrue(payload, payloadOffset, observed, hasChecksum && udpChecksum === 'right');
  compareHeaders([...unruledRanges(datagram), ...identification(datagram), ...(isTrue ? [] : lengths(datagram))]);
  compareTo(payload, [first], isTrue, mostAfter(first, ipEnd), observed, rule, report);
  // The sums of what is another frame are other sums.
  if (findings.length === 0) compareHeaders(checksums(datagram));
  return findings;
}

/**
 * Its lengths agree, and are not what they must be: bytes were put in or left out, and the lengths are right of what is there.
 * `isChecked`: a checksum over that length is right. That of a unit is zero; a right one is its first datagram's.
 */
function isLengthTrue(wanted: Uint8Array, at: number, { datagram, frame }: UdpObserved, isChecked = false): boolean {
  const { kind, payloadOffset, payloadLength, udpLength, udpOffset, ipEnd } = datagram;
  // A fragment's UDP header is of the whole datagram.
  const doAgree = kind === 'first-fragment' || (kind === 'datagram' && udpOffset + udpLength === ipEnd);
  if (!doAgree || payloadOffset !== at) return false;
  if (payloadLength === wanted.length || ipEnd > frame.length) return false;
  const isThere = equalBytes(wanted, 0, frame, at, wanted.length) && at + wanted.length <= frame.length;
  return payloadLength > wanted.length || !isThere || isChecked;
}

function compareTo(
  wanted: Uint8Array,
  run: readonly UdpArrival[],
  isTrue: boolean,
  most: number,
  { frame, datagram }: UdpObserved,
  rule: RuleBase,
  report: Report,
): void {
  const bytes = isTrue ? frame.subarray(0, datagram.ipEnd) : frame;
  const { payloadOffset } = (run[0] as UdpArrival).datagram;
  const parts = () => run.map(({ number, datagram: { payloadLength: length } }) => ({ number, length }));
  comparePayload(wanted, { frame: bytes, payloadOffset }, isTrue ? 0 : most, parts, rule, report);
}

function reportLink(rule: RuleBase, { frame, datagram }: UdpArrival, other: UdpObserved, report: Report): void {
  const shown = (bytes: Uint8Array, end: number) => (): string => bytesText('ethernet', bytes.subarray(0, end));
  report(rule, 'ethernet', shown(frame, datagram.ipOffset), shown(other.frame, other.datagram.ipOffset));
}

function reportCut(rule: RuleBase, length: number, frame: Uint8Array, report: Report): void {
  const [must, was] = [`${length} bytes`, `${frame.length} bytes`];
  const sentence = (): string => `The frame ends within its headers: it has ${was}, must have ${must}.`;
  report(rule, 'frame', must, `${was}, headers cut`, sentence);
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

/** A header, one finding whatever differs in it: each field by its name. */
function sameHeader(
  report: Report,
  rule: RuleBase,
  field: string,
  ranges: readonly Range[],
  wanted: Uint8Array,
  was: Uint8Array,
): void {
  const differing = ranges.filter(([, at, length]) => !equalBytes(wanted, at, was, at, length));
  if (differing.length === 0) return;
  const shown = (bytes: Uint8Array) => (): string =>
    differing.map(([name, at, length]) => `${fieldName(name)} ${rangeText(name, bytes, at, length)}`).join(', ');
  report(rule, field, shown(wanted), shown(was));
}

function rangeText(name: string, bytes: Uint8Array, at: number, length: number): string {
  return isNumber(name) ? valueText(name, u16(bytes, at)) : bytesText(name, bytes.subarray(at, at + length));
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
    reportIpVerdict(ruleNamed('uro-ip-checksum-succeeded'), unit.ipVersion, 'ok', ipChecksum, report);
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
  const isIpRight = datagram.ipVersion === 6 || datagram.ipChecksum === 'right';
  if ((ip === 'ok' && !isIpRight) || (ip === 'bad' && isIpRight))
    reportIpVerdict(rule, datagram.ipVersion, isIpRight ? 'ok or none' : 'bad or none', ip, report);
  return findings;
}

function reportIpVerdict(rule: RuleBase, ipVersion: 0 | 4 | 6, wanted: string, was: string, report: Report): void {
  if (ipVersion === 6) report(rule, 'ipChecksum', 'ok or none', was, () => WITHOUT_SUM);
  else report(rule, 'ipChecksum', wanted, was);
}

/** Compares an indicated frame with the one expected from its arrivals: header fields, payload, out-of-band values. */

import { DEFAULT_POLICY } from '../../reference-impl/policy.ts';
import { rulesOfKind } from '../../reference-impl/rules/index.ts';
import type { RuleBase } from '../../reference-impl/rules/rule.ts';
import type { Unit } from '../../reference-impl/unit.ts';
import { equalBytes, sameBytes, u8 } from '../../reference-impl/wire/bytes.ts';
import { finish, fold, sumBytes, verifies } from '../../reference-impl/wire/checksum.ts';
import { MAX_TRAILER } from '../../reference-impl/wire/ethernet.ts';
import { type FieldAccess, headerFields, Ipv4At, Ipv6At, TcpAt } from '../../reference-impl/wire/fields.ts';
import { pseudoHeaderSum, type Segment } from '../../reference-impl/wire/segment.ts';
import { TCP_HEADER, TcpFlag } from '../../reference-impl/wire/tcp.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import { isUnordered } from './arrival.ts';
import { isChecksumFlagged } from './checksum-flags.ts';
import { compareOuter } from './compare-outer.ts';
import { comparePayload } from './compare-payload.ts';
import { bytesText, fieldName, valueText } from './field-words.ts';
import { draft, isSoft, ruleNamed } from './finding.ts';
import type { Observed } from './observed.ts';
import type { Draft } from './types.ts';

const fieldRules = rulesOfKind('field');
/** Bytes of TSval and TSecr. */
const TIMESTAMPS_VALUE = 8;
const RULED_FLAGS = TcpFlag.psh | TcpFlag.ece | TcpFlag.cwr;

/** The expected side: the first segment, or the SCU. `bytes` up to `end` are the frame without trailer. */
export interface Expected {
  readonly unit: Unit;
  readonly first: Segment;
  readonly arrivals: readonly number[];
  /** The segments that it is made of, one for each arrival. */
  readonly segments: readonly Segment[];
  /** Fields that a forbidden merge leaves open: the value of any of its segments is accepted. */
  readonly open: readonly string[];
  /** Bytes of Ethernet padding in the payload, which are reported apart. */
  readonly padding: number | undefined;
  /** Its TCP checksum is judged by K3: frames in it were marked out of band. */
  readonly isMarked: boolean;
}

/** Field by field, payload included. Empty: the frame is what it must be. */
export function compareFrame(expected: Expected, observed: Observed, capabilities: Capabilities): Draft[] {
  const { unit, first } = expected;
  const { frame, segment, repaired } = observed;
  const actual = isUnordered(repaired) ? segment : repaired;
  const layout = isUnordered(actual) || isOffsetWrong(expected, actual, frame) ? unit : actual;
  const findings: Draft[] = [];
  const report = reporter(expected, findings);
  const ordinary = ruleNamed('one-ordinary-segment');
  if (frame.length < layout.payloadOffset) {
    report(ordinary, 'frame', `${unit.end} bytes`, `${frame.length} bytes, headers cut`);
    return findings;
  }
  const isTrue = isLengthTrue(expected, layout, observed);
  for (const rule of fieldRules) {
    if (rule.follows === 'checksum') continue;
    const access = headerFields[rule.field];
    if (!access.has(unit)) continue;
    const wanted = rule.expected(unit, DEFAULT_POLICY);
    if (wanted === undefined) continue;
    // Missing timestamps are a difference in the options (H1).
    if (!access.has(layout)) continue;
    const was = access.read(frame, layout);
    if (rule.follows === 'length') {
      if (!isTrue) checkLength(unit, layout, was, expected.padding ?? 0, report, rule);
      // A frame that goes alone must be unmodified: no milder level applies.
    } else if (was !== wanted) report(unit.isMerged || !isSoft(rule) ? rule : ordinary, rule.field, wanted, was);
  }
  compareUnruled(expected, layout, frame, actual, report);
  if (first.outer.length > 0 || layout.outer.length > 0)
    findings.push(...compareOuter(expected, layout, observed, capabilities));
  if (expected.padding === undefined) {
    const payload = unit.bytes.subarray(unit.payloadOffset, unit.end);
    const most = Math.max(MAX_TRAILER, first.frame.length - first.ipEnd);
    const bytes = isTrue ? frame.subarray(0, actual.ipEnd) : frame;
    comparePayload(payload, { frame: bytes, payloadOffset: layout.payloadOffset }, isTrue ? 0 : most, ordinary, report);
  }
  // A lone frame whose payload grew by its padding is not as it came: no more is its checksum.
  const isGrown = !unit.isMerged && (expected.padding ?? 0) > 0;
  if (findings.every(isSoft) && !isGrown) compareChecksums(expected, observed, capabilities, report);
  return findings;
}

/** The bytes are formatted only when the finding is read, so they must not be overwritten. */
type Value = string | number | Uint8Array | (() => string);
type Report = (rule: RuleBase, field: string, wanted: Value, was: Value) => void;
type LayoutLike = Pick<
  Segment,
  'ipVersion' | 'linkEnd' | 'outer' | 'ipOffset' | 'tcpOffset' | 'payloadOffset' | 'timestampsOffset'
>;

/** The payload begins at the right place, and only the header length is wrong. */
function isOffsetWrong({ unit, padding = 0 }: Expected, actual: Segment, frame: Uint8Array): boolean {
  const { payloadOffset, end, tcpOffset, bytes } = unit;
  if (actual.payloadOffset === payloadOffset || actual.tcpOffset !== tcpOffset) return false;
  const length = end - payloadOffset;
  const holds = (at: number): boolean =>
    actual.ipEnd - at === length + padding && equalBytes(bytes, payloadOffset, frame, at, length);
  return holds(payloadOffset) && !holds(actual.payloadOffset);
}

function reporter({ arrivals, segments, unit: { ipVersion }, open }: Expected, findings: Draft[]): Report {
  const owners = (field: string, shown: string): readonly number[] =>
    arrivals.filter((_, i) => valueIn(segments[i] as Segment, field) === shown);
  const isLeftOpen = (field: string, was: Value): boolean =>
    open.includes(field) &&
    (ANYTHING.includes(field) ||
      owners(field, textOf(field, was)).length > 0 ||
      (field === 'tcp.flags' && isBetween(Number(was), segments)));
  return (rule, field, wanted, was) => {
    if (isLeftOpen(field, was)) return;
    const words = (): readonly [string, string, string] => {
      const [must, shown] = [textOf(field, wanted), textOf(field, was)];
      const whose = segments.length > 1 ? owners(field, shown) : [];
      const actual = whose.length === 1 ? `#${whose[0]}’s (${shown})` : shown;
      const role = segments.length > 1 ? ROLES[rule.name] : undefined;
      const unchanged = segments.length === 1 && field.endsWith('.checksum') ? ', as it arrived' : '';
      const text = `${role === undefined ? must : `${role} (${must})`}${unchanged}`;
      return [must, shown, `The ${fieldName(field, ipVersion)} is ${actual}, must be ${text}.`];
    };
    findings.push(draft(asItCame(rule, segments), arrivals, field, words));
  };
}

/** Where the sources disagree, it is about units: a frame that goes alone is left as it is. */
function asItCame(rule: RuleBase, segments: readonly Segment[]): RuleBase {
  const { disagreement: _, ...own } = rule;
  return segments.length > 1 || rule.disagreement === undefined ? rule : own;
}

function textOf(field: string, value: Value): string {
  if (value instanceof Uint8Array) return bytesText(field, value);
  return typeof value === 'function' ? value() : valueText(field, value);
}

/** If one of these is open, all are. */
const ANYTHING = [
  'ipv4.total-length',
  'ipv6.payload-length',
  'ipv4.checksum',
  'tcp.checksum',
  'outer.header',
  'outer.ipv4.id',
  'outer.length',
  'outer.checksum',
];

/** Bits that all segments have are set, and no bit that none has. */
function isBetween(flags: number, segments: readonly Segment[]): boolean {
  const any = segments.reduce((bits, segment) => bits | segment.flags, 0) | RULED_FLAGS;
  const all = segments.reduce((bits, segment) => bits & segment.flags, ~RULED_FLAGS);
  return (flags & ~any) === 0 && (all & ~flags) === 0;
}

/** The segment whose value a field must have. */
const ROLES: Readonly<Record<string, string>> = {
  'ipv4-identification': 'the first segment’s',
  'seq-of-first': 'the first segment’s',
  'ack-of-last': 'the last segment’s',
  'window-of-last': 'the last segment’s',
  'latest-tsval': 'the last segment’s',
  'tsecr-of-latest': 'the last segment’s',
  'smallest-ttl': 'the smallest',
  'psh-or': 'the OR over the segments',
};

/** The value as the message shows it. */
function valueIn(segment: Segment, field: string): string | undefined {
  const access = (headerFields as Partial<Record<string, FieldAccess>>)[field];
  if (access !== undefined)
    return access.has(segment) ? valueText(field, access.read(segment.frame, segment)) : 'absent';
  if (field === 'tcp.flags') return valueText(field, segment.flags);
  if (field === 'tcp.data-offset') return valueText(field, segment.tcpHeaderLength / 4);
  if (field === 'ip.dscp') return valueText(field, segment.dscp);
  const range = RANGES[field]?.(segment);
  return range === undefined ? undefined : bytesText(field, rangeOf(field, segment.frame, range));
}

/** Bytes were inserted or left out, and the length agrees: a breach of H1, not of the length. */
function isLengthTrue({ unit, padding = 0 }: Expected, layout: LayoutLike, { frame, segment }: Observed): boolean {
  const wanted = unit.end - unit.payloadOffset;
  if (segment.kind !== 'segment' || segment.payloadLength === wanted + padding) return false;
  // The checksum covers as many bytes, or the bytes are not those that a wrong length would show.
  return (
    segment.tcpChecksum === 'right' || !equalBytes(unit.bytes, unit.payloadOffset, frame, layout.payloadOffset, wanted)
  );
}

/** The right length of an SCU with this header layout: other padding around the timestamps may change it. */
function checkLength(
  unit: Unit,
  layout: LayoutLike,
  was: number,
  padding: number,
  report: Report,
  rule: RuleBase,
): void {
  const header = layout.payloadOffset - layout.ipOffset - (unit.payloadOffset - unit.ipOffset);
  const wanted = unit.ipLengthWith(header + padding);
  if (was !== wanted) report(rule, unit.ipVersion === 4 ? 'ipv4.total-length' : 'ipv6.payload-length', wanted, was);
}

type Place = readonly [at: number, length: number];

function optionsPlace({ tcpOffset, payloadOffset }: LayoutLike): Place {
  return [tcpOffset + TCP_HEADER, payloadOffset - tcpOffset - TCP_HEADER];
}

/** Ranges that no rule is about; their length is the first segment's. */
const RANGES: Readonly<Record<string, (layout: LayoutLike) => Place>> = {
  ethernet: ({ linkEnd }) => [0, linkEnd],
  'ipv4.version-ihl': ({ ipOffset }) => [ipOffset, 1],
  'ipv4.flags-offset': ({ ipOffset }) => [ipOffset + Ipv4At.fragment, 2],
  'ipv4.protocol': ({ ipOffset }) => [ipOffset + Ipv4At.protocol, 1],
  'ipv4.addresses': ({ ipOffset, tcpOffset }) => [ipOffset + Ipv4At.source, tcpOffset - ipOffset - Ipv4At.source],
  'ipv6.class-label': ({ ipOffset }) => [ipOffset, 4],
  'ipv6.next-header': ({ ipOffset }) => [ipOffset + Ipv6At.nextHeader, 1],
  'ipv6.addresses': ({ ipOffset, tcpOffset }) => [ipOffset + Ipv6At.source, tcpOffset - ipOffset - Ipv6At.source],
  'tcp.ports': ({ tcpOffset }) => [tcpOffset, 4],
  'tcp.options': optionsPlace,
  'tcp.urgent': ({ tcpOffset }) => [tcpOffset + TcpAt.urgent, 2],
};

/** A copy if the field has only some of the bits: ECN has a rule of its own. */
function rangeOf(field: string, frame: Uint8Array, [at, length]: Place): Uint8Array {
  const bytes = frame.subarray(at, at + length);
  return field === 'ipv6.class-label' ? withoutEcn(bytes) : bytes;
}

/** All bytes that no field rule names must be as in the first segment. */
function compareUnruled(
  { first, unit }: Expected,
  layout: LayoutLike,
  frame: Uint8Array,
  actual: Segment,
  report: Report,
): void {
  const { isMerged } = unit;
  const ordinary = ruleNamed('one-ordinary-segment');
  const same = (field: string): void => {
    const place = RANGES[field] as (layout: LayoutLike) => Place;
    const [wantedAt, length] = place(first);
    const [wasAt] = place(layout);
    // In place: nearly always they are the same.
    if (equalBytes(first.frame, wantedAt, frame, wasAt, length)) return;
    const wanted = rangeOf(field, first.frame, [wantedAt, length]);
    const was = rangeOf(field, frame, [wasAt, length]);
    if (sameBytes(was, wanted)) return;
    report(ordinary, field, wanted, was);
  };
  same('ethernet');
  if (first.ipVersion === 4) {
    same('ipv4.version-ihl');
    const dscp = u8(frame, layout.ipOffset + Ipv4At.tos) >> 2;
    if (dscp !== first.dscp) report(ordinary, 'ip.dscp', first.dscp, dscp);
    same('ipv4.flags-offset');
    same('ipv4.protocol');
    same('ipv4.addresses');
  } else {
    same('ipv6.class-label');
    same('ipv6.next-header');
    same('ipv6.addresses');
  }
  same('tcp.ports');
  const flags =
    ((u8(frame, layout.tcpOffset + TcpAt.dataOffset) & 0xf) << 8) | u8(frame, layout.tcpOffset + TcpAt.flags);
  if (((flags ^ first.flags) & ~RULED_FLAGS) !== 0) report(ordinary, 'tcp.flags', first.flags, flags);
  // The frame's own value: a frame with an impossible offset is not a segment and has no layout.
  const words = u8(frame, layout.tcpOffset + TcpAt.dataOffset) >> 4;
  const isStamped = first.hasTimestamps && layout.timestampsOffset !== 0;
  const mayDiffer = isMerged && isStamped && layout.payloadOffset === actual.payloadOffset;
  if (words !== first.tcpHeaderLength / 4 && !mayDiffer)
    report(ordinary, 'tcp.data-offset', first.tcpHeaderLength / 4, words);
  else if (isStamped) {
    const was = rangeOf('tcp.options', frame, optionsPlace(layout));
    const wanted = optionsAround(first, layout, frame);
    const rule = isMerged ? ruleNamed('timestamp-layout-of-first') : ordinary;
    if (!sameBytes(was, wanted)) report(rule, 'tcp.options', wanted, was);
  } else same('tcp.options');
  if (!isMerged || (first.flags & TcpFlag.urg) !== 0) same('tcp.urgent');
}

/** The first segment's options around the frame's own values, which T3 compares. */
function optionsAround(first: Segment, { timestampsOffset }: LayoutLike, frame: Uint8Array): Uint8Array {
  const [at, length] = optionsPlace(first);
  const options = first.frame.slice(at, at + length);
  options.set(frame.subarray(timestampsOffset, timestampsOffset + TIMESTAMPS_VALUE), first.timestampsOffset - at);
  return options;
}

function withoutEcn(word: Uint8Array): Uint8Array {
  const copy = word.slice();
  copy[1] = u8(copy, 1) & ~0x30;
  return copy;
}

/** A checksum must verify over the frame as it is, or be flagged. A lone frame keeps its own. */
function compareChecksums(expected: Expected, observed: Observed, capabilities: Capabilities, report: Report): void {
  const { unit, first } = expected;
  const { frame, segment: actual, oob } = observed;
  if (capabilities.checksums === 'unknown' && unit.isMerged) return;
  const mayFlag =
    unit.isMerged ||
    (first.ipChecksum !== 'wrong' && (first.tcpChecksum === 'right' || first.tcpChecksum === 'partial'));
  if (unit.ipVersion === 4) {
    const was = headerFields['ipv4.checksum'].read(frame, actual);
    const right = unit.isMerged
      ? verifies(sumBytes(frame, actual.ipOffset, actual.tcpOffset))
      : was === headerFields['ipv4.checksum'].read(first.frame, first);
    if (!right && !(mayFlag && isChecksumFlagged('ip', oob, capabilities))) {
      const wanted = unit.isMerged
        ? wantedIpChecksum(frame, actual)
        : headerFields['ipv4.checksum'].read(first.frame, first);
      report(ruleNamed('checksum-value-flagged'), 'ipv4.checksum', wanted, was);
    }
  }
  if (expected.isMarked) return;
  const was = headerFields['tcp.checksum'].read(frame, actual);
  const right = unit.isMerged
    ? actual.tcpChecksum === 'right'
    : was === headerFields['tcp.checksum'].read(first.frame, first);
  const partial =
    oob.tcpChecksum === 'partial' && was === fold(pseudoHeaderSum(actual, actual.ipEnd - actual.tcpOffset));
  if (!right && !partial && !(mayFlag && isChecksumFlagged('tcp', oob, capabilities))) {
    const wanted = unit.isMerged
      ? wantedTcpChecksum(frame, actual)
      : headerFields['tcp.checksum'].read(first.frame, first);
    report(ruleNamed('checksum-value-flagged'), 'tcp.checksum', wanted, was);
  }
}

function wantedIpChecksum(frame: Uint8Array, { ipOffset, tcpOffset }: Segment): number {
  return finish(
    sumBytes(frame, ipOffset, ipOffset + Ipv4At.checksum) + sumBytes(frame, ipOffset + Ipv4At.source, tcpOffset),
  );
}

function wantedTcpChecksum(frame: Uint8Array, actual: Segment): number {
  const { tcpOffset, ipEnd } = actual;
  const rest =
    sumBytes(frame, tcpOffset, tcpOffset + TcpAt.checksum) + sumBytes(frame, tcpOffset + TcpAt.urgent, ipEnd);
  return finish(rest + pseudoHeaderSum(actual, ipEnd - tcpOffset));
}

/** R1: the findings on an indication if it is made of this run of arrivals. Does segmentation give them back? */

import { givesBack } from '../../../reference-impl/rules/round-trip.ts';
import type { Level } from '../../../reference-impl/rules/rule.ts';
import { fold, sumBytes, verifies } from '../../../reference-impl/wire/checksum.ts';
import { MAX_TRAILER } from '../../../reference-impl/wire/ethernet.ts';
import { headerFields } from '../../../reference-impl/wire/fields.ts';
import { pseudoHeaderSum, type Segment } from '../../../reference-impl/wire/segment.ts';
import { TcpFlag } from '../../../reference-impl/wire/tcp.ts';
import type { Capabilities } from '../../capabilities/capabilities.ts';
import { type Arrival, isUnordered } from '../arrival.ts';
import { isMarked } from '../checksum-status.ts';
import { compareOuter } from '../compare-outer.ts';
import { comparePayload } from '../compare-payload.ts';
import { fieldName, isOrAre } from '../field-words.ts';
import { draft, isSoft, mustOf, nameArrivals, ruleNamed } from '../finding.ts';
import type { Observed } from '../observed.ts';
import { loneFindings, mergedNonSegments, sortedFinding } from '../tcp/tcp-findings.ts';
import type { Draft } from '../types.ts';
import { CUT_FIELDS, type CutField, cutOf } from './cut-fields.ts';
import { headerFindings } from './gro-header.ts';
import { type RoundTripReport, roundTripReport } from './round-trip-report.ts';

/** `run` in the order of its bytes. Undefined if some had not arrived yet. `padding`: bytes of Ethernet padding among them. */
export function groFindings(
  run: readonly Arrival[],
  observed: Observed,
  capabilities: Capabilities,
  padding?: number,
): readonly Draft[] | undefined {
  const [first] = run;
  if (first === undefined || run.some(({ step }) => observed.step <= step)) return undefined;
  const ofHeader = headerFindings(observed, run, first.segment.payloadLength);
  if (run.length === 1) return [...loneFindings(first, observed, capabilities, padding), ...ofHeader];
  if (run.some(({ segment }) => isUnordered(segment))) return mergedNonSegments(run);
  const merge = mergeFindings(run, observed);
  if (!merge.every(isSoft)) return merge;
  const sorted = sortedFinding(run);
  return [
    ...merge,
    ...(sorted.length > 0 ? sorted : contentFindings(run, observed, capabilities, padding)),
    ...ofHeader,
  ];
}

/** The first arrival that segmentation cannot give back together with the others, and why; and milder findings. */
function mergeFindings(run: readonly Arrival[], { gsoSize }: Observed): Draft[] {
  const [{ segment: first, connection }] = run as readonly [Arrival, ...Arrival[]];
  const size = gsoSize ?? first.payloadLength;
  const last = run.length - 1;
  const mild = new Map<string, Draft>();
  for (const [place, arrival] of run.entries()) {
    const { segment } = arrival;
    const forbid = (rule: string, why: string, level?: Level): Draft => forbidden(run, arrival, rule, why, level);
    if (segment.ipChecksum === 'wrong')
      return [forbid('ipv4-header-checksum-wrong', 'its IPv4 header checksum is wrong.')];
    if (segment.tcpChecksum === 'wrong') return [forbid('tcp-checksum-wrong', 'its TCP checksum is wrong.')];
    if (segment.isFragment) return [forbid('ipv4-fragment', 'it is a fragment.')];
    if (arrival.connection !== connection) return [forbid('one-connection', 'it is of another connection.')];
    if (segment.isPureAck)
      return [forbid(givesBack.name, 'it has no payload, and segmentation gives no frame without payload.')];
    if (segment.payloadLength > size || (place < last && segment.payloadLength !== size)) {
      const cut = place < last ? `${size}` : `at most ${size}`;
      return [forbid(givesBack.name, `it has ${segment.payloadLength} payload bytes, segmentation gives ${cut}.`)];
    }
    const seq = (first.seq + place * size) >>> 0;
    if (segment.seq !== seq)
      return [forbid(givesBack.name, `its sequence number is ${segment.seq}, segmentation gives ${seq}.`)];
    for (const field of CUT_FIELDS) {
      if (field.is?.(first) === false) continue;
      const own = field.of(segment);
      const cut = given(field, first, segment, place, run.length);
      if (cut.includes(own)) continue;
      const name = fieldName(field.field, segment.ipVersion);
      const why = `its ${name} ${isOrAre(field.field)} ${own}, segmentation gives ${cut.join(' or ')}.`;
      const excuse = field.isMild?.(run.map((one) => one.segment));
      if (excuse === undefined) return [forbid(givesBack.name, why)];
      mild.set(field.field, mild.get(field.field) ?? forbid(givesBack.name, `${why} ${excuse}`, 'should'));
    }
  }
  return [...mild.values()];
}

const LAST = TcpFlag.fin | TcpFlag.psh;

/** What segmentation of the best merged frame gives back here. Its header is the first arrival's, with FIN and PSH of the last. */
function given(field: CutField, first: Segment, own: Segment, place: number, count: number): readonly string[] {
  if (field.field !== 'tcp.flags') return cutOf(field, first, place, count);
  const flags = place === count - 1 ? (first.flags & ~LAST) | (own.flags & LAST) : first.flags & ~LAST;
  return field.cut?.({ flags } as Segment, place, count) ?? [];
}

/** "#2 must not be merged", and why. */
export function forbidden(
  run: readonly Arrival[],
  { number }: Arrival,
  rule: string,
  why: string,
  level?: Level,
): Draft {
  const into = `merged into ${nameArrivals(run.map((arrival) => arrival.number))}`;
  const breached = ruleNamed(rule);
  const message = `#${number} ${mustOf({ level: level ?? breached.level })} not be merged: ${why}`;
  return draft(breached, [number], 'merge', () => ['not merged', into, message], level);
}

/** The run could be given back; does this frame give it back? */
function contentFindings(
  run: readonly Arrival[],
  observed: Observed,
  capabilities: Capabilities,
  padding: number | undefined,
): Draft[] {
  const { frame, segment, repaired, gsoSize } = observed;
  const [{ segment: first }] = run as readonly [Arrival, ...Arrival[]];
  const last = run.at(-1)?.segment as Segment;
  const arrivals = run.map(({ number }) => number);
  const findings: Draft[] = [];
  const report = roundTripReport(arrivals, first.ipVersion, findings);
  const actual = isUnordered(repaired) ? segment : repaired;
  if (isUnordered(actual) || frame.length < actual.payloadOffset) {
    report('frame', 'a TCP segment', `${frame.length} bytes that are none`, () => 'it is not a TCP segment.');
    return findings;
  }
  if (actual.seq !== first.seq) report('tcp.seq', first.seq, actual.seq);
  for (const field of CUT_FIELDS) {
    if (field.is?.(first) === false) continue;
    const wanted = field.field === 'tcp.flags' ? flagsWanted(field, first, last) : [field.of(first)];
    if (!wanted.includes(field.of(actual))) report(field.field, wanted.join(' or '), field.of(actual));
  }
  if (gsoSize !== undefined && gsoSize !== first.payloadLength) report('gso_size', first.payloadLength, gsoSize);
  const payload = concatenated(run);
  const total = actual.payloadOffset - actual.ipOffset + payload.length + (padding ?? 0);
  const length = actual.ipEnd - actual.ipOffset;
  // If the repaired frame is used, the frame's own length is impossible.
  if (length !== total || isUnordered(segment)) report('IP length', total, isUnordered(segment) ? 'another' : length);
  if (first.outer.length > 0) {
    const { payloadOffset } = first;
    const unit = { isMerged: true, payloadOffset, end: payloadOffset + payload.length };
    const segments = run.map((one) => one.segment);
    const outer = compareOuter({ unit, first, arrivals, segments, open: [], padding }, actual, observed, capabilities);
    findings.push(...outer.filter(({ field }) => field !== 'outer.header'));
  }
  if (padding === undefined)
    comparePayload(
      payload,
      { frame, payloadOffset: actual.payloadOffset },
      MAX_TRAILER,
      () => run.map(({ number, segment: { payloadLength } }) => ({ number, length: payloadLength })),
      givesBack,
      (_, field, wanted, was, sentence) => report(field, wanted, was, sentence),
    );
  if (findings.length === 0 && !isMarked(run)) checksumFindings(frame, segment, capabilities, report);
  return findings;
}

function flagsWanted(field: CutField, first: Segment, last: Segment): readonly string[] {
  return [field.of({ flags: (first.flags & ~LAST) | (last.flags & LAST) } as Segment)];
}

/** The checksums are right or, for TCP, the pseudo-header's sum from which segmentation starts. */
function checksumFindings(
  frame: Uint8Array,
  segment: Segment,
  { checksums }: Capabilities,
  report: RoundTripReport,
): void {
  if (checksums === 'unknown' || checksums === 'flagged') return;
  if (segment.ipVersion === 4 && !verifies(sumBytes(frame, segment.ipOffset, segment.tcpOffset)))
    report('ipv4.checksum', 'right', 'wrong');
  const pseudo = fold(pseudoHeaderSum(segment, segment.ipEnd - segment.tcpOffset));
  const isPartial = headerFields['tcp.checksum'].read(frame, segment) === pseudo;
  if (segment.tcpChecksum === 'wrong' && !isPartial)
    report('tcp.checksum', 'right, or the pseudo-header’s sum', 'wrong');
}

function concatenated(run: readonly Arrival[]): Uint8Array {
  const parts = run.map(({ segment: { frame, payloadOffset, ipEnd } }) => frame.subarray(payloadOffset, ipEnd));
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

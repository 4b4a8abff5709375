/** The findings on an indication if it is made of this run of arrivals. */

import { rulesOfKind } from '../../../reference-impl/rules/index.ts';
import { Unit } from '../../../reference-impl/unit.ts';
import { equalBytes } from '../../../reference-impl/wire/bytes.ts';
import { ETHERNET_MINIMUM, MAX_TRAILER } from '../../../reference-impl/wire/ethernet.ts';
import type { Segment } from '../../../reference-impl/wire/segment.ts';
import { countText } from '../../../vectors/count-text.ts';
import type { Capabilities } from '../../capabilities/capabilities.ts';
import { type Arrival, isUnordered } from '../arrival.ts';
import { compareStatus, isMarked } from '../checksum-status.ts';
import { compareFrame } from '../compare.ts';
import { compareLoneOob, compareMergedOob } from '../compare-oob.ts';
import type { Expected } from '../field-report.ts';
import { hexText } from '../field-words.ts';
import { draft, isSoft, nameArrivals, ruleNamed } from '../finding.ts';
import { groupBy } from '../group-by.ts';
import { kindText, namedByKind } from '../kind-text.ts';
import { lateFinding } from '../late-finding.ts';
import { checkMerge } from '../merge-check.ts';
import type { Observed } from '../observed.ts';
import type { Draft } from '../types.ts';
import { kindOf } from './kind-of.ts';
import { LEFT_OPEN_BY_SORTING, leftOpen } from './left-open.ts';

const loneUnit = new Unit();

/** `run` in the order of its bytes. Undefined if some had not arrived yet. `padding`: bytes of Ethernet padding among them. */
export function tcpFindings(
  run: readonly Arrival[],
  observed: Observed,
  capabilities: Capabilities,
  padding?: number,
): readonly Draft[] | undefined {
  const [first] = run;
  if (first === undefined || run.some(({ step }) => observed.step <= step)) return undefined;
  const timing = checkTiming(run, observed, capabilities);
  const arrivals = run.map(({ number }) => number);
  const segments = run.map(({ segment }) => segment);
  if (run.length === 1) {
    const ofOob = isUnordered(first.segment) ? [] : compareLoneOob(first, observed);
    return [...timing, ...loneFindings(first, observed, capabilities, padding), ...ofOob];
  }
  if (run.some(({ segment }) => isUnordered(segment))) return [...mergedNonSegments(run), ...timing];
  const sorted = sortedFinding(run);
  const merge = checkMerge(run, capabilities);
  // Which of two is older depends on their order.
  const forbidden = merge.findings.filter(({ rule }) => sorted.length === 0 || !RISING.includes(rule));
  const open = [...forbidden.flatMap(leftOpen), ...(sorted.length > 0 ? LEFT_OPEN_BY_SORTING : [])];
  const expected = expectedOf(merge.unit, first, arrivals, segments, open, padding, isMarked(run));
  const content = compareContent(expected, run, observed, capabilities);
  const oob = compareMergedOob(merge.unit, arrivals, observed, isFlushedByRxcsum(first, observed));
  const hasUncounted =
    capabilities.duplicateacks === 'alone' && observed.oob.dupAckCount === undefined && merge.duplicates.length > 0;
  const isForbidden = hasUncounted || [...forbidden, ...sorted].some((found) => !isSoft(found));
  const isCounted = isForbiddenCount(merge.unit, observed, isForbidden);
  const ofOob = oob.filter(({ field }) => !open.includes(field) && !(field === 'segCount' && isCounted));
  if (hasUncounted) {
    const { duplicates } = merge;
    const message = (): string =>
      `${nameArrivals(duplicates)} (${kindText('duplicate ACK', duplicates.length)}) vanished in the unit of ${nameArrivals(arrivals)}, and the target says that it merges none.`;
    const rule = ruleNamed('count-duplicate');
    ofOob.push(draft(rule, arrivals, 'dupAckCount', () => ['alone', 'merged', message()], 'must'));
  }
  // A vanished duplicate matters more than the place where it vanished.
  const hasVanished = ofOob.some(({ field }) => field === 'dupAckCount');
  const merged = forbidden.filter(
    ({ rule, level }) => !(hasVanished && DUPLICATES.includes(rule) && level === 'should'),
  );
  return [...sorted, ...merged, ...timing, ...content, ...ofOob];
}

/** The findings on an arrival that came out alone. */
export function loneFindings(
  arrival: Arrival,
  observed: Observed,
  capabilities: Capabilities,
  padding?: number,
): Draft[] {
  const { number, segment } = arrival;
  if (isUnordered(segment)) return changed(arrival, observed);
  loneUnit.start(segment, number);
  const expected = expectedOf(loneUnit, arrival, [number], [segment], [], padding, isMarked([arrival]));
  return compareContent(expected, [arrival], observed, capabilities);
}

/** The segment count after a forbidden merge is left open: all of its segments, or those with data. */
function isForbiddenCount({ segments, dataSegments }: Unit, { oob }: Observed, isForbidden: boolean): boolean {
  return isForbidden && (oob.segCount === segments || oob.segCount === dataSegments);
}

/** Rows of rules about one thing. */
function rowsOn(what: 'duplicate-ack' | 'rising'): string[] {
  return rulesOfKind('pair').flatMap(({ id, concerns }) => (concerns === what ? [id] : []));
}

const RISING = rowsOn('rising');
const DUPLICATES = rowsOn('duplicate-ack');

/** Frames that are not segments are indicated unchanged. Anything may follow their IP packet. */
function changed(arrival: Arrival, { frame: other }: Observed): Draft[] {
  const { number, segment, frame } = arrival;
  const end = segment.ipEnd;
  const mostAfter = Math.max(MAX_TRAILER, frame.length - end, ETHERNET_MINIMUM - end);
  if (other.length - end <= mostAfter && equalBytes(frame, 0, other, 0, end)) return [];
  const rule = ruleNamed(segment.kind === 'other' ? 'not-a-whole-segment' : 'one-ordinary-segment');
  // An indication keeps its memory, and so does an arrival.
  return [draft(rule, [number], 'frame', () => difference(arrival, frame.subarray(0, end), other))];
}

/** The first byte that differs; `packet`: what is compared. */
function difference(arrival: Arrival, packet: Uint8Array, other: Uint8Array): readonly [string, string, string] {
  const at = packet.findIndex((byte, i) => byte !== other[i]);
  const name = namedByKind([{ number: arrival.number, kind: kindOf(arrival) }]);
  const [must, was] = [packet[at], other[at]].map((byte) => (byte === undefined ? undefined : hexText(byte, 2)));
  if (must === undefined || was === undefined) {
    const lengths = [
      `a packet of ${countText(packet.length, 'byte')}`,
      `a frame of ${countText(other.length, 'byte')}`,
    ];
    const [long = '', is = ''] = lengths;
    return [long, is, `${name} did not go up as it came: it was ${long}, and is ${is}.`];
  }
  const sentence = `${name} did not go up as it came: byte ${at} was ${must}, and is ${was}.`;
  return [`${must} at byte ${at}`, `${was} at byte ${at}`, sentence];
}

/** C2: in sequence, and not in the order in which they arrived. */
export function sortedFinding(run: readonly Arrival[]): Draft[] {
  const isSorted = run.every(({ number }, i) => i === 0 || (run[i - 1] as Arrival).number < number);
  const isInSequence = run.every(({ segment }, i) => {
    const before = run[i - 1]?.segment;
    return before === undefined || segment.seq === (before.seq + before.payloadLength) >>> 0;
  });
  if (isSorted || !isInSequence) return [];
  const merged = run.map(({ number }) => number);
  const arrived = [...merged].sort((a, b) => a - b);
  const message = (): string => `${nameArrivals(merged)} were merged in sequence order instead of arrival order.`;
  return [
    draft(ruleNamed('in-sequence'), arrived, 'merge', () => [nameArrivals(arrived), nameArrivals(merged), message()]),
  ];
}

/** Frames that are not segments, merged into a unit: one finding for each rule that forbids it. */
export function mergedNonSegments(run: readonly Arrival[]): Draft[] {
  const numbers = run.map(({ number }) => number);
  const into = numbers.filter((_, i) => !isUnordered((run[i] as Arrival).segment));
  const what = into.length === 0 ? 'one another' : nameArrivals(into);
  const merged = run.filter(({ segment }) => isUnordered(segment));
  return [...groupBy(merged, ({ segment }) => ruleAgainst(segment)).entries()].map(([name, members]) => {
    const rule = ruleNamed(name);
    const own = members.map(({ number }) => number).sort((a, b) => a - b);
    const message = (): string => `Bytes of ${nameArrivals(own)} were merged with ${what}: ${rule.summary}`;
    return draft(rule, own, 'merge', () => ['not merged', `merged into ${nameArrivals(numbers)}`, message()]);
  });
}

function ruleAgainst({ kind, ipVersion }: Segment): string {
  if (kind === 'other') return 'not-a-whole-segment';
  return ipVersion === 4 ? 'ipv4-fragment' : 'ipv6-extension-header';
}

/** Header and payload; and, if frames were marked out of band, the reported status of the TCP checksum. */
function compareContent(
  expected: Expected,
  run: readonly Arrival[],
  observed: Observed,
  capabilities: Capabilities,
): Draft[] {
  const frame = compareFrame(expected, observed, capabilities);
  return expected.isMarked && frame.length === 0 ? compareStatus(run, observed, capabilities) : frame;
}

/** Called for every candidate; all have the same shape. */
function expectedOf(
  unit: Unit,
  { segment: first }: Arrival,
  arrivals: readonly number[],
  segments: readonly Segment[],
  open: readonly string[],
  padding: number | undefined,
  marked: boolean,
): Expected {
  return { unit, first, arrivals, segments, open, padding, isMarked: marked };
}

function isFlushedByRxcsum({ rxcsumOn, rxcsumSwitched }: Arrival, { step }: Observed): boolean {
  return rxcsumOn && step === rxcsumSwitched;
}

/** I2, I4, K4: it must be in the answer to the end of its own DPC, or to a switch-off before that. */
function checkTiming(run: readonly Arrival[], observed: Observed, { boundary }: Capabilities): Draft[] {
  if (boundary === 'none') return [];
  const first = run.reduce((a, b) => (a.step < b.step ? a : b));
  const last = run.reduce((a, b) => (a.step > b.step ? a : b));
  const late = (rule: string, due: number, what: string): Draft[] => [lateFinding(rule, run, due, observed.step, what)];
  if (first.due < last.step) return late('within-dpc', first.due, 'were merged across the end of a DPC.');
  if (observed.step > first.due)
    return late('within-dpc', first.due, `waited beyond the end of ${run.length > 1 ? 'their' : 'its'} DPC.`);
  const { switchedOff, rxcsumOn, rxcsumSwitched } = first;
  if (run.length > 1 && switchedOff > last.step && observed.step > switchedOff)
    return late('flushed-on-disable', switchedOff, 'were not indicated when RSC was switched off.');
  if (run.length > 1 && rxcsumOn && rxcsumSwitched > last.step && observed.step > rxcsumSwitched) {
    const what = 'were not indicated when receive checksum offload was switched off.';
    return late('rxcsum-off-nothing-merged', rxcsumSwitched, what);
  }
  return [];
}

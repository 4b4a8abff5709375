/** A coalescer that makes any choice that the rules allow, at random. It must never fail. */

import type { OutOfBand } from '../reference-impl/indication.ts';
import { DEFAULT_POLICY } from '../reference-impl/policy.ts';
import { pseudoHeaderSumOf } from '../reference-impl/rules/headers.ts';
import { rulesOfKind } from '../reference-impl/rules/index.ts';
import type { FrameStep } from '../reference-impl/step.ts';
import { setU16 } from '../reference-impl/wire/bytes.ts';
import { finish, fold, sumBytes } from '../reference-impl/wire/checksum.ts';
import { headerFields, TcpAt } from '../reference-impl/wire/fields.ts';
import { type ChecksumState, parseSegment, pseudoHeaderSum, Segment } from '../reference-impl/wire/segment.ts';
import { type Capabilities, DEFAULT_CAPABILITIES } from '../runner/capabilities/capabilities.ts';
import { type Arrival, arrivalsOf, isUnordered } from '../runner/judge/arrival.ts';
import { checkMerge } from '../runner/judge/merge-check.ts';
import type { ObservedIndication } from '../runner/judge/types.ts';

/** Numbers from 0 to 1, the same for the same seed. */
export function dice(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b_79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface LegalOptions {
  readonly seed: number;
  /** The probability of a merge, 0 to 1. */
  readonly eager: number;
}

export function legalCoalescer(steps: readonly FrameStep[], { seed, eager }: LegalOptions): ObservedIndication[] {
  const roll = dice(seed);
  const capabilities: Capabilities = DEFAULT_CAPABILITIES;
  const arrivals = arrivalsOf(steps, false);
  const style = {
    flags: roll() < 0.3,
    keepTrailer: roll() < 0.5,
    one: roll() < 0.5,
    low16: roll() < 0.5,
    quiet: roll() < 0.3,
  };
  const out: ObservedIndication[] = [];
  let due: { frame: Uint8Array; oob: Partial<OutOfBand> }[] = [];
  const open = new Map<string, Arrival[]>();
  const close = (stream: string): void => {
    const run = open.get(stream);
    if (run !== undefined) due.push(finish(run));
    open.delete(stream);
  };
  const finish = (run: readonly Arrival[]): { frame: Uint8Array; oob: Partial<OutOfBand> } =>
    indicate(run, style, roll, capabilities);
  const answer = (step: number): void => {
    for (const { frame, oob } of due) out.push({ step, frame, oob });
    due = [];
  };
  const byStep = new Map(arrivals.map((arrival) => [arrival.step, arrival]));
  steps.forEach((step, index) => {
    const arrival = byStep.get(index);
    if (arrival !== undefined) take(arrival);
    else if ('set' in step) {
      for (const [stream, run] of [...open]) {
        const isV6 = run[0]?.segment.ipVersion === 6;
        if ((isV6 ? step.set.rsc6 : step.set.rsc4) === false || step.set.rxcsum === false || roll() < 0.2)
          close(stream);
      }
      answer(index);
    } else if ('dpc' in step) {
      const streams = [...open.keys()];
      if (roll() < 0.5) streams.reverse();
      for (const stream of streams) close(stream);
      answer(index);
    }
  });
  return out;

  function take(arrival: Arrival): void {
    if (isUnordered(arrival.segment)) {
      due.push(finish([arrival]));
      return;
    }
    const run = open.get(arrival.stream);
    const merged = run === undefined ? undefined : [...run, arrival];
    const allowed = merged !== undefined && arrival.rscOn && checkMerge(merged, capabilities).findings.length === 0;
    if (allowed && roll() < eager) open.set(arrival.stream, merged);
    else {
      close(arrival.stream);
      if (isAloneOnly(arrival) || roll() < 0.2) due.push(finish([arrival]));
      else open.set(arrival.stream, [arrival]);
    }
    if (roll() < 0.05) for (const stream of [...open.keys()]) close(stream);
  }
}

const exceptions = rulesOfKind('segment');

function isAloneOnly({ segment, rscOn, rxcsumOn }: Arrival): boolean {
  const conditions = { policy: DEFAULT_POLICY, rsc4: rscOn, rsc6: rscOn, rxcsum: rxcsumOn };
  return exceptions.some((rule) => rule.forbids(segment, conditions));
}

interface Style {
  readonly flags: boolean;
  readonly keepTrailer: boolean;
  readonly one: boolean;
  readonly low16: boolean;
  readonly quiet: boolean;
}

function indicate(
  run: readonly Arrival[],
  style: Style,
  roll: () => number,
  capabilities: Capabilities,
): { frame: Uint8Array; oob: Partial<OutOfBand> } {
  const [first] = run as [Arrival, ...Arrival[]];
  const state = (s: ChecksumState): 'ok' | 'bad' | 'none' => (s === 'right' ? 'ok' : s === 'wrong' ? 'bad' : 'none');
  if (run.length === 1) {
    const { segment, rscOn, rxcsumOn } = first;
    const kept = style.keepTrailer ? first.frame.slice() : first.frame.slice(0, segment.ipEnd);
    // A validated checksum may not be reported while validation is off.
    const die = rxcsumOn ? roll() : 0;
    const partial = segment.tcpChecksum === 'partial' ? loneStatus(kept, segment, die) : undefined;
    const tcpChecksum = partial ?? state(segment.tcpChecksum);
    const verdicts = rxcsumOn
      ? { ipChecksum: state(segment.ipChecksum), tcpChecksum }
      : { ipChecksum: 'none' as const, tcpChecksum: tcpChecksum === 'partial' ? tcpChecksum : ('none' as const) };
    const silent = { ipChecksum: 'none', tcpChecksum: 'none' } as const;
    return {
      frame: kept,
      oob: {
        // A frame that was never tracked has no count (O1).
        segCount: rscOn && style.one && !isAloneOnly(first) ? 1 : 0,
        dupAckCount: 0,
        ...(partial !== undefined || roll() < 0.5 ? verdicts : silent),
        valueInvalid: 0,
      },
    };
  }
  const { unit } = checkMerge(run, capabilities);
  const isFlagged = style.flags;
  for (const rule of rulesOfKind('field')) {
    const access = headerFields[rule.field];
    if (!access.has(unit)) continue;
    const policy = { ...DEFAULT_POLICY, checksums: isFlagged ? ('flagged' as const) : ('recomputed' as const) };
    const value = rule.expected(unit, policy);
    if (value !== undefined) access.write(unit.bytes, unit, value);
    else if (roll() < 0.5) access.write(unit.bytes, unit, 0);
  }
  const frame = unit.bytes.slice(0, unit.end);
  // As Linux GRO leaves it, whatever the parts' checksums were.
  const isPartial = !isFlagged && roll() < 0.3;
  if (isPartial) setU16(frame, unit.tcpOffset + TcpAt.checksum, fold(pseudoHeaderSumOf(unit)));
  const delta = (unit.tsVal - unit.earliestTsVal) >>> 0;
  const lone = unit.dataSegments < 2 && style.one ? 1 : unit.dataSegments < 2 ? 0 : unit.dataSegments;
  return {
    frame,
    oob: {
      segCount: lone,
      dupAckCount: 0,
      ...(unit.hasTimestamps ? { timestampDelta: style.low16 ? delta & 0xffff : delta } : { timestampDelta: 0 }),
      ipChecksum: unit.ipVersion === 4 ? 'ok' : style.quiet ? 'none' : 'ok',
      tcpChecksum: isPartial ? 'partial' : 'ok',
      valueInvalid: isFlagged ? (unit.ipVersion === 4 ? 1 : 'tcp') : 0,
    },
  };
}

/** A partial frame is indicated unchanged, reported as partial or as validated, or is completed. */
function loneStatus(frame: Uint8Array, { tcpOffset, ipEnd }: Segment, die: number): 'partial' | 'ok' | 'none' {
  if (die < 0.4) return 'partial';
  if (die < 0.5) return 'ok';
  setU16(frame, tcpOffset + TcpAt.checksum, 0);
  const whole = parseSegment(frame, new Segment());
  const sum = pseudoHeaderSum(whole, ipEnd - tcpOffset) + sumBytes(frame, tcpOffset, ipEnd);
  setU16(frame, tcpOffset + TcpAt.checksum, finish(sum));
  return die < 0.8 ? 'ok' : 'none';
}

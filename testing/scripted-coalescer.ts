/** A coalescer that merges as a test prescribes, whatever the rules say. */

import { DEFAULT_POLICY } from '../reference-impl/policy.ts';
import { rulesOfKind } from '../reference-impl/rules/index.ts';
import type { FrameStep } from '../reference-impl/step.ts';
import { Unit } from '../reference-impl/unit.ts';
import { setU16 } from '../reference-impl/wire/bytes.ts';
import { finish, sumBytes } from '../reference-impl/wire/checksum.ts';
import { headerFields, TcpAt } from '../reference-impl/wire/fields.ts';
import { pseudoHeaderSum } from '../reference-impl/wire/segment.ts';
import { parsed } from '../runner/judge/arrival.ts';
import type { ObservedIndication } from '../runner/judge/types.ts';

export interface Scripted {
  /** Arrivals in the order of their bytes. */
  readonly arrivals: readonly number[];
  /** Changes the merged unit before its checksums are computed. */
  readonly change?: (unit: Unit) => void;
  readonly oob?: ObservedIndication['oob'];
  /** The Ethernet padding of the last frame becomes data. */
  readonly splicesPadding?: true;
  /** Number of DPCs for which it waits. */
  readonly late?: number;
}

/** One arrival is indicated unchanged; several become a unit as RSC makes it, whatever they are. */
export function scripted(steps: readonly FrameStep[], units: readonly Scripted[]): ObservedIndication[] {
  const frames = steps.flatMap((step, at) => ('rx' in step ? [{ frame: step.rx, at }] : []));
  const ends = steps.flatMap((step, at) => ('dpc' in step ? [at] : []));
  return units.map(({ arrivals, change, oob = {}, late = 0, splicesPadding = false }) => {
    const last = Math.max(...arrivals.map((number) => frames[number]?.at ?? 0));
    const dpc = ends.findIndex((end) => end > last);
    const step = ends[dpc + late] ?? steps.length;
    return {
      step,
      frame: unitOf(
        arrivals.map((number) => frames[number]?.frame as Uint8Array),
        change,
        splicesPadding,
      ),
      oob,
    };
  });
}

function unitOf(
  frames: readonly Uint8Array[],
  change: ((unit: Unit) => void) | undefined,
  splicesPadding: boolean,
): Uint8Array {
  const [first, ...rest] = frames.map((frame) => parsed(frame));
  const unit = new Unit();
  unit.start(first as ReturnType<typeof parsed>, 0);
  for (const [i, segment] of rest.entries()) {
    const payload = segment.frame.subarray(segment.payloadOffset, segment.ipEnd);
    unit.join(segment, payload, segment.isPureAck ? 'window-update' : 'data', i + 1);
  }
  const last = rest.at(-1);
  if (splicesPadding && last !== undefined) {
    const { frame, ipEnd } = last;
    last.payloadLength = frame.length - ipEnd;
    unit.join(last, frame.subarray(ipEnd), 'data', frames.length);
  }
  if (rest.length === 0 && change === undefined) return (frames[0] as Uint8Array).slice();
  const write = (isChecksum: boolean): void => {
    for (const rule of rulesOfKind('field')) {
      const access = headerFields[rule.field];
      if (rule.field.endsWith('checksum') !== isChecksum || !access.has(unit)) continue;
      const value = rule.expected(unit, DEFAULT_POLICY);
      if (value !== undefined) access.write(unit.bytes, unit, value);
    }
  };
  write(false);
  change?.(unit);
  write(true);
  const frame = unit.bytes.slice(0, unit.end);
  // The payload sums of fragments are unknown.
  const whole = parsed(frame);
  if (whole.kind === 'other' || whole.tcpOffset === 0) return frame;
  setU16(frame, whole.tcpOffset + TcpAt.checksum, 0);
  const sum = sumBytes(frame, whole.tcpOffset, whole.ipEnd) + pseudoHeaderSum(whole, whole.ipEnd - whole.tcpOffset);
  setU16(frame, whole.tcpOffset + TcpAt.checksum, finish(sum));
  return frame;
}

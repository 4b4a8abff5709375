/** The parts of checksum faults and variants: frames with their marks on arrival. */

import type { CoalescerOptions } from '../../reference-impl/coalescer.ts';
import type { FrameStep } from '../../reference-impl/step.ts';
import { setU16 } from '../../reference-impl/wire/bytes.ts';
import { fold } from '../../reference-impl/wire/checksum.ts';
import { TcpAt } from '../../reference-impl/wire/fields.ts';
import { type ChecksumMark, parseSegment, pseudoHeaderSum, Segment } from '../../reference-impl/wire/segment.ts';
import { reference } from './alterations.ts';
import { altered, coalescerSubject, type OwnIndication, type Subject } from './subject.ts';

/** For each arrival. */
export function marksOf(steps: readonly FrameStep[]): ChecksumMark[] {
  return steps.flatMap((step) => ('rx' in step ? [step.csum ?? 'none'] : []));
}

export interface MarkedArrivals {
  /** For the arrivals of the indication. */
  readonly marks: readonly ChecksumMark[];
  readonly frames: readonly Uint8Array[];
  /** Receive checksum offload before the step of the indication. */
  readonly rxcsum: boolean;
}

/** Indications of the reference, changed according to the marks of their arrivals. */
export function knowingMarks(
  change: (one: OwnIndication, known: MarkedArrivals) => OwnIndication,
  options?: CoalescerOptions,
): Subject {
  return altered(options === undefined ? reference : coalescerSubject({}, options), (outcome, steps) => {
    const marks = marksOf(steps);
    const frames = steps.flatMap((step) => ('rx' in step ? [step.rx] : []));
    let rxcsum = true;
    const before = steps.map((step) => {
      const was = rxcsum;
      if ('set' in step) rxcsum = step.set.rxcsum ?? rxcsum;
      return was;
    });
    const indications = outcome.indications.map((one) =>
      change(one, {
        marks: one.arrivals.map((arrival) => marks[arrival] ?? 'none'),
        frames: one.arrivals.map((arrival) => frames[arrival] as Uint8Array),
        rxcsum: before[one.step] ?? true,
      }),
    );
    return { ...outcome, indications };
  });
}

/** Leaves only the pseudo-header's sum in the TCP checksum field. */
export function withPseudoHeaderSum(frame: Uint8Array): Uint8Array {
  const copy = frame.slice();
  const segment = parseSegment(copy, new Segment());
  const { tcpOffset, ipEnd, kind } = segment;
  if (kind === 'segment') setU16(copy, tcpOffset + TcpAt.checksum, fold(pseudoHeaderSum(segment, ipEnd - tcpOffset)));
  return copy;
}

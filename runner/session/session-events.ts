/** The results of a vector as events. Bytes become hex here, and nowhere before. */

import type { OutOfBand } from '../../reference-impl/indication.ts';
import type { ReferenceRun, SteppedIndication } from '../../reference-impl/reference-run.ts';
import { dpcsBefore, type FrameStep } from '../../reference-impl/step.ts';
import { sameBytes } from '../../reference-impl/wire/bytes.ts';
import type {
  DecisionEvent,
  EventStep,
  ExpectedEvent,
  IndicationEvent,
  VectorEvent,
  VerdictEvent,
} from '../../reports/events.ts';
import type { Vector } from '../../vectors/vector.ts';
import type { ObservedIndication } from '../judge/types.ts';
import { BUFFERS, renderFills } from '../rsc-line/buffer-fills.ts';
import { frameHex } from '../rsc-line/frame-hex.ts';

export function eventStep(step: FrameStep): EventStep {
  if (!('rx' in step)) return step;
  const rx = frameHex(step.rx);
  if (step.csum === undefined && step.ipsec !== true) return { rx };
  return {
    rx,
    ...(step.csum === undefined ? {} : { csum: step.csum }),
    ...(step.ipsec === true ? { ipsec: true } : {}),
  };
}

/** `index`: its place in the selection. */
export function vectorEvent(vector: Vector, steps: readonly FrameStep[], index?: number): VectorEvent {
  const { id, title, rules, level, flags } = vector;
  const place = index === undefined ? {} : { index };
  return { type: 'vector', vector: id, ...place, title, rules, level, flags, steps: steps.map(eventStep) };
}

/** The reference's decision for each arrival. */
export function decisionEvents({ decisions }: ReferenceRun): DecisionEvent[] {
  return decisions.map(({ arrival, did, rule }) => ({ arrival, did, rule: rule.id, name: rule.name }));
}

/** Each with the index of the step in whose answer it came, and the number of DPCs that had ended before. */
export function indicationEvents(
  steps: readonly FrameStep[],
  indications: readonly ObservedIndication[],
  attribution: readonly (readonly number[])[],
): IndicationEvent[] {
  const dpcs = dpcsBefore(steps);
  return indications.map(({ step, frame, oob, virtio }, i) => ({
    step,
    dpc: dpcs[step] ?? (dpcs.at(-1) as number),
    frame: frameHex(frame),
    oob: { ...oob },
    ...(virtio === undefined
      ? {}
      : {
          virtio: {
            ...virtio.header,
            features: virtio.features,
            ...(virtio.fills === undefined ? {} : { [BUFFERS]: renderFills(virtio.fills) }),
          },
        }),
    arrivals: attribution[i] ?? [],
  }));
}

/** The indications of the reference: one word if the target's are equal, and no frames that came out unmodified. */
export function expectedEvents(
  reference: ReferenceRun,
  steps: readonly FrameStep[],
  actual: readonly ObservedIndication[],
  attribution: readonly (readonly number[])[],
): NonNullable<VerdictEvent['expected']> {
  const { indications } = reference;
  const isIndicated =
    indications.length === actual.length &&
    indications.every((expected, i) => isAlike(expected, actual[i] as ObservedIndication, attribution[i] ?? []));
  if (isIndicated) return 'as-indicated';
  const sent = steps.flatMap((step) => ('rx' in step ? [step.rx] : []));
  return indications.map(({ step, arrivals, frame, oob, endedBy, endedByName }): ExpectedEvent => {
    const [first = 0] = arrivals;
    const came = arrivals.length === 1 ? sent[first] : undefined;
    const bytes = came !== undefined && sameBytes(came, frame) ? {} : { frame: frameHex(frame) };
    return { step, arrivals, ...bytes, oob: { ...oob }, endedBy, endedByName };
  });
}

/** Out-of-band values that were not observed are left out. */
function isAlike(expected: SteppedIndication, actual: ObservedIndication, arrivals: readonly number[]): boolean {
  return (
    expected.step === actual.step &&
    expected.arrivals.join() === arrivals.join() &&
    sameBytes(expected.frame, actual.frame) &&
    Object.entries(actual.oob).every(([key, value]) => value === expected.oob[key as keyof OutOfBand])
  );
}

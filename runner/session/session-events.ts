/** What a session says of a vector, as events. */

import { Coalescer } from '../../reference-impl/coalescer.ts';
import type { Policy } from '../../reference-impl/policy.ts';
import type { FrameStep } from '../../reference-impl/step.ts';
import { advance } from '../../reference-impl/step.ts';

import type { DecisionEvent, EventStep, VectorEvent, VerdictEvent } from '../../reports/events.ts';
import type { Vector } from '../../vectors/vector.ts';
import type { ObservedIndication } from '../judge/types.ts';
import { frameHex } from '../rsc-line/frame-hex.ts';

export function eventStep(step: FrameStep): EventStep {
  if (!('rx' in step)) return step;
  return {
    rx: frameHex(step.rx),
    ...(step.csum === undefined ? {} : { csum: step.csum }),
    ...(step.ipsec === true ? { ipsec: true } : {}),
  };
}

/** `index`: its place in what was selected. */
export function vectorEvent(vector: Vector, steps: readonly FrameStep[], index?: number): VectorEvent {
  const { id, title, rules, level, flags } = vector;
  const place = index === undefined ? {} : { index };
  return { type: 'vector', vector: id, ...place, title, rules, level, flags, steps: steps.map(eventStep) };
}

/** What the reference does with each arrival under this policy. */
export function decisionsOf(steps: readonly FrameStep[], policy: Policy): DecisionEvent[] {
  const decisions: DecisionEvent[] = [];
  const coalescer = new Coalescer(policy, {
    onDecision: ({ arrival, did, rule }) => decisions.push({ arrival, did, rule: rule.id, name: rule.name }),
  });
  for (const step of steps) advance(coalescer, step);
  return decisions;
}

/** Indications with the DPC in whose answer they came: how many DPCs had ended before. */
export function indicationEvents(
  steps: readonly FrameStep[],
  indications: readonly ObservedIndication[],
  attribution: readonly (readonly number[])[],
): VerdictEvent['indications'] {
  const dpcs: number[] = [];
  let ended = 0;
  for (const step of steps) {
    dpcs.push(ended);
    if ('dpc' in step) ended++;
  }
  return indications.map(({ step, frame, oob, virtio }, i) => ({
    dpc: dpcs[step] ?? ended,
    frame: frameHex(frame),
    oob: { ...oob },
    ...(virtio === undefined
      ? {}
      : { virtio: { ...virtio.header, features: virtio.features, buffers: virtio.buffers } }),
    arrivals: attribution[i] ?? [],
  }));
}

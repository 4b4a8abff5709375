/** A part of a long scene, drawn on its own. Numbers and names stay those of the whole. */

import type { FrameStep } from '../../../reference-impl/step.ts';
import { arrivalsOf } from './connections.ts';
import type { Scene, SceneIndication } from './scene.ts';

/**
 * The arrivals from `from` up to `to` (excluded), with their indications. Findings keep all their arrivals, including
 * those outside.
 */
export function windowOf(scene: Scene, from: number, to: number): Scene {
  const steps: FrameStep[] = [];
  const arrivals: Uint8Array[] = [];
  let arrival = 0;
  let firstDpc = 0;
  let firstStep = 0;
  for (const [at, step] of scene.steps.entries()) {
    const isInside = arrival >= from && (arrival < to || !('rx' in step));
    if (isInside && (arrivals.length > 0 || 'rx' in step || from === 0)) {
      if (steps.length === 0) firstStep = at;
      steps.push(step);
    } else if ('dpc' in step && arrival <= from) firstDpc++;
    if (!('rx' in step)) continue;
    if (isInside) arrivals.push(step.rx);
    arrival++;
    if (arrival > to) break;
  }
  const isIn = (n: number): boolean => n >= from && n < to;
  const local = (indications: readonly SceneIndication[]): SceneIndication[] =>
    indications.flatMap((indication, number): SceneIndication[] => {
      const inside = indication.arrivals.filter(isIn).map((n) => n - from);
      const isUnexplained =
        indication.arrivals.length === 0 && indication.dpc >= firstDpc && to >= scene.arrivals.length;
      if (inside.length === 0 && !isUnexplained) return [];
      const { step, dpc } = indication;
      const local = step === undefined ? {} : { step: step - firstStep };
      return [{ ...indication, ...local, number, dpc: dpc - firstDpc, arrivals: inside }];
    });
  return {
    firstArrival: from,
    firstDpc,
    named: (scene.named ?? arrivalsOf(scene.arrivals)).slice(from, to),
    steps,
    arrivals,
    indications: scene.indications === undefined ? undefined : local(scene.indications),
    expected: local(scene.expected),
    decisions: scene.decisions
      .filter((one) => isIn(one.arrival))
      .map((one) => ({ ...one, arrival: one.arrival - from })),
    findings: scene.findings
      .filter(({ arrivals: its }) => its.length === 0 || its.some(isIn))
      .map((one) => ({ ...one, arrivals: one.arrivals.map((n) => n - from) })),
  };
}

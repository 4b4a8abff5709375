/** A part of a long scene, to be drawn on its own. Numbers and names shown stay those of the whole. */

import { arrivalsOf } from './connections.ts';
import type { Scene, SceneStep, SceneUnit } from './scene.ts';

/** Arrivals `from` to before `to`, with what they went into. Findings keep all their arrivals, also those outside. */
export function windowOf(scene: Scene, from: number, to: number): Scene {
  const steps: SceneStep[] = [];
  const arrivals: Uint8Array[] = [];
  let arrival = 0;
  let firstDpc = 0;
  for (const step of scene.steps) {
    const isInside = arrival >= from && (arrival < to || !('frame' in step));
    if (isInside && (arrivals.length > 0 || 'frame' in step || from === 0)) steps.push(step);
    else if ('dpc' in step && arrival <= from) firstDpc++;
    if (!('frame' in step)) continue;
    if (isInside) arrivals.push(step.frame);
    arrival++;
    if (arrival > to) break;
  }
  const isIn = (n: number): boolean => n >= from && n < to;
  const local = (units: readonly SceneUnit[]): SceneUnit[] =>
    units.flatMap((unit, number): SceneUnit[] => {
      const inside = unit.arrivals.filter(isIn).map((n) => n - from);
      const isStray = unit.arrivals.length === 0 && unit.dpc >= firstDpc && to >= scene.arrivals.length;
      if (inside.length === 0 && !isStray) return [];
      return [{ ...unit, number, dpc: unit.dpc - firstDpc, arrivals: inside }];
    });
  return {
    firstArrival: from,
    firstDpc,
    named: (scene.named ?? arrivalsOf(scene.arrivals)).slice(from, to),
    steps,
    arrivals,
    units: scene.units === undefined ? undefined : local(scene.units),
    expected: local(scene.expected),
    decisions: scene.decisions
      .filter((one) => isIn(one.arrival))
      .map((one) => ({ ...one, arrival: one.arrival - from })),
    findings: scene.findings
      .filter(({ arrivals: its }) => its.length === 0 || its.some(isIn))
      .map((one) => ({ ...one, arrivals: one.arrivals.map((n) => n - from) })),
  };
}

/** A part of a long scene, to be drawn on its own. Numbers shown stay those of the whole. */

import type { DecisionEvent } from '../../events.ts';
import type { Scene, SceneStep, SceneUnit } from './scene.ts';

/** Arrivals `from` to before `to`, with what they went into. */
export function windowOf(
  steps: readonly SceneStep[],
  units: readonly SceneUnit[],
  decisions: readonly DecisionEvent[],
  from: number,
  to: number,
): Scene {
  const kept: SceneStep[] = [];
  const arrivals: Uint8Array[] = [];
  let arrival = 0;
  let firstDpc = 0;
  for (const step of steps) {
    const isInside = arrival >= from && (arrival < to || !('frame' in step));
    if (isInside && (arrivals.length > 0 || 'frame' in step)) kept.push(step);
    else if ('dpc' in step && arrival <= from) firstDpc++;
    if (!('frame' in step)) continue;
    if (isInside) arrivals.push(step.frame);
    arrival++;
    if (arrival > to) break;
  }
  const local = units.flatMap((unit, number): SceneUnit[] => {
    const inside = unit.arrivals.filter((n) => n >= from && n < to).map((n) => n - from);
    return inside.length === 0 ? [] : [{ ...unit, number, dpc: unit.dpc - firstDpc, arrivals: inside }];
  });
  return {
    firstArrival: from,
    firstDpc,
    steps: kept,
    arrivals,
    units: local,
    expected: [],
    decisions: decisions.slice(from, to).map((one) => ({ ...one, arrival: one.arrival - from })),
    findings: [],
  };
}

/** The steps of a vector event as bytes: those that it was made of where it was made here, else what its hex says. */

import type { FrameStep } from '../../reference-impl/step.ts';
import type { EventStep, VectorEvent } from '../../reports/events.ts';

const SOURCES = new WeakMap<VectorEvent, () => readonly FrameStep[]>();

/** `steps` is called only if somebody asks, and gives the same each time. */
export function rememberSteps(event: VectorEvent, steps: () => readonly FrameStep[]): void {
  SOURCES.set(event, steps);
}

/** What gives the steps; it keeps the event only where it has nothing else. */
export function stepsSource(event: VectorEvent): () => readonly FrameStep[] {
  const source = SOURCES.get(event);
  if (source !== undefined) return source;
  const steps = event.steps.flatMap(frameStep);
  return () => steps;
}

function frameStep(step: EventStep): FrameStep[] {
  if (!('rx' in step)) return [step as FrameStep];
  // What is no hex ends it: the frame is then as long as what could be read.
  const rx = Buffer.from(step.rx, 'hex');
  const { csum } = step;
  return [
    {
      rx,
      ...(csum === undefined || csum === 'none' ? {} : { csum }),
      ...(step.ipsec === true ? { ipsec: true } : {}),
    },
  ];
}

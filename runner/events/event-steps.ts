/** The steps of a vector event as bytes: the original ones if the event was made here, else from its hex. */

import type { FrameStep } from '../../reference-impl/step.ts';
import type { EventStep, VectorEvent } from '../../reports/events.ts';

const SOURCES = new WeakMap<VectorEvent, () => readonly FrameStep[]>();

/** `steps` is called only when needed, and returns the same each time. */
export function rememberSteps(event: VectorEvent, steps: () => readonly FrameStep[]): void {
  SOURCES.set(event, steps);
}

/** The source of the steps; it keeps the event only if there is no other source. */
export function stepsSource(event: VectorEvent): () => readonly FrameStep[] {
  const source = SOURCES.get(event);
  if (source !== undefined) return source;
  const steps = recordedSteps(event);
  return () => steps;
}

/** From the hex of the event. */
export function recordedSteps({ steps }: VectorEvent): readonly FrameStep[] {
  return steps.flatMap(frameStep);
}

function frameStep(step: EventStep): FrameStep[] {
  if (!('rx' in step)) return [step as FrameStep];
  // The first character that is not hex ends the frame.
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

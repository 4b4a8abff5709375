/** A vector as bursts: one for each DPC. */

import type { FrameStep } from '../../../reference-impl/step.ts';

export interface Burst {
  readonly frames: readonly Uint8Array[];
  /** Index of the step that ends it; the number of steps where none does. */
  readonly step: number;
}

export function burstsOf(steps: readonly FrameStep[]): Burst[] {
  const bursts: Burst[] = [];
  let frames: Uint8Array[] = [];
  const end = (step: number): void => {
    if (frames.length > 0) bursts.push({ frames, step });
    frames = [];
  };
  steps.forEach((step, index) => {
    if ('rx' in step) frames.push(step.rx);
    else if ('dpc' in step) end(index);
  });
  end(steps.length);
  return bursts;
}

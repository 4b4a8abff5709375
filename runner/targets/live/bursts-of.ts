/** A vector as bursts: one for each DPC, and one up to where URO is switched. */

import type { FrameStep } from '../../../reference-impl/step.ts';

export interface Burst {
  readonly frames: readonly Uint8Array[];
  /** Index of the step that ends it; the number of steps if none does. */
  readonly step: number;
  /** URO while it is sent. */
  readonly uro: boolean;
}

export function burstsOf(steps: readonly FrameStep[]): Burst[] {
  const bursts: Burst[] = [];
  let frames: Uint8Array[] = [];
  let uro = false;
  const end = (step: number): void => {
    if (frames.length > 0) bursts.push({ frames, step, uro });
    frames = [];
  };
  steps.forEach((step, index) => {
    if ('rx' in step) frames.push(step.rx);
    else if ('dpc' in step) end(index);
    else if ('set' in step && step.set.uro !== undefined) {
      end(index);
      uro = step.set.uro;
    }
  });
  end(steps.length);
  return bursts;
}

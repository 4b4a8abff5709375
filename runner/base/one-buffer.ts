/**
 * The memory in which every frame is passed, each in the place of the one before, like in a driver's ring. A coalescer that
 * keeps a view instead of a copy finds the next frame's bytes there (B).
 */

import type { FrameStep } from '../../reference-impl/step.ts';

export class OneBuffer {
  #bytes: Uint8Array = new Uint8Array(0x1_0200);

  /** The step with its frame in this memory, valid until the next call. */
  lend(step: FrameStep): FrameStep {
    if (!('rx' in step)) return step;
    const { rx } = step;
    if (rx.length > this.#bytes.length) this.#bytes = new Uint8Array(rx.length);
    this.#bytes.set(rx);
    return { ...step, rx: this.#bytes.subarray(0, rx.length) };
  }
}

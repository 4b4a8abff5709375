/**
 * The reference coalescer with a timer instead of the DPC, as in QEMU: a unit ends when its time is over, or earlier by a
 * rule. Time is data: it passes in `wait` steps, and after each DPC until the timer expires.
 */

import type { Coalescer } from './coalescer.ts';
import type { Indication } from './indication.ts';
import { advance, type FrameStep } from './step.ts';

export class TimedCoalescer {
  readonly #coalescer: Coalescer;
  readonly #interval: number;
  /** Microseconds since the beginning. */
  #now = 0;
  /** The time of each arrival. */
  #times: number[] = [];

  /** `interval`: microseconds from a unit's first segment to its end. */
  constructor(coalescer: Coalescer, interval: number) {
    this.#coalescer = coalescer;
    this.#interval = interval;
  }

  reset(): void {
    this.#coalescer.reset();
    this.#now = 0;
    this.#times = [];
  }

  /** Plays a step. Returns the indications until its end, in order. */
  advance(step: FrameStep): Indication[] {
    if ('rx' in step) this.#times.push(this.#now);
    if ('wait' in step) return this.#pass(step.wait);
    return 'dpc' in step ? this.#pass(this.#interval) : advance(this.#coalescer, step);
  }

  #pass(microseconds: number): Indication[] {
    this.#now += microseconds;
    const younger = this.#times.findIndex((time) => time + this.#interval > this.#now);
    return this.#coalescer.endStartedBefore(younger < 0 ? this.#times.length : younger);
  }
}

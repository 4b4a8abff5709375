/** The reference over a whole session, played once: its indications, the step of each, and the decisions. */

import { Coalescer } from './coalescer.ts';
import type { Indication } from './indication.ts';
import type { Policy } from './policy.ts';
import type { Statistics } from './statistics.ts';
import { advance, type FrameStep } from './step.ts';
import { TimedCoalescer } from './timed-coalescer.ts';
import type { Decision } from './trace.ts';

/** An indication, and the index of the step whose answer contains it. */
export interface SteppedIndication extends Indication {
  readonly step: number;
}

/** The reference's outcome for the steps of one session. */
export interface ReferenceRun {
  /** In order. Units still pending after the last step are not included. */
  readonly indications: readonly SteppedIndication[];
  /** One for each arrival, in order. */
  readonly decisions: readonly Decision[];
  readonly statistics: Statistics;
  /** The number of merges: segments minus indications, of the indicated ones. */
  readonly merges: number;
}

/** Plays the steps from the initial state; see `ReferencePlayer`. */
export function referenceRun(steps: readonly FrameStep[], policy: Partial<Policy> = {}, timer?: number): ReferenceRun {
  return new ReferencePlayer(policy, timer).play(steps);
}

/** Plays one session after the other on one coalescer: what it has in memory costs more to make than a short session. */
export class ReferencePlayer {
  readonly #coalescer: Coalescer;
  readonly #timed: TimedCoalescer | undefined;
  #decisions: Decision[] = [];

  /** `timer`: microseconds from a unit's start to its end, if a timer ends units instead of the DPC. */
  constructor(policy: Partial<Policy>, timer: number | undefined) {
    this.#coalescer = new Coalescer(policy, { onDecision: (decision) => this.#decisions.push(decision) });
    this.#timed = timer === undefined ? undefined : new TimedCoalescer(this.#coalescer, timer);
  }

  /** From the initial state. Never throws, whatever the frames contain. */
  play(steps: readonly FrameStep[]): ReferenceRun {
    this.#coalescer.reset();
    this.#timed?.reset();
    const decisions: Decision[] = [];
    this.#decisions = decisions;
    const indications = stepped(steps, (step) => this.#timed?.advance(step) ?? advance(this.#coalescer, step));
    return { indications, decisions, statistics: this.#coalescer.statistics, merges: mergesOf(indications) };
  }
}

/** Plays the steps, and records in which answer each indication was. */
export function stepped(
  steps: readonly FrameStep[],
  play: (step: FrameStep) => readonly Indication[],
): SteppedIndication[] {
  const indications: SteppedIndication[] = [];
  steps.forEach((step, at) => {
    for (const indication of play(step)) indications.push({ ...indication, step: at });
  });
  return indications;
}

/** Segments minus indications, of the indicated ones. */
export function mergesOf(indications: readonly Indication[]): number {
  return indications.reduce((sum, { arrivals }) => sum + arrivals.length - 1, 0);
}

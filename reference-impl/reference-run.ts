/** The reference over a whole session, played once: what it indicates and in answer to which step, and why. */

import { Coalescer } from './coalescer.ts';
import type { Indication } from './indication.ts';
import type { Policy } from './policy.ts';
import type { Statistics } from './statistics.ts';
import { advance, type FrameStep } from './step.ts';
import { TimedCoalescer } from './timed-coalescer.ts';
import type { Decision } from './trace.ts';

/** An indication, and the index of the step whose answer holds it. */
export interface SteppedIndication extends Indication {
  readonly step: number;
}

/** What the reference makes of the steps of one session. */
export interface ReferenceRun {
  /** In order. What is pending after the last step is not among them. */
  readonly indications: readonly SteppedIndication[];
  /** One for each arrival, in order. */
  readonly decisions: readonly Decision[];
  readonly statistics: Statistics;
  /** How often a segment joined one that came before it: segments less indications, of what came out. */
  readonly merges: number;
}

/**
 * Plays the steps from a fresh start. Never throws, whatever the frames hold. `timer`: microseconds from a unit's beginning to
 * its end, where that ends units instead of the DPC.
 */
export function referenceRun(steps: readonly FrameStep[], policy: Partial<Policy> = {}, timer?: number): ReferenceRun {
  const decisions: Decision[] = [];
  const coalescer = new Coalescer(policy, { onDecision: (decision) => decisions.push(decision) });
  const timed = timer === undefined ? undefined : new TimedCoalescer(coalescer, timer);
  const indications = stepped(steps, (step) => timed?.advance(step) ?? advance(coalescer, step));
  return { indications, decisions, statistics: coalescer.statistics, merges: mergesOf(indications) };
}

/** Plays the steps, and says in whose answer each indication came. */
export function stepped(
  steps: readonly FrameStep[],
  play: (step: FrameStep) => readonly Indication[],
): SteppedIndication[] {
  const indications: SteppedIndication[] = [];
  for (const [at, step] of steps.entries())
    for (const indication of play(step)) indications.push({ ...indication, step: at });
  return indications;
}

/** Segments less indications, of what came out. */
export function mergesOf(indications: readonly Indication[]): number {
  return indications.reduce((sum, { arrivals }) => sum + arrivals.length - 1, 0);
}

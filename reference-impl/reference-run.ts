/** The reference over a whole session, played once: what it indicates and in answer to which step, and why. */

import { Coalescer } from './coalescer.ts';
import type { Indication } from './indication.ts';
import type { Policy } from './policy.ts';
import type { Statistics } from './statistics.ts';
import { advance, type FrameStep } from './step.ts';
import type { Decision } from './trace.ts';

/** An indication, and the index of the step whose answer holds it. */
export interface SteppedIndication extends Indication {
  readonly step: number;
}

export interface ReferenceRun {
  /** In order. What is pending after the last step is not among them. */
  readonly indications: readonly SteppedIndication[];
  /** One for each arrival, in order. */
  readonly decisions: readonly Decision[];
  readonly statistics: Statistics;
  /** How often a segment joined one that came before it: segments less indications, of what came out. */
  readonly merges: number;
}

/** Plays the steps from a fresh start. Never throws, whatever the frames hold. */
export function referenceRun(steps: readonly FrameStep[], policy: Partial<Policy> = {}): ReferenceRun {
  const decisions: Decision[] = [];
  const coalescer = new Coalescer(policy, { onDecision: (decision) => decisions.push(decision) });
  const indications = steps.flatMap((step, at) =>
    advance(coalescer, step).map((indication): SteppedIndication => ({ ...indication, step: at })),
  );
  const merges = indications.reduce((sum, { arrivals }) => sum + arrivals.length - 1, 0);
  return { indications, decisions, statistics: coalescer.statistics, merges };
}

/** A vector as bytes: sent frames, expected outcome, alternatives. Every export format is written from it. */

import type { Policy } from '../../reference-impl/policy.ts';
import { referenceRun, type SteppedIndication } from '../../reference-impl/reference-run.ts';
import type { Statistics } from '../../reference-impl/statistics.ts';
import type { FrameStep } from '../../reference-impl/step.ts';
import { expandVector } from '../../vectors/expand.ts';
import type { Vector } from '../../vectors/vector.ts';
import { neededSwitches } from '../capabilities/unsupported.ts';
import { type ArrivalFacts, arrivalFacts } from './reach.ts';

export interface Outcome {
  /** Differences from the default policy; empty: none. */
  readonly policy: Partial<Policy>;
  readonly indications: readonly SteppedIndication[];
  readonly statistics: Statistics;
}

export interface ExportedVector {
  readonly vector: Vector;
  readonly steps: readonly FrameStep[];
  /** One entry an arrival. */
  readonly arrivals: readonly ArrivalFacts[];
  /** Under the default policy. */
  readonly expected: Outcome;
  /** Under the policies that give other units. Not for tunnels: the members of the arrivals apply outside of them. */
  readonly alternatives: readonly Outcome[];
  /** What a target must be able to do besides receiving frames and ending DPCs. */
  readonly needs: readonly string[];
}

export function exportedVector(vector: Vector): ExportedVector {
  const steps = expandVector(vector);
  return {
    vector,
    steps,
    arrivals: arrivalFacts(steps),
    expected: outcomeOf(steps, {}),
    alternatives: vector.otherwise.flatMap(({ policy }) =>
      policy.tunnels === undefined ? [outcomeOf(steps, policy)] : [],
    ),
    needs: neededSwitches(vector, steps),
  };
}

function outcomeOf(steps: readonly FrameStep[], policy: Partial<Policy>): Outcome {
  const { indications, statistics } = referenceRun(steps, policy);
  return { policy, indications, statistics };
}

/** How each planted fault fails: for every vector, the findings of its verdict. The fault dictionary is made of these. */

import type { FrameStep } from '../../reference-impl/step.ts';
import { expandVector } from '../../vectors/expand.ts';
import type { Vector } from '../../vectors/vector.ts';
import { whyUnsupported } from '../capabilities/unsupported.ts';
import { judge, type Prepared, prepare } from '../judge/judge.ts';
import type { Judgement } from '../judge/types.ts';
import { reference } from './alterations.ts';
import { type Implementation, isSame, type Outcome } from './subject.ts';
import { capabilitiesOf } from './usual.ts';

/** A vector with its frames, and the data that all implementations share. */
export interface Stage {
  readonly vector: Vector;
  readonly steps: readonly FrameStep[];
  readonly prepared: Prepared;
  readonly right: Outcome;
}

export function stageOf(vector: Vector): Stage {
  const steps = expandVector(vector);
  return { vector, steps, prepared: prepare(steps, capabilitiesOf()), right: reference(steps) };
}

/** The part of an implementation that is judged here. */
export type Shown = Pick<Judgement, 'findings' | 'ratio'>;

/** The verdict on an implementation; undefined: it cannot play the vector. Throws what the implementation throws. */
export function shownBy(implementation: Implementation, { vector, steps, prepared, right }: Stage): Shown | undefined {
  const capabilities = capabilitiesOf(implementation);
  if (whyUnsupported(vector, steps, capabilities) !== undefined) return undefined;
  const outcome = implementation.subject(steps);
  const isUsual = implementation.capabilities === undefined;
  if (isUsual && isSame(outcome, right)) return RIGHT;
  return judge(
    { steps, ...outcome, capabilities, rules: vector.rules },
    isUsual ? prepared : prepare(steps, capabilities),
  );
}

const RIGHT: Shown = { findings: [], ratio: 1 };

/** Decisions in states: a covering array of strength 2 over the conditions that coincide at a decision. */

import type { Plan } from '../plan.ts';
import { coveringArray, type Row } from '../states/covering.ts';
import { STATE_DIMENSIONS } from '../states/dimensions.ts';
import { allowsState } from '../states/exclusions.ts';
import { stateId, statePlan } from '../states/state-plan.ts';

let rows: readonly Row[] | undefined;

/** The array; the same every time. */
export function stateRows(): readonly Row[] {
  rows ??= coveringArray(STATE_DIMENSIONS, allowsState);
  return rows;
}

/** Those of a family. */
export function statesOf(family: string): () => Generator<Plan> {
  return function* () {
    for (const row of stateRows()) if (stateId(row).startsWith(`${family}/`)) yield statePlan(row);
  };
}

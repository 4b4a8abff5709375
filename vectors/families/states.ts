/** Decisions in states: covering arrays of strength 2 over the conditions that coincide at a decision. */

import type { Plan } from '../plan.ts';
import { coveringArray, type Row } from '../states/covering.ts';
import { ALL_DIMENSIONS, HISTORY_DIMENSIONS, STATE_DIMENSIONS } from '../states/dimensions.ts';
import { allowsState } from '../states/exclusions.ts';
import { stateId, statePlan } from '../states/state-plan.ts';

let rows: readonly Row[] | undefined;
let later: readonly Row[] | undefined;

/** The first array: at most one event comes before. The result is the same every time. */
export function stateRows(): readonly Row[] {
  rows ??= coveringArray(STATE_DIMENSIONS, allowsState);
  return rows;
}

/** A row of the first array, with the dimensions of the second. */
export const withoutHistory = (row: Row): Row => [...row, 0, 0];

/** The second array and the third: every pair of a level and a history, or of a level and a session. */
export function historyRows(): readonly Row[] {
  if (later === undefined) {
    const first = stateRows().map(withoutHistory);
    const second = coveringArray(HISTORY_DIMENSIONS, allowsState, first);
    later = [...second, ...coveringArray(ALL_DIMENSIONS, allowsState, [...first, ...second])];
  }
  return later;
}

/** The rows of a family. */
export function statesOf(family: string): () => Generator<Plan> {
  return function* () {
    for (const row of [...stateRows(), ...historyRows()])
      if (stateId(row).startsWith(`${family}/`)) yield statePlan(row);
  };
}

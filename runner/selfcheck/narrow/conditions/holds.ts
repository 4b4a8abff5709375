/** The parts of conditions. */

import type { Situation } from '../situation.ts';

export type Holds = (situation: Situation) => boolean;
export type HoldsByName = Readonly<Record<string, Holds>>;

/** For a frame whose connection has a unit in progress. */
export const inUnit =
  (test: (unit: NonNullable<Situation['unit']>, situation: Situation) => boolean): Holds =>
  (situation) =>
    situation.unit !== undefined && test(situation.unit, situation);

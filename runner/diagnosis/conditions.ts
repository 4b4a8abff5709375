/**
 * The narrowest description of failing vectors: what holds for all of them, and for as few as may be of those that pass.
 */

import type { Case } from './case.ts';
import { TRAITS, type Trait } from './traits.ts';

export interface Conditions {
  /** In words that follow "only"; empty: nothing tells the failing from the passing. */
  readonly says: readonly string[];
  /** For how many of the failing it holds: 1, or nearly. */
  readonly share: number;
  /** Vectors of which the same holds, and that pass. */
  readonly passing: number;
}

const NAMES = Object.keys(TRAITS) as Trait[];
const MOST = 3;
/** A further condition has to tell apart at least this share of those that pass and look alike so far. */
const WORTH = 0.3;
/** What holds for so many times more that pass is no description of those that fail. */
const MOST_OTHERS = 20;
/** Where nothing holds for all, it may fail to hold for a few: a cause can have a second door. */
const NEARLY = 0.9;

/** `passing`: vectors in which the cause would have shown. */
export function conditionsOf(failing: readonly Case[], passing: readonly Case[]): Conditions {
  const strict = narrowest(failing, passing, 1);
  return strict.says.length > 0 ? strict : narrowest(failing, passing, NEARLY);
}

function narrowest(failing: readonly Case[], passing: readonly Case[], least: number): Conditions {
  const chosen: Trait[] = [];
  let holding = failing;
  let left = passing;
  while (left.length > 0 && chosen.length < Math.min(MOST, failing.length + 1)) {
    let best: Trait | undefined;
    let rest = left;
    for (const name of NAMES) {
      if (count(holding, name) < least * failing.length) continue;
      const others = left.filter(({ traits }) => traits.has(name));
      if (others.length < rest.length) {
        best = name;
        rest = others;
      }
    }
    const told = left.length - rest.length;
    if (best === undefined || told < WORTH * left.length || told < failing.length / 20) break;
    const trait = best;
    chosen.push(trait);
    holding = holding.filter(({ traits }) => traits.has(trait));
    left = rest;
  }
  if (left.length > MOST_OTHERS * failing.length) return { says: [], share: 1, passing: passing.length };
  const says = NAMES.filter((name) => chosen.includes(name)).map((name) => TRAITS[name]);
  return { says, share: holding.length / failing.length, passing: left.length };
}

function count(cases: readonly Case[], trait: Trait): number {
  return cases.reduce((sum, { traits }) => sum + (traits.has(trait) ? 1 : 0), 0);
}

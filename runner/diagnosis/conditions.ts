/**
 * The narrowest description of failing vectors: what is true of all of them, and of as few passing ones as possible.
 */

import type { Case } from './case.ts';
import { TRAITS, type Trait } from './traits.ts';

export interface Conditions {
  /** In words that follow "only"; empty if nothing distinguishes failing from passing vectors. */
  readonly says: readonly string[];
  /** The share of the failing vectors for which it is true: 1, or nearly. */
  readonly share: number;
  /** Passing vectors for which the same is true. */
  readonly passing: number;
}

const NAMES = Object.keys(TRAITS) as Trait[];
const MOST = 3;
/** A further condition must exclude at least this share of the passing vectors that are left. */
const WORTH = 0.3;
/** A condition that is true of this many times more passing vectors does not describe the failing ones. */
const MOST_OTHERS = 20;
/** If no condition is true for all, a few may be exceptions, because a cause can have a second trigger. */
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
    const excluded = left.length - rest.length;
    if (best === undefined || excluded < WORTH * left.length || excluded < failing.length / 20) break;
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

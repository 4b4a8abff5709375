/**
 * The narrowest description of failing vectors: what holds for all of them, and for as few as may be of those that pass.
 */

import type { Case } from './case.ts';
import { TRAITS, type Trait } from './traits.ts';

export interface Conditions {
  /** In words that follow "only"; empty: nothing tells the failing from the passing. */
  readonly says: readonly string[];
  /** Vectors of which the same holds, and that pass. */
  readonly passing: number;
}

const NAMES = Object.keys(TRAITS) as Trait[];
const MOST = 3;
/** A further condition has to tell apart at least this share of those that pass and look alike so far. */
const WORTH = 0.3;

/** `passing`: vectors in which the cause would have shown. */
export function conditionsOf(failing: readonly Case[], passing: readonly Case[]): Conditions {
  const shared = NAMES.filter((name) => failing.every(({ traits }) => traits.has(name)));
  const chosen: Trait[] = [];
  let left = passing;
  while (left.length > 0 && chosen.length < Math.min(MOST, failing.length + 1)) {
    let best: Trait | undefined;
    let rest = left;
    for (const name of shared) {
      const others = left.filter(({ traits }) => traits.has(name));
      if (others.length < rest.length) {
        best = name;
        rest = others;
      }
    }
    if (best === undefined || left.length - rest.length < WORTH * left.length) break;
    chosen.push(best);
    left = rest;
  }
  const says = NAMES.filter((name) => chosen.includes(name)).map((name) => TRAITS[name]);
  return { says, passing: left.length };
}

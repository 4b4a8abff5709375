/** How much a known fault is like a cause: what both show, of what either shows. */

import type { Case } from './case.ts';
import type { Prediction } from './predictions.ts';

/**
 * 0 to 1. `known`: the cases of the prediction, and whether the dictionary holds one. Vectors that fail for another cause
 * speak neither for nor against: what is predicted may be hidden there.
 */
export function likeness(
  { cases, shows }: Prediction,
  units: ReadonlyMap<Case, ReadonlySet<string>>,
  known: readonly Case[],
): number {
  let same = 0;
  let others = 0;
  cases.forEach((place, n) => {
    const one = known[place] as Case;
    const predicted = shows[n] as ReadonlySet<string>;
    const own = units.get(one);
    if (own === undefined) {
      if (one.isTelling && one.groups.length === 0) others++;
      return;
    }
    let shared = 0;
    for (const group of own) if (predicted.has(group)) shared++;
    same += shared / (predicted.size + own.size - shared);
  });
  const either = others + units.size;
  return either === 0 ? 0 : Math.round((1000 * same) / either) / 1000;
}

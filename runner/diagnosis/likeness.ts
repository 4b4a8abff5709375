/** How similar a known fault is to a cause: the common findings, divided by all findings of either. */

import type { Case } from './case.ts';
import type { Prediction } from './predictions.ts';

/**
 * 0 to 1. `known`: the cases of the prediction, and whether the dictionary has one. Vectors that fail for another cause do not
 * count, because they may hide the predicted findings.
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

/** How much a known fault is like a cause: what both show, of what either shows. */

import type { Case } from './case.ts';
import type { KnownFault } from './dictionary.ts';

/** 0 to 1. Vectors that fail in the predicted way for another cause as well speak neither for nor against. */
export function likeness(
  { signature }: KnownFault,
  units: ReadonlyMap<Case, ReadonlySet<string>>,
  all: readonly Case[],
): number {
  let same = 0;
  let either = 0;
  for (const one of all) {
    const predicted = signature.get(one.id);
    const own = units.get(one);
    if (own === undefined) {
      if (predicted === undefined) continue;
      const isElsewhere = predicted.some((group) => one.groups.includes(group));
      if (!isElsewhere && one.isTelling) either++;
      continue;
    }
    either++;
    if (predicted === undefined) continue;
    const shared = predicted.filter((group) => own.has(group)).length;
    same += shared / (predicted.length + own.size - shared);
  }
  return either === 0 ? 0 : Math.round((same / either) * 1000) / 1000;
}

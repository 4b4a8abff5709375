/**
 * Groups of findings that occur together: one fault often causes several kinds of findings, and a kind that only occurs together
 * with another is its consequence. This needs no knowledge of faults.
 */

import type { Case } from './case.ts';

/** If nearly all vectors of a group show another group as well, both have the same cause. */
const TOGETHER = 0.9;

/** For each group of these cases, the group that represents its cluster. */
export function clustersOf(cases: readonly Case[]): Map<string, string> {
  const members = new Map<string, Set<Case>>();
  for (const one of cases) {
    for (const group of one.groups) members.set(group, (members.get(group) ?? new Set()).add(one));
  }
  // Largest first: a group joins one that is at least as large, so there are no cycles.
  const order = [...members].sort(([a, one], [b, other]) => other.size - one.size || (a < b ? -1 : 1));
  const head = new Map<string, string>();
  order.forEach(([group, own], i) => {
    let best: string | undefined;
    let bestShare = TOGETHER;
    let bestSize = Number.POSITIVE_INFINITY;
    for (const [other, theirs] of order.slice(0, i)) {
      const share = sharedBy(own, theirs) / own.size;
      // If several fit equally, the narrowest is taken.
      if (share > bestShare || (share === bestShare && theirs.size < bestSize)) {
        best = other;
        bestShare = share;
        bestSize = theirs.size;
      }
    }
    head.set(group, best === undefined ? group : (head.get(best) ?? best));
  });
  return head;
}

function sharedBy(a: ReadonlySet<Case>, b: ReadonlySet<Case>): number {
  let shared = 0;
  for (const one of a) if (b.has(one)) shared++;
  return shared;
}

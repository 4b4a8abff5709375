/**
 * Groups of findings that come together: what is wrong in one way often shows in several, and what only shows where
 * something else does is its consequence. This needs no knowledge of faults.
 */

import type { Case } from './case.ts';

/** A group whose vectors nearly all show another one as well is of the same cause. */
const TOGETHER = 0.9;

/** For each group of these cases, the group that represents its cluster. */
export function clustersOf(cases: readonly Case[]): Map<string, string> {
  const members = new Map<string, Set<Case>>();
  for (const one of cases) {
    for (const group of one.groups) members.set(group, (members.get(group) ?? new Set()).add(one));
  }
  // Largest first: a group joins one that is at least as large, so that nothing goes round in circles.
  const order = [...members].sort(([a, one], [b, other]) => other.size - one.size || (a < b ? -1 : 1));
  const head = new Map<string, string>();
  order.forEach(([group, own], i) => {
    let best: string | undefined;
    let bestShare = TOGETHER;
    let bestSize = Number.POSITIVE_INFINITY;
    for (const [other, theirs] of order.slice(0, i)) {
      const share = sharedBy(own, theirs) / own.size;
      // Of several that fit equally, the narrowest says most.
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

/**
 * The cheapest way to give every indication a candidate, and no arrival to two of them: branch and bound. After a maximum
 * number of nodes it takes the greedy answer.
 */

import type { Arrived } from '../protocol.ts';
import type { Candidate } from './candidate.ts';
import { atMost, type Cost, compareCosts, NOTHING, plus } from './cost.ts';

export const MOST_NODES = 4000;
/** The cost of a node grows with the number of indications: with many, fewer nodes are examined. */
const MOST_WORK = 8000;

export interface Cover<A extends Arrived> {
  /** One for each indication, in their order. */
  readonly chosen: readonly Candidate<A>[];
  readonly cost: Cost;
  readonly nodes: number;
}

/** The further cost of choosing these candidates and no others. */
export interface Rest<A extends Arrived> {
  /** `at`: the indication that it is chosen for. */
  choose(at: number, candidate: Candidate<A>): void;
  /** Undoes the latest choice. */
  undo(at: number, candidate: Candidate<A>): void;
  /** The cost of the choices so far. It never falls when more are chosen. */
  soFar(): Cost;
  /** The cost of a whole answer. */
  whole(chosen: readonly Candidate<A>[]): Cost;
}

/**
 * `choices`: of each indication, the cheapest first, the last takes no arrival. `rest`: what is lost, what is out of
 * order. `base`: what is broken anyway.
 */
export function cover<A extends Arrived>(
  choices: readonly (readonly Candidate<A>[])[],
  rest: Rest<A>,
  mostNodes: number = MOST_NODES,
  base: Cost = NOTHING,
): Cover<A> {
  // Indications with few candidates are decided first.
  const order = choices.map((_, i) => i).sort((a, b) => lengthOf(choices[a]) - lengthOf(choices[b]) || a - b);
  const least = new Array<Cost>(order.length + 1).fill(NOTHING);
  for (let i = order.length - 1; i >= 0; i--) {
    const costs = (choices[order[i] as number] as readonly Candidate<A>[]).map(({ cost }) => cost);
    least[i] = plus(least[i + 1] as Cost, costs.reduce(atMost, costs[0] ?? NOTHING));
    least[i] = { ...(least[i] as Cost), rules: NOTHING.rules };
  }
  const most = Math.min(mostNodes, Math.ceil(MOST_WORK / Math.max(1, choices.length)));
  const chosen = new Array<Candidate<A> | undefined>(choices.length).fill(undefined);
  const taken = new Set<A>();
  let best: { readonly chosen: readonly Candidate<A>[]; readonly cost: Cost } | undefined;
  let nodes = 0;
  const visit = (depth: number, cost: Cost): void => {
    const isLeaf = depth === order.length;
    // The first leaf is the greedy answer: it is reached whatever the cap is.
    if (nodes++ > most && best !== undefined) return;
    const around = isLeaf ? rest.whole(chosen as readonly Candidate<A>[]) : rest.soFar();
    const total = plus(plus(cost, least[depth] as Cost), around);
    if (best !== undefined && compareCosts(total, best.cost) >= 0) return;
    if (isLeaf) {
      best = { chosen: chosen.map((one) => one as Candidate<A>), cost: total };
      return;
    }
    const at = order[depth] as number;
    for (const candidate of choices[at] as readonly Candidate<A>[]) {
      if (candidate.run.some((arrival) => taken.has(arrival))) continue;
      for (const arrival of candidate.run) taken.add(arrival);
      chosen[at] = candidate;
      rest.choose(at, candidate);
      visit(depth + 1, plus(cost, candidate.cost));
      rest.undo(at, candidate);
      chosen[at] = undefined;
      for (const arrival of candidate.run) taken.delete(arrival);
    }
  };
  visit(0, base);
  const { chosen: found, cost } = best as { readonly chosen: readonly Candidate<A>[]; readonly cost: Cost };
  return { chosen: found, cost, nodes };
}

function lengthOf(list: readonly unknown[] | undefined): number {
  return list?.length ?? 0;
}

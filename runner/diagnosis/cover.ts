/**
 * The smallest set of known faults that explains the failures: a weighted set cover. A fault has a cost, which grows with every
 * passing vector that it would fail. The rest is explained by clusters of findings, which cost more than a known fault that fits.
 */

import type { Case } from './case.ts';
import type { Prediction } from './predictions.ts';

const COST = {
  fault: 0.7,
  /** A cluster of findings that no chosen fault explains, each of its vectors, and each group of findings in one. */
  cluster: 3,
  unexplained: 0.3,
  group: 0.3,
  /** A passing vector that a chosen fault would fail: if the target merged all that it could, and otherwise. */
  contradicted: 1,
  perhaps: 0.03,
  /** A failing vector that lacks a finding of a chosen fault. */
  lacking: 0.2,
} as const;
/** Groups of findings that are counted in one vector. */
const MOST_COUNTED = 3;
/** Rounds of exchange: each makes the cover cheaper, and few are needed. */
const ROUNDS = 4;
const LESS = 1e-9;

/** `heads`: for each group, its cluster. */
export function cover(
  cases: readonly Case[],
  predictions: readonly Prediction[],
  heads: ReadonlyMap<string, string>,
): Prediction[] {
  const search = new Search(cases, heads);
  // A fault that contradicts more than it could explain is never chosen.
  const candidates = predictions.filter(
    ({ hits, contradicted }) =>
      hits > 0 && contradicted * COST.contradicted < hits * (COST.unexplained + 1) + 2 * COST.cluster,
  );
  return search.run(candidates);
}

class Search {
  readonly #cases: readonly Case[];
  readonly #heads: readonly (readonly string[])[];
  /** For each case, how often a group is predicted by the chosen; undefined: never. */
  readonly #predicted: (Map<string, number> | undefined)[];
  /** How many unexplained cases each cluster has. */
  readonly #open = new Map<string, number>();
  readonly #chosen = new Set<Prediction>();
  #cost = 0;

  constructor(cases: readonly Case[], heads: ReadonlyMap<string, string>) {
    this.#cases = cases;
    this.#heads = cases.map(({ groups }) => [...new Set(groups.map((group) => heads.get(group) ?? group))]);
    this.#predicted = cases.map(() => undefined);
    for (const i of cases.keys()) this.#count(i, 1);
  }

  run(candidates: readonly Prediction[]): Prediction[] {
    this.#grow(candidates);
    // A fault that was good alone can be worse than later ones.
    for (let round = 0; round < ROUNDS && this.#exchange(candidates); round++) this.#grow(candidates);
    return [...this.#chosen];
  }

  /** Takes the fault that saves most, as long as one saves anything. A candidate hardly ever saves more later than before. */
  #grow(candidates: readonly Prediction[]): void {
    const saved = new Map(candidates.filter((one) => !this.#chosen.has(one)).map((one) => [one, this.#savedBy(one)]));
    for (;;) {
      const order = [...saved].sort(([, a], [, b]) => b - a);
      let best: Prediction | undefined;
      let most = LESS;
      for (const [candidate, before] of order) {
        if (before <= most) break;
        const now = this.#savedBy(candidate);
        saved.set(candidate, now);
        if (now > most) {
          best = candidate;
          most = now;
        }
      }
      if (best === undefined) return;
      this.#put(best, 1);
      saved.delete(best);
    }
  }

  #savedBy(candidate: Prediction): number {
    const before = this.#cost;
    this.#put(candidate, 1);
    const after = this.#cost;
    this.#put(candidate, -1);
    return before - after;
  }

  /** Removes each one, or replaces it by a better one. Returns whether that helped. */
  #exchange(candidates: readonly Prediction[]): boolean {
    let isBetter = false;
    for (const one of [...this.#chosen]) {
      const before = this.#cost;
      this.#put(one, -1);
      const places = new Set(one.cases);
      let best: Prediction | undefined;
      let least = Math.min(this.#cost, before);
      for (const other of candidates) {
        if (other === one || this.#chosen.has(other) || !other.cases.some((place) => places.has(place))) continue;
        const cost = this.#cost - this.#savedBy(other);
        if (cost < least - LESS) {
          best = other;
          least = cost;
        }
      }
      if (best !== undefined) this.#put(best, 1);
      else if (this.#cost >= before - LESS) {
        this.#put(one, 1);
        continue;
      }
      isBetter = true;
    }
    return isBetter;
  }

  #put(candidate: Prediction, by: 1 | -1): void {
    this.#cost += by * COST.fault;
    candidate.cases.forEach((place, n) => {
      this.#count(place, -1);
      const predicted = this.#predicted[place] ?? new Map<string, number>();
      for (const group of candidate.shows[n] ?? []) {
        const count = (predicted.get(group) ?? 0) + by;
        if (count === 0) predicted.delete(group);
        else predicted.set(group, count);
      }
      this.#predicted[place] = predicted.size === 0 ? undefined : predicted;
      this.#count(place, 1);
    });
    if (by === 1) this.#chosen.add(candidate);
    else this.#chosen.delete(candidate);
  }

  /** Adds or subtracts the present cost of a case. */
  #count(place: number, by: 1 | -1): void {
    const { groups, isTelling } = this.#cases[place] as Case;
    const predicted = this.#predicted[place];
    if (groups.length === 0) {
      if (predicted !== undefined) this.#cost += by * (isTelling ? COST.contradicted : COST.perhaps);
      return;
    }
    let hits = 0;
    if (predicted !== undefined) for (const group of groups) if (predicted.has(group)) hits++;
    const lacking = Math.min(MOST_COUNTED, (predicted?.size ?? 0) - hits) * COST.lacking;
    this.#cost += by * (Math.min(MOST_COUNTED, groups.length - hits) * COST.group + lacking);
    if (hits > 0) return;
    this.#cost += by * COST.unexplained;
    for (const head of this.#heads[place] ?? []) {
      const before = this.#open.get(head) ?? 0;
      this.#open.set(head, before + by);
      if (before === 0 && by === 1) this.#cost += COST.cluster;
      if (before === 1 && by === -1) this.#cost -= COST.cluster;
    }
  }
}

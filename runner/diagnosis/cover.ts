/**
 * The smallest set of known faults that explains the failures: a weighted set cover. A fault costs something, and more
 * for every vector that it would fail and that passes; what is left is explained by the way in which it is found, which
 * costs more than a known fault that fits.
 */

import type { Case } from './case.ts';
import type { KnownFault } from './dictionary.ts';

const COST = {
  fault: 1,
  /** A cluster of findings that no chosen fault explains, and each of its vectors. */
  cluster: 3,
  unexplained: 0.5,
  /** A vector that a chosen fault fails passes: where the target merged all that it could, and elsewhere. */
  contradicted: 1,
  perhaps: 0.03,
  /** A vector fails as predicted, but more than that is found, or less. */
  further: 0.3,
  lacking: 0.2,
} as const;

export interface Cover {
  readonly faults: readonly KnownFault[];
  readonly cost: number;
}

/** One candidate: what it predicts of the cases at hand. */
interface Candidate {
  readonly fault: KnownFault;
  /** Indices of cases, and the groups that they would show. */
  readonly cases: readonly number[];
  readonly groups: readonly (readonly string[])[];
}

/** `heads`: for each group, its cluster. Cases that the dictionary does not know take no part. */
export function cover(
  cases: readonly Case[],
  faults: readonly KnownFault[],
  heads: ReadonlyMap<string, string>,
): Cover {
  return new Search(cases, faults, heads).run();
}

class Search {
  readonly #cases: readonly Case[];
  readonly #heads: ReadonlyMap<string, string>;
  readonly #candidates: readonly Candidate[];
  /** For each case, how often a group is predicted by the chosen. */
  readonly #predicted: Map<string, number>[];
  /** How many unexplained cases each cluster has. */
  readonly #open = new Map<string, number>();
  readonly #chosen = new Set<Candidate>();
  #cost = 0;

  constructor(cases: readonly Case[], faults: readonly KnownFault[], heads: ReadonlyMap<string, string>) {
    this.#cases = cases;
    this.#heads = heads;
    this.#predicted = cases.map(() => new Map());
    const places = new Map(cases.map(({ id }, i) => [id, i]));
    this.#candidates = faults.flatMap((fault) => candidateOf(fault, places, cases));
    for (const i of cases.keys()) this.#count(i, 1);
  }

  run(): Cover {
    this.#grow();
    // What was good alone can be worse than what came later: try to take out, to put in and to exchange.
    for (let round = 0; round < 4 && this.#exchange(); round++) this.#grow();
    return { faults: [...this.#chosen].map(({ fault }) => fault), cost: this.#cost };
  }

  #grow(): void {
    for (;;) {
      const before = this.#cost;
      let best: Candidate | undefined;
      let bestCost = before - 1e-9;
      for (const candidate of this.#candidates) {
        if (this.#chosen.has(candidate)) continue;
        this.#put(candidate, 1);
        if (this.#cost < bestCost) {
          best = candidate;
          bestCost = this.#cost;
        }
        this.#put(candidate, -1);
      }
      if (best === undefined) return;
      this.#put(best, 1);
    }
  }

  #exchange(): boolean {
    let isBetter = false;
    for (const candidate of [...this.#chosen]) {
      const before = this.#cost;
      this.#put(candidate, -1);
      let best: Candidate | undefined;
      let bestCost = Math.min(this.#cost, before - 1e-9);
      if (this.#cost < before - 1e-9) {
        isBetter = true;
        continue;
      }
      for (const other of this.#candidates) {
        if (other === candidate || this.#chosen.has(other)) continue;
        this.#put(other, 1);
        if (this.#cost < bestCost) {
          best = other;
          bestCost = this.#cost;
        }
        this.#put(other, -1);
      }
      this.#put(best ?? candidate, 1);
      if (best !== undefined) isBetter = true;
    }
    return isBetter;
  }

  #put(candidate: Candidate, by: 1 | -1): void {
    this.#cost += by * COST.fault;
    candidate.cases.forEach((index, n) => {
      this.#count(index, -1);
      const predicted = this.#predicted[index] as Map<string, number>;
      for (const group of candidate.groups[n] ?? []) {
        const count = (predicted.get(group) ?? 0) + by;
        if (count === 0) predicted.delete(group);
        else predicted.set(group, count);
      }
      this.#count(index, 1);
    });
    if (by === 1) this.#chosen.add(candidate);
    else this.#chosen.delete(candidate);
  }

  /** Adds what a case costs as it stands, or takes it off. */
  #count(index: number, by: 1 | -1): void {
    const { groups, isTelling } = this.#cases[index] as Case;
    const predicted = this.#predicted[index] as Map<string, number>;
    if (groups.length === 0) {
      if (predicted.size > 0) this.#cost += by * (isTelling ? COST.contradicted : COST.perhaps);
      return;
    }
    const hits = groups.reduce((sum, group) => sum + (predicted.has(group) ? 1 : 0), 0);
    if (hits > 0) {
      this.#cost +=
        by * (Math.min(2, groups.length - hits) * COST.further + Math.min(2, predicted.size - hits) * COST.lacking);
      return;
    }
    this.#cost += by * (COST.unexplained + (predicted.size > 0 ? COST.lacking : 0));
    for (const head of new Set(groups.map((group) => this.#heads.get(group) ?? group))) {
      const before = this.#open.get(head) ?? 0;
      this.#open.set(head, before + by);
      if (before === 0 && by === 1) this.#cost += COST.cluster;
      if (before === 1 && by === -1) this.#cost -= COST.cluster;
    }
  }
}

/** Undefined where it explains nothing: then it is no candidate. */
function candidateOf(fault: KnownFault, places: ReadonlyMap<string, number>, all: readonly Case[]): Candidate[] {
  const cases: number[] = [];
  const groups: (readonly string[])[] = [];
  let hits = 0;
  for (const [id, predicted] of fault.signature) {
    const index = places.get(id);
    if (index === undefined) continue;
    cases.push(index);
    groups.push(predicted);
    if ((all[index] as Case).groups.some((group) => predicted.includes(group))) hits++;
  }
  return hits === 0 ? [] : [{ fault, cases, groups }];
}

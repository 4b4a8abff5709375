/** What it costs besides to choose candidates: what is lost then, and what is out of order. */

import type { Loss } from '../acceptance/accept.ts';
import type { Arrived, Indicated } from '../protocol.ts';
import { type Answer, orderedBy } from './answer.ts';
import type { Candidate, Scene } from './candidate.ts';
import { type Cost, costOf, countOf, NOTHING, plus } from './cost.ts';
import type { Rest } from './cover.ts';
import { misplaced } from './order.ts';

/** An indication that needs no search, or the ones that compete for some arrivals. */
export interface Group<A extends Arrived, I extends Indicated> {
  readonly observed: readonly I[];
  readonly choices: readonly (readonly Candidate<A>[])[];
}

/** What is on a stream: decided before, or chosen by now. */
interface Line<A> {
  /** By the number of the indication. */
  readonly matches: { readonly number: number; readonly run: readonly A[] }[];
  chosen: number;
  misplaced: number;
}

/** A choice changes one stream: only that one is counted anew. */
export class Besides<A extends Arrived, I extends Indicated> implements Rest<A> {
  readonly #group: Group<A, I>;
  readonly #answer: Answer<A, I>;
  readonly #scene: Scene<A, I>;
  readonly #loss: Loss<A, I> | undefined;
  /** What some candidate takes. */
  readonly #concerned: ReadonlySet<A>;
  readonly #settled: ReadonlySet<A>;
  readonly #streams = new Map<Candidate<A>, string | undefined>();
  readonly #lines = new Map<string, Line<A>>();
  #misplaced = 0;

  constructor(group: Group<A, I>, answer: Answer<A, I>, scene: Scene<A, I>, loss: Loss<A, I> | undefined) {
    this.#group = group;
    this.#answer = answer;
    this.#scene = scene;
    this.#loss = loss;
    this.#concerned = new Set(group.choices.flatMap((candidates) => candidates.flatMap(({ run }) => run)));
    this.#settled = new Set(scene.settled.flatMap(({ run }) => run));
    for (const candidates of group.choices)
      for (const one of candidates) this.#streams.set(one, orderedBy(one, scene.protocol));
  }

  choose(at: number, candidate: Candidate<A>): void {
    const line = this.#lineOf(candidate);
    if (line === undefined) return;
    const { number } = this.#group.observed[at] as I;
    const place = line.matches.findIndex((match) => match.number > number);
    line.matches.splice(place < 0 ? line.matches.length : place, 0, { number, run: candidate.run });
    line.chosen++;
    this.#recount(line);
  }

  undo(at: number, candidate: Candidate<A>): void {
    const line = this.#lineOf(candidate);
    if (line === undefined) return;
    const { number } = this.#group.observed[at] as I;
    const place = line.matches.findIndex((match) => match.number === number);
    line.matches.splice(place, 1);
    line.chosen--;
    this.#recount(line);
  }

  soFar(): Cost {
    return countOf('order', this.#misplaced, 'I1');
  }

  whole(chosen: readonly Candidate<A>[]): Cost {
    let cost = this.soFar();
    const taken = new Set(chosen.flatMap(({ run }) => run));
    for (const { repeats = [] } of chosen) {
      // What came out nowhere else cannot be repeated.
      const isRepeated = repeats.every(
        (arrival) => taken.has(arrival) || this.#answer.taken.has(arrival) || this.#settled.has(arrival),
      );
      if (!isRepeated) cost = plus(cost, { ...NOTHING, unexplained: 1 });
    }
    for (const arrival of this.#concerned) {
      if (taken.has(arrival) || this.#scene.protocol.mayDrop(arrival)) continue;
      cost = plus(cost, this.#costWithout(arrival));
    }
    return cost;
  }

  #lineOf(candidate: Candidate<A>): Line<A> | undefined {
    const stream = this.#streams.get(candidate);
    if (stream === undefined) return undefined;
    let line = this.#lines.get(stream);
    if (line === undefined) {
      const decided = this.#answer.byStream.get(stream) ?? [];
      const matches = decided.map(({ observed: { number }, run }) => ({ number, run }));
      line = { matches, chosen: 0, misplaced: 0 };
      this.#lines.set(stream, line);
    }
    return line;
  }

  #recount(line: Line<A>): void {
    this.#misplaced -= line.misplaced;
    line.misplaced = line.chosen === 0 ? 0 : misplaced(line.matches.map(({ run }) => run));
    this.#misplaced += line.misplaced;
  }

  readonly #costsWithout = new Map<A, Cost>();

  #costWithout(arrival: A): Cost {
    let cost = this.#costsWithout.get(arrival);
    if (cost === undefined) {
      const weight = this.#loss?.arrival(arrival);
      cost =
        weight === undefined
          ? costOf(this.#scene.protocol.lost([arrival], this.#scene.everything))
          : countOf('missing', weight);
      this.#costsWithout.set(arrival, cost);
    }
    return cost;
  }
}

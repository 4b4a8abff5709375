/** The further cost of a choice of candidates: arrivals that are lost then, and arrivals out of order. */

import type { Arrived, Indicated } from '../protocol.ts';
import { type Answer, orderedBy } from './answer.ts';
import type { Candidate, SearchInput } from './candidate.ts';
import { type Cost, countOf, NOTHING, plus } from './cost.ts';
import type { Rest } from './cover.ts';
import type { Losses } from './losses.ts';
import { blocksOf, misplaced } from './order.ts';

/** An indication that needs no search, or several that compete for some arrivals. */
export interface Group<A extends Arrived, I extends Indicated> {
  readonly observed: readonly I[];
  readonly choices: readonly (readonly Candidate<A>[])[];
}

/** The matches of a stream: decided before, or chosen by now. */
interface Line<A> {
  /** By the number of the indication. */
  readonly matches: { readonly number: number; readonly run: readonly A[] }[];
  misplaced: number;
}

/** A choice changes one stream, so only that one is counted again. */
export class ChoiceCost<A extends Arrived, I extends Indicated> implements Rest<A> {
  readonly #group: Group<A, I>;
  readonly #answer: Answer<A, I>;
  readonly #losses: Losses<A, I>;
  /** The arrivals that some candidate takes. */
  readonly #concerned: ReadonlySet<A>;
  readonly #settled: ReadonlySet<A>;
  readonly #streams = new Map<Candidate<A>, string | undefined>();
  readonly #lines = new Map<string, Line<A>>();
  #misplaced = 0;
  #disordered = 0;

  constructor(group: Group<A, I>, answer: Answer<A, I>, input: SearchInput<A, I>, losses: Losses<A, I>) {
    this.#group = group;
    this.#answer = answer;
    this.#losses = losses;
    this.#concerned = new Set(group.choices.flatMap((candidates) => candidates.flatMap(({ run }) => run)));
    this.#settled = new Set(input.settled.flatMap(({ run }) => run));
    for (const one of group.choices.flat()) {
      const stream = orderedBy(one, input.protocol);
      this.#streams.set(one, stream);
      if (stream === undefined || this.#lines.has(stream)) continue;
      const decided = answer.byStream.get(stream) ?? [];
      const line = { matches: decided.map(({ observed: { number }, run }) => ({ number, run })), misplaced: 0 };
      this.#lines.set(stream, line);
      this.#recount(line);
    }
  }

  choose(at: number, candidate: Candidate<A>): void {
    const line = this.#lineOf(candidate);
    if (line === undefined) return;
    const { number } = this.#group.observed[at] as I;
    const place = line.matches.findIndex((match) => match.number > number);
    line.matches.splice(place < 0 ? line.matches.length : place, 0, { number, run: candidate.run });
    this.#recount(line);
  }

  undo(at: number, candidate: Candidate<A>): void {
    const line = this.#lineOf(candidate);
    if (line === undefined) return;
    const { number } = this.#group.observed[at] as I;
    const place = line.matches.findIndex((match) => match.number === number);
    line.matches.splice(place, 1);
    this.#recount(line);
  }

  /** Arrivals out of order cause at least one finding on their stream. */
  soFar(): Cost {
    return plus(countOf('order', this.#disordered, 'I1'), countOf('misplaced', this.#misplaced));
  }

  whole(chosen: readonly Candidate<A>[]): Cost {
    let cost = plus(countOf('order', this.#countBlocks(), 'I1'), countOf('misplaced', this.#misplaced));
    const taken = new Set(chosen.flatMap(({ run }) => run));
    for (const { repeats = [] } of chosen) {
      // An arrival that came out nowhere else cannot be repeated.
      const isRepeated = repeats.every(
        (arrival) => taken.has(arrival) || this.#answer.taken.has(arrival) || this.#settled.has(arrival),
      );
      if (!isRepeated) cost = plus(cost, { ...NOTHING, unexplained: 1 });
    }
    const gone = [...this.#concerned].filter((arrival) => !taken.has(arrival));
    return plus(cost, this.#losses.costOf(gone));
  }

  #lineOf(candidate: Candidate<A>): Line<A> | undefined {
    const stream = this.#streams.get(candidate);
    return stream === undefined ? undefined : this.#lines.get(stream);
  }

  #recount(line: Line<A>): void {
    this.#misplaced -= line.misplaced;
    if (line.misplaced > 0) this.#disordered--;
    line.misplaced = misplaced(line.matches.map(({ run }) => run));
    this.#misplaced += line.misplaced;
    if (line.misplaced > 0) this.#disordered++;
  }

  #countBlocks(): number {
    if (this.#disordered === 0) return 0;
    let count = 0;
    for (const { matches, misplaced: some } of this.#lines.values())
      if (some > 0) count += blocksOf(matches.map(({ run }) => run)).length;
    return count;
  }
}

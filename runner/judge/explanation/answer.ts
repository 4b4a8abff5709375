/** The decisions so far, and the order of their indications. */

import type { Arrived, Indicated, Match, Protocol } from '../protocol.ts';
import type { Candidate, SearchInput } from './candidate.ts';
import { type Cost, NOTHING } from './cost.ts';
import { misplaced } from './order.ts';

export class Answer<A extends Arrived, I extends Indicated> {
  readonly chosen: Map<I, Candidate<A>> = new Map();
  /** For each stream, the matches by which its order is judged. */
  readonly byStream: Map<string, Match<A, I>[]> = new Map();
  readonly taken: Set<A> = new Set();
  readonly #input: SearchInput<A, I>;
  cost: Cost = NOTHING;

  constructor(input: SearchInput<A, I>) {
    this.#input = input;
  }

  /** Undoes a choice. The rules that are broken anyway are determined again from the rest. */
  forget(observed: I): void {
    const candidate = this.chosen.get(observed);
    if (candidate === undefined) return;
    this.chosen.delete(observed);
    for (const arrival of candidate.run) this.taken.delete(arrival);
    this.cost = { ...NOTHING, rules: new Set([...this.chosen.values()].flatMap(({ cost }) => [...cost.rules])) };
    const stream = orderedBy(candidate, this.#input.protocol);
    const matches = stream === undefined ? undefined : this.byStream.get(stream);
    const at = matches?.findIndex((match) => match.observed === observed) ?? -1;
    if (at >= 0) matches?.splice(at, 1);
  }

  /** Some stream is out of order. */
  get isOutOfOrder(): boolean {
    return [...this.byStream.values()].some((matches) => misplaced(matches.map(({ run }) => run)) > 0);
  }

  choose(observed: I, candidate: Candidate<A>): void {
    this.chosen.set(observed, candidate);
    for (const arrival of candidate.run) this.taken.add(arrival);
    // Counts do not matter here, only which rules are broken anyway.
    this.cost = { ...NOTHING, rules: new Set([...this.cost.rules, ...candidate.cost.rules]) };
    const stream = orderedBy(candidate, this.#input.protocol);
    if (stream === undefined) return;
    const { run } = candidate;
    const matches = this.byStream.get(stream) ?? [];
    const at = matches.findIndex((match) => match.observed.number > observed.number);
    matches.splice(at < 0 ? matches.length : at, 0, { observed, run, findings: [] });
    this.byStream.set(stream, matches);
  }
}

/** The stream whose order it is part of. None if it is of several, or was held back, which explains its delay. */
export function orderedBy<A extends Arrived, I extends Indicated>(
  { run, findings }: Candidate<A>,
  protocol: Protocol<A, I>,
): string | undefined {
  const [first] = run;
  if (first === undefined || findings.some(({ field }) => field === 'dpc')) return undefined;
  const stream = protocol.streamOf(first);
  const isOne = run.every((arrival) => protocol.streamOf(arrival) === stream);
  return isOne && stream !== '' ? stream : undefined;
}

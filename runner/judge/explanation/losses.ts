/** The cost of arrivals that are in no indication: those of one stream are one finding. */

import type { Loss } from '../acceptance/accept.ts';
import { ruleNamed } from '../finding.ts';
import type { Arrived, Indicated } from '../protocol.ts';
import type { SearchInput } from './candidate.ts';
import { type Cost, countOf, NOTHING, plus } from './cost.ts';

export class Losses<A extends Arrived, I extends Indicated> {
  readonly #input: SearchInput<A, I>;
  readonly #loss: Loss<A, I> | undefined;
  readonly #rules = new Map<A, string | undefined>();
  readonly #lost = new Set<A>();
  /** For each stream, the rules that lost arrivals break, and how often. */
  readonly #broken = new Map<string, Map<string, number>>();

  constructor(input: SearchInput<A, I>, loss: Loss<A, I> | undefined) {
    this.#input = input;
    this.#loss = loss;
  }

  /** The arrival is lost, whatever is chosen from here on. */
  lose(arrival: A): void {
    const rule = this.#ruleOf(arrival);
    if (rule === undefined || this.#lost.has(arrival)) return;
    this.#lost.add(arrival);
    this.#count(arrival, rule, 1);
  }

  /** It is not decided any more. */
  reopen(arrival: A): void {
    const rule = this.#ruleOf(arrival);
    if (rule !== undefined && this.#lost.delete(arrival)) this.#count(arrival, rule, -1);
  }

  /** The cost if these are lost, too. */
  costOf(gone: readonly A[]): Cost {
    let cost = NOTHING;
    let missing = 0;
    const streams = new Map<string, Set<string>>();
    for (const arrival of gone) {
      if (this.#input.protocol.mayDrop(arrival)) continue;
      missing += this.#loss?.arrival(arrival) ?? 1;
      const rule = this.#ruleOf(arrival);
      if (rule === undefined) continue;
      const stream = this.#input.protocol.streamOf(arrival);
      const rules = streams.get(stream);
      if (rules === undefined) streams.set(stream, new Set([rule]));
      else rules.add(rule);
    }
    for (const [stream, rules] of streams) {
      const known = this.#broken.get(stream);
      const isKnown = known !== undefined && known.size > 0;
      const rule = nameOf(isKnown ? new Set([...rules, ...known.keys()]) : rules);
      cost = plus(cost, isKnown ? { ...NOTHING, rules: new Set([rule]) } : countOf('unaccounted', 1, rule));
    }
    return plus(cost, countOf('missing', missing));
  }

  #count(arrival: A, rule: string, by: number): void {
    const stream = this.#input.protocol.streamOf(arrival);
    const rules = this.#broken.get(stream) ?? new Map<string, number>();
    const count = (rules.get(rule) ?? 0) + by;
    if (count > 0) rules.set(rule, count);
    else rules.delete(rule);
    this.#broken.set(stream, rules);
  }

  /** Undefined: it may be missing, which breaks no rule. */
  #ruleOf(arrival: A): string | undefined {
    if (this.#loss?.arrival(arrival) !== undefined || this.#input.protocol.mayDrop(arrival)) return undefined;
    if (!this.#rules.has(arrival)) {
      const [found] = this.#input.protocol.lost([arrival], this.#input.everything);
      this.#rules.set(arrival, found?.rule);
    }
    return this.#rules.get(arrival);
  }
}

/** Different losses of one stream are reported as one. */
function nameOf(rules: ReadonlySet<string>): string {
  const [rule] = rules;
  return rules.size === 1 && rule !== undefined ? rule : ruleNamed('accounted-once').id;
}

/**
 * Copies of a program side by side. Every copy plays every n-th vector, and the answers come in the order of the
 * vectors: they are the same as those of one copy, restarts included.
 */

import { isDeepStrictEqual } from 'node:util';
import { UsageError } from '../base/errors.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import { RestartBudget } from './restart-budget.ts';
import type { Target, TargetAnswer, TargetVector } from './target.ts';

/** How a copy is started: it asks the budget, but does not count for it. */
export interface CopyOptions {
  readonly budget: RestartBudget;
  readonly isCopy: true;
}

export class ParallelTarget implements Target {
  readonly name: string;
  readonly version: string;
  readonly capabilities: Capabilities;
  readonly programs: readonly string[];
  readonly copies: number;
  readonly #targets: readonly Target[];
  readonly #budget: RestartBudget;
  #isClosed = false;

  /** All copies must be alike, and ask this budget before each vector. */
  constructor(targets: readonly [Target, ...Target[]], budget: RestartBudget = new RestartBudget()) {
    this.#budget = budget;
    const [first, ...rest] = targets;
    const other = rest.find(
      ({ capabilities, version }) => version !== first.version || !isDeepStrictEqual(capabilities, first.capabilities),
    );
    if (other !== undefined)
      throw new UsageError(`two copies of ${first.name} announce different capabilities`, 'run one: --jobs 1');
    this.name = first.name;
    this.version = first.version;
    this.capabilities = first.capabilities;
    this.programs = first.programs ?? [];
    this.copies = targets.length;
    this.#targets = targets;
  }

  /** Starts all at once. If one does not start, all are closed. */
  static async start(
    copies: number,
    start: (copy: CopyOptions) => Promise<Target>,
    budget: RestartBudget = new RestartBudget(),
  ): Promise<ParallelTarget> {
    const started = await Promise.allSettled(Array.from({ length: copies }, () => start({ budget, isCopy: true })));
    const targets = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    try {
      const failed = started.find((result) => result.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
      return new ParallelTarget(targets as [Target, ...Target[]], budget);
    } catch (error) {
      await Promise.all(targets.map((target) => target.close()));
      throw error;
    }
  }

  async *run(vectors: readonly TargetVector[]): AsyncIterable<TargetAnswer> {
    const shares = this.#targets.map((target, copy) => {
      const share = vectors.filter((_, i) => i % this.copies === copy);
      return new Answers(this.#isClosed ? [] : target.run(share), () => this.#isClosed);
    });
    for (const [at, { id }] of vectors.entries()) {
      const answer = await (shares[at % this.copies] as Answers).next();
      // Counted in the order of the vectors, not by the clock: one copy would have been restarted as often.
      const refusal = this.#budget.refusal(id);
      if (refusal === undefined) this.#budget.answered(id, answer);
      yield refusal ?? answer;
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#targets.map((target) => target.close()));
  }
}

/** The answers of a copy, taken as fast as they come and given out one at a time: at most its share of a batch. */
class Answers {
  readonly #ready: TargetAnswer[] = [];
  #failure: { readonly error: unknown } | undefined;
  #isOver = false;
  #wake: () => void = () => {};

  constructor(answers: AsyncIterable<TargetAnswer> | Iterable<TargetAnswer>, isSpent: () => boolean) {
    void this.#drain(answers, isSpent);
  }

  async next(): Promise<TargetAnswer> {
    for (;;) {
      const answer = this.#ready.shift();
      if (answer !== undefined) return answer;
      if (this.#failure !== undefined) throw this.#failure.error;
      if (this.#isOver) return { kind: 'error', message: 'the target ended before it answered' };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async #drain(answers: AsyncIterable<TargetAnswer> | Iterable<TargetAnswer>, isSpent: () => boolean): Promise<void> {
    try {
      for await (const answer of answers) {
        this.#ready.push(answer);
        this.#wake();
        if (isSpent()) break;
      }
    } catch (error) {
      this.#failure = { error };
    }
    this.#isOver = true;
    this.#wake();
  }
}

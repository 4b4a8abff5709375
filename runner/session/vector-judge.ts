/** Plays vectors on a target and judges the output. What only the whole run shows is left to the session. */

import { ReferencePlayer, type ReferenceRun } from '../../reference-impl/reference-run.ts';
import type { FrameStep } from '../../reference-impl/step.ts';
import type { VectorEvent, VerdictEvent } from '../../reports/events.ts';
import { expandVector } from '../../vectors/expand.ts';
import { forOneUse } from '../../vectors/stored.ts';
import type { Vector } from '../../vectors/vector.ts';
import { UsageError } from '../base/errors.ts';
import { inTurns } from '../base/turns.ts';
import { type Capabilities, policyOf, timerOf } from '../capabilities/capabilities.ts';
import { whyUnsupported } from '../capabilities/unsupported.ts';
import { rememberSteps } from '../events/event-steps.ts';
import { judging, type Prepared, prepare } from '../judge/judge.ts';
import type { JudgeInput, Judgement } from '../judge/types.ts';
import type { Target, TargetAnswer } from '../targets/target.ts';
import { Interrupted } from './interrupted.ts';
import { decisionEvents, expectedEvents, indicationEvents, vectorEvent } from './session-events.ts';

/** A vector and its verdict. */
export interface JudgedVector {
  readonly event: VectorEvent;
  readonly verdict: VerdictEvent;
  /** A defect of this suite: the verdict is `error`. */
  readonly bug?: unknown;
}

export interface JudgeOptions {
  readonly target: Target;
  /** The capabilities to compare with, if not those that the target announces. */
  readonly capabilities?: Capabilities;
  /** A vector's steps as bytes, if they are not made from its own steps. */
  readonly expand?: (vector: Vector) => readonly FrameStep[];
  readonly judge?: (input: JudgeInput, prepared: Prepared) => Judgement;
  /** The place of a vector in the whole selection. */
  readonly indexOf: (vector: Vector) => number | undefined;
}

interface Played {
  readonly vector: Vector;
  readonly steps: readonly FrameStep[];
  readonly unsupported: string | undefined;
}

export class VectorJudge {
  readonly #options: JudgeOptions;
  readonly #capabilities: Capabilities;
  readonly #expand: (vector: Vector) => readonly FrameStep[];
  /** Rejects the promise that is waited for. */
  #stop: (reason: Interrupted) => void = () => {};
  /** Only made if the target's own result cannot be used as the reference's. */
  #player: ReferencePlayer | undefined;
  #isInterrupted = false;

  constructor(options: JudgeOptions) {
    this.#options = options;
    this.#capabilities = options.capabilities ?? options.target.capabilities;
    this.#expand = options.expand ?? expandVector;
  }

  /** Ends the current work: `judged` then throws Interrupted. */
  interrupt(): void {
    this.#isInterrupted = true;
    this.#stop(new Interrupted());
  }

  /** In the order of the vectors, all of which are in memory as frames. */
  async *judged(vectors: readonly Vector[]): AsyncGenerator<JudgedVector, void> {
    const batch = vectors.map((vector): Played => {
      const whole = forOneUse(vector);
      const steps = this.#options.expand?.(vector) ?? expandVector(whole);
      return { vector, steps, unsupported: whyUnsupported(whole, steps, this.#capabilities) };
    });
    const answers = this.#answers(batch.filter(({ unsupported }) => unsupported === undefined));
    for (const played of batch) {
      const begun = performance.now();
      const answer: TargetAnswer =
        played.unsupported === undefined
          ? (await answers.next()).value
          : { kind: 'unsupported', reason: played.unsupported };
      yield await this.#judge(played, answer, begun);
    }
  }

  /** One answer for each vector, whatever happens to the target. */
  async *#answers(asked: readonly Played[]): AsyncGenerator<TargetAnswer, TargetAnswer> {
    let message = 'the target ended before it answered';
    try {
      const iterator = this.#options.target
        .run(asked.map(({ vector, steps }) => ({ id: vector.id, steps })))
        [Symbol.asyncIterator]();
      for (;;) {
        const next = await this.#unlessInterrupted(iterator.next());
        if (next.done === true) break;
        yield next.value;
      }
    } catch (error) {
      if (error instanceof Interrupted || error instanceof UsageError) throw error;
      message = `the target failed: ${error instanceof Error ? error.message : String(error)}`;
    }
    for (;;) yield { kind: 'error', message };
  }

  /** A race with one promise for the whole session would keep every answer until its end. */
  #unlessInterrupted<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#stop = reject;
      if (this.#isInterrupted) reject(new Interrupted());
      promise.then(resolve, reject);
    });
  }

  async #judge({ vector, steps }: Played, answer: TargetAnswer, begun: number): Promise<JudgedVector> {
    const event = vectorEvent(vector, steps, this.#options.indexOf(vector));
    const expand = this.#expand;
    rememberSteps(event, () => expand(vector));
    return { event, ...(await this.#verdict(vector, steps, answer, begun)) };
  }

  async #verdict(
    vector: Vector,
    steps: readonly FrameStep[],
    answer: TargetAnswer,
    begun: number,
  ): Promise<Pick<JudgedVector, 'verdict' | 'bug'>> {
    const capabilities = this.#capabilities;
    const reference = this.#referenceRun(steps, answer);
    const blank = {
      type: 'verdict',
      vector: vector.id,
      findings: [],
      indications: [],
      decisions: decisionEvents(reference),
      ratio: 1,
      notObserved: [],
    } as const;
    const ms = (): number => Math.round((performance.now() - begun) * 1000) / 1000;
    if (answer.kind === 'unsupported')
      return { verdict: { ...blank, verdict: 'unsupported', reason: answer.reason, ms: ms() } };
    if (answer.kind === 'error') return { verdict: { ...blank, verdict: 'error', reason: answer.message, ms: ms() } };
    const { indications, statistics } = answer;
    try {
      const input = { steps, indications, statistics, capabilities, rules: vector.rules };
      const prepared = prepare(steps, capabilities, reference);
      const whole =
        this.#options.judge?.(input, prepared) ?? (await inTurns(judging(input, prepared), () => this.#isInterrupted));
      if (whole === undefined) throw new Interrupted();
      const { attribution, ...judgement } = whole;
      const verdict: VerdictEvent = {
        ...blank,
        ...judgement,
        ...(statistics === undefined ? {} : { statistics: { ...statistics } }),
        indications: indicationEvents(steps, indications, attribution),
        expected: expectedEvents(reference, steps, indications, attribution),
        ms: ms(),
      };
      return { verdict };
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      const reason = `internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
      const shown = indicationEvents(steps, indications, []);
      return { verdict: { ...blank, verdict: 'error', indications: shown, reason, ms: ms() }, bug: error };
    }
  }

  /** The target's own result serves as well, unless the target is compared with something else. */
  #referenceRun(steps: readonly FrameStep[], answer: TargetAnswer): ReferenceRun {
    const made = answer.kind === 'indications' ? answer.reference : undefined;
    if (made !== undefined && this.#options.capabilities === undefined) return made;
    this.#player ??= new ReferencePlayer(policyOf(this.#capabilities), timerOf(this.#capabilities));
    return this.#player.play(steps);
  }
}

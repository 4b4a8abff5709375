/** A session: the planned vectors go to the target in batches, its answers to the judge, everything as events to a sink. */

import { ReferencePlayer, type ReferenceRun } from '../../reference-impl/reference-run.ts';
import type { FrameStep } from '../../reference-impl/step.ts';
import type { RunEvent, VerdictEvent } from '../../reports/events.ts';
import { expandVector } from '../../vectors/expand.ts';
import { forOneUse } from '../../vectors/stored.ts';
import type { Vector } from '../../vectors/vector.ts';
import { UsageError } from '../base/errors.ts';
import { inTurns } from '../base/turns.ts';
import { type Capabilities, policyOf, timerOf } from '../capabilities/capabilities.ts';
import { whyUnsupported } from '../capabilities/unsupported.ts';
import { rememberSteps } from '../events/event-steps.ts';
import { AbortsOverRun } from '../judge/aborts-over-run.ts';
import { judging, type Prepared, prepare } from '../judge/judge.ts';
import type { JudgeInput, Judgement } from '../judge/types.ts';
import type { Baseline } from '../known-failures/baseline.ts';
import { planDigest, type Split } from '../shards/shards.ts';
import type { Target, TargetAnswer } from '../targets/target.ts';
import { sessionEvent } from './session-event.ts';
import { decisionEvents, expectedEvents, indicationEvents, vectorEvent } from './session-events.ts';
import { SessionRecord } from './session-record.ts';

/** The number of vectors in memory as frames at a time, for each copy of the target. */
const BATCH = 64;
/** The most milliseconds before signals and timers get a turn. */
const MOST_BREATHLESS = 100;

export interface SessionOptions {
  readonly target: Target;
  readonly planned: readonly Vector[];
  /** A vector's steps as bytes, if they are not made from its own steps. */
  readonly expand?: (vector: Vector) => readonly FrameStep[];
  readonly digest: string;
  /** The capabilities to compare with, if not those that the target announces. */
  readonly capabilities?: Capabilities;
  readonly strict?: boolean;
  /** The whole selection, if `planned` is a shard of it. */
  readonly selected?: readonly Vector[];
  readonly split?: Pick<Split, 'shard' | 'split'>;
  readonly command?: string;
  readonly replay?: string;
  /** The user's label for the thing under test. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly sink?: (event: RunEvent) => void;
  readonly judge?: (input: JudgeInput, prepared: Prepared) => Judgement;
  /** The session ends after so many vectors that make it fail. */
  readonly mostFailures?: number;
  /** Known failures. */
  readonly baseline?: Baseline | undefined;
}

export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

interface Played {
  readonly vector: Vector;
  readonly steps: readonly FrameStep[];
  readonly unsupported: string | undefined;
}

export class Session {
  readonly planned: readonly Vector[];
  readonly strict: boolean;
  /** Defects of this suite that came to light: exit status 3. */
  readonly bugs: unknown[] = [];
  readonly #options: SessionOptions;
  readonly #capabilities: Capabilities;
  readonly #record: SessionRecord;
  /** Rejects the promise that the session waits for. */
  #stop: (reason: Interrupted) => void = () => {};
  /** For a shard, merging the shards judges it. */
  readonly #abortsOverRun: AbortsOverRun | undefined;
  /** Places in the whole selection. */
  readonly #indices: ReadonlyMap<string, number>;
  /** Made if the target does not say what the reference does. */
  #player: ReferencePlayer | undefined;
  #isInterrupted = false;
  #breathed = 0;
  #running: Promise<number> | undefined;
  #left: number;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.planned = options.planned;
    this.strict = options.strict ?? false;
    this.#record = new SessionRecord({
      sink: options.sink ?? (() => {}),
      strict: this.strict,
      baseline: options.baseline,
      isShard: options.split !== undefined,
    });
    this.#capabilities = options.capabilities ?? options.target.capabilities;
    this.#left = options.planned.length;
    this.#abortsOverRun = options.split === undefined ? new AbortsOverRun(options.planned) : undefined;
    this.#indices = new Map((options.selected ?? options.planned).map(({ id }, index) => [id, index]));
  }

  /** Plays everything, once; resolves to the exit status. */
  run(): Promise<number> {
    this.#running ??= this.#run();
    return this.#running;
  }

  /** Ends the session after the vectors judged so far. */
  interrupt(): void {
    this.#isInterrupted = true;
    this.#stop(new Interrupted('interrupted'));
  }

  async #run(): Promise<number> {
    this.#announce();
    try {
      const batch = BATCH * (this.#options.target.copies ?? 1);
      for (let at = 0; at < this.planned.length; at += batch) {
        await this.#playBatch(this.planned.slice(at, at + batch));
        await new Promise((resolve) => setImmediate(resolve));
        if (this.#isInterrupted) break;
      }
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
    }
    return this.#record.end(this.#left);
  }

  #announce(): void {
    const { target, digest, command, replay, labels, split, baseline, selected = this.planned } = this.#options;
    this.#record.begin(
      sessionEvent({
        target,
        capabilities: this.#capabilities,
        digest,
        shard: split?.shard ?? '1/1',
        plan: planDigest(selected),
        selected: selected.length,
        ...(split === undefined ? {} : { split: split.split }),
        strict: this.strict,
        command: command ?? 'rsc-conformance run',
        replay: replay ?? 'rsc-conformance run',
        vectors: this.planned.length,
        ...(labels === undefined ? {} : { labels }),
        ...(baseline === undefined ? {} : { baseline: baseline.file }),
      }),
    );
  }

  async #playBatch(vectors: readonly Vector[]): Promise<void> {
    const batch = vectors.map((vector): Played => {
      const whole = forOneUse(vector);
      const steps = this.#options.expand?.(vector) ?? expandVector(whole);
      return { vector, steps, unsupported: whyUnsupported(whole, steps, this.#capabilities) };
    });
    const asked = batch.filter(({ unsupported }) => unsupported === undefined);
    const answers = this.#answers(asked);
    for (const played of batch) {
      const begun = performance.now();
      const answer: TargetAnswer =
        played.unsupported === undefined
          ? (await answers.next()).value
          : { kind: 'unsupported', reason: played.unsupported };
      await this.#settle(played, answer, begun);
      await this.#breathe();
      if (this.#isInterrupted) return;
      if (this.#record.unexpected >= (this.#options.mostFailures ?? Number.POSITIVE_INFINITY)) {
        this.#isInterrupted = true;
        return;
      }
    }
  }

  /** Lets signals and timers have a turn, however long judging takes. */
  async #breathe(): Promise<void> {
    if (performance.now() - this.#breathed < MOST_BREATHLESS) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.#breathed = performance.now();
  }

  /** One answer for each vector, whatever becomes of the target. */
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
      if (this.#isInterrupted) reject(new Interrupted('interrupted'));
      promise.then(resolve, reject);
    });
  }

  async #settle({ vector, steps }: Played, answer: TargetAnswer, begun: number): Promise<void> {
    const said = vectorEvent(vector, steps, this.#indices.get(vector.id));
    const expand = this.#options.expand ?? expandVector;
    rememberSteps(said, () => expand(vector));
    const bugs = this.bugs.length;
    const judged = await this.#judged(vector, steps, answer, begun);
    if (judged === undefined) return;
    if (this.bugs.length > bugs) this.#record.broke(said, judged);
    else this.#record.judged(said, judged);
    this.#left--;
  }

  /** Undefined: interrupted before that. */
  async #judged(
    vector: Vector,
    steps: readonly FrameStep[],
    answer: TargetAnswer,
    begun: number,
  ): Promise<VerdictEvent | undefined> {
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
    if (answer.kind === 'unsupported') return { ...blank, verdict: 'unsupported', reason: answer.reason, ms: ms() };
    if (answer.kind === 'error') return { ...blank, verdict: 'error', reason: answer.message, ms: ms() };
    const { indications, statistics } = answer;
    try {
      const input = { steps, indications, statistics, capabilities, rules: vector.rules };
      const prepared = prepare(steps, capabilities, reference);
      const whole =
        this.#options.judge?.(input, prepared) ?? (await inTurns(judging(input, prepared), () => this.#isInterrupted));
      if (whole === undefined) return undefined;
      const { attribution, ...judgement } = whole;
      const never = this.#abortsOverRun?.observe(vector, statistics);
      const atLast =
        never === undefined ? {} : ({ verdict: 'fail', findings: [...judgement.findings, never] } as const);
      return {
        ...blank,
        ...judgement,
        ...atLast,
        ...(statistics === undefined ? {} : { statistics: { ...statistics } }),
        indications: indicationEvents(steps, indications, attribution),
        expected: expectedEvents(reference, steps, indications, attribution),
        ms: ms(),
      };
    } catch (error) {
      this.bugs.push(error);
      const reason = `internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
      return { ...blank, verdict: 'error', indications: indicationEvents(steps, indications, []), reason, ms: ms() };
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

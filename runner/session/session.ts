/** A session: the planned vectors go to the target in batches, its answers to the judge, everything as events to a sink. */

import type { FrameStep } from '../../reference-impl/step.ts';
import type { RunEvent, VectorEvent, VerdictEvent } from '../../reports/events.ts';
import type { Vector } from '../../vectors/vector.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import { AbortsOverRun } from '../judge/aborts-over-run.ts';
import type { Prepared } from '../judge/judge.ts';
import type { JudgeInput, Judgement } from '../judge/types.ts';
import type { Baseline } from '../known-failures/baseline.ts';
import { planDigest, type Split } from '../shards/shards.ts';
import type { Target } from '../targets/target.ts';
import { BATCH } from './batch-size.ts';
import { batchesOf } from './batches.ts';
import { Interrupted } from './interrupted.ts';
import { sessionEvent } from './session-event.ts';
import { SessionRecord } from './session-record.ts';
import type { SessionThreads } from './threads/batch-threads.ts';
import { type JudgedVector, VectorJudge } from './vector-judge.ts';

/** The longest time, in milliseconds, before signals and timers get a turn. */
const LONGEST_TURN = 100;

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
  /** The session ends after this many vectors that make it fail. */
  readonly mostFailures?: number;
  /** Known failures. */
  readonly baseline?: Baseline | undefined;
  /** They play the same vectors on targets of their own, in batches of `BATCH`. */
  readonly threads?: SessionThreads | undefined;
}

export class Session {
  readonly planned: readonly Vector[];
  readonly strict: boolean;
  /** Defects of this suite that were found: exit status 3. */
  readonly bugs: unknown[] = [];
  readonly #options: SessionOptions;
  readonly #judge: VectorJudge;
  readonly #record: SessionRecord;
  /** For a shard, merging the shards judges it. */
  readonly #abortsOverRun: AbortsOverRun | undefined;
  #isInterrupted = false;
  #pausedAt = 0;
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
    const places = new Map((options.selected ?? options.planned).map(({ id }, index) => [id, index]));
    this.#judge = new VectorJudge({ ...options, indexOf: ({ id }) => places.get(id) });
    this.#left = options.planned.length;
    this.#abortsOverRun = options.split === undefined ? new AbortsOverRun(options.planned) : undefined;
  }

  /** Plays everything, once; resolves to the exit status. */
  run(): Promise<number> {
    this.#running ??= this.#run();
    return this.#running;
  }

  /** Ends the session after the vectors judged so far. */
  interrupt(): void {
    this.#isInterrupted = true;
    this.#judge.interrupt();
    this.#options.threads?.interrupt();
  }

  async #run(): Promise<number> {
    this.#announce();
    try {
      await this.#play();
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
    }
    return this.#record.end(this.#left);
  }

  async #play(): Promise<void> {
    const { target, threads } = this.#options;
    const size = BATCH * (target.copies ?? 1);
    for (const batch of batchesOf(this.planned, size, this.#judge, threads)) {
      for await (const judged of batch) {
        this.#settle(judged);
        await this.#pause();
        if (this.#isOver) return;
      }
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#isOver) return;
    }
  }

  get #isOver(): boolean {
    return this.#isInterrupted || this.#record.unexpected >= (this.#options.mostFailures ?? Number.POSITIVE_INFINITY);
  }

  #announce(): void {
    const { target, digest, command, replay, labels, split, baseline, selected = this.planned } = this.#options;
    this.#record.begin(
      sessionEvent({
        target,
        capabilities: this.#options.capabilities ?? target.capabilities,
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

  /** Lets signals and timers have a turn, however long judging takes. */
  async #pause(): Promise<void> {
    if (performance.now() - this.#pausedAt < LONGEST_TURN) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.#pausedAt = performance.now();
  }

  #settle({ event, verdict, bug }: JudgedVector): void {
    if (bug === undefined) this.#record.judged(event, this.#withAborts(event, verdict));
    else {
      this.bugs.push(bug);
      this.#record.broke(event, verdict);
    }
    this.#left--;
  }

  /** The last vector may carry the finding about the counters of all. */
  #withAborts({ vector: id, rules }: VectorEvent, verdict: VerdictEvent): VerdictEvent {
    const never = this.#abortsOverRun?.observe({ id, rules }, verdict.statistics);
    return never === undefined ? verdict : { ...verdict, verdict: 'fail', findings: [...verdict.findings, never] };
  }
}

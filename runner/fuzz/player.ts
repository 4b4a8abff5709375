/** Plays vectors on a target and judges each. A target that breaks is a finding, too. */

import { type ReferenceRun, referenceRun } from '../../reference-impl/reference-run.ts';
import type { FrameStep } from '../../reference-impl/step.ts';
import { UsageError } from '../base/errors.ts';
import { inTurns } from '../base/turns.ts';
import { type Capabilities, policyOf, timerOf } from '../capabilities/capabilities.ts';
import { isSoft } from '../judge/finding.ts';
import { judging, prepare } from '../judge/judge.ts';
import type { Finding, Judgement } from '../judge/types.ts';
import type { Target, TargetAnswer, TargetVector } from '../targets/target.ts';

/** Targets give up after some restarts: before that, a new one is opened. */
const ENDS_BEFORE_REOPENING = 8;

export interface Played {
  readonly steps: readonly FrameStep[];
  /** The reference's outcome under the target's capabilities. */
  readonly reference: ReferenceRun;
  readonly answer: TargetAnswer;
  /** Undefined: there was nothing to judge. */
  readonly judgement: Judgement | undefined;
  /** The findings, in the judge's order; if the target or the judge broke, that is the only one. */
  readonly findings: readonly Finding[];
  /** If two targets were compared: the outcome of each. `findings` are then the differences. */
  readonly sides?: readonly [Played, Played];
}

/** The target of sessions, and the check that finds faults in them. */
export interface Oracle {
  /** The policy of the reference. */
  readonly capabilities: Capabilities;
  /** The capabilities of every target: sessions must fit them all. */
  readonly limits: readonly Capabilities[];
  readonly copies: number;
  /** In the order of the vectors. Throws UsageError if a target cannot be started any more. */
  play(vectors: readonly TargetVector[]): Promise<Played[]>;
  /** Gives up the current judgement. The current batch ends early, without the rest. */
  stop(): void;
  close(): Promise<void>;
}

export interface PlayerOptions {
  readonly open: () => Promise<Target>;
  /** The capabilities to compare with, if not those that the target announces. */
  readonly capabilities?: Capabilities | undefined;
  /** A broken *should* is a finding. */
  readonly strict?: boolean;
}

export class Player implements Oracle {
  readonly #options: PlayerOptions;
  #target: Target;
  #ends = 0;
  #isStopped = false;

  private constructor(options: PlayerOptions, target: Target) {
    this.#options = options;
    this.#target = target;
  }

  /** Throws the errors of opening the target. */
  static async start(options: PlayerOptions): Promise<Player> {
    return new Player(options, await options.open());
  }

  get target(): Target {
    return this.#target;
  }

  get capabilities(): Capabilities {
    return this.#options.capabilities ?? this.#target.capabilities;
  }

  get limits(): readonly Capabilities[] {
    return [this.capabilities];
  }

  get copies(): number {
    return this.#target.copies ?? 1;
  }

  async play(vectors: readonly TargetVector[]): Promise<Played[]> {
    const played: Played[] = [];
    while (played.length < vectors.length && !this.#isStopped) {
      if (this.#ends >= ENDS_BEFORE_REOPENING) await this.#reopen();
      const rest = vectors.slice(played.length);
      for await (const answer of this.#answers(rest)) {
        const vector = vectors[played.length] as TargetVector;
        const one = await this.#judged(vector, answer);
        if (one === undefined) break;
        played.push(one);
        if (answer.kind === 'error' && answer.ended === true) this.#ends++;
        if (this.#ends >= ENDS_BEFORE_REOPENING) break;
      }
    }
    return played;
  }

  stop(): void {
    this.#isStopped = true;
  }

  close(): Promise<void> {
    return this.#target.close();
  }

  async #reopen(): Promise<void> {
    await this.#target.close();
    this.#target = await this.#options.open();
    this.#ends = 0;
  }

  /** At least one answer. */
  async *#answers(vectors: readonly TargetVector[]): AsyncGenerator<TargetAnswer> {
    let given = 0;
    let message = 'the target ended before it answered';
    try {
      for await (const answer of this.#target.run(vectors)) {
        given++;
        yield answer;
      }
    } catch (error) {
      if (error instanceof UsageError) throw error;
      message = `the target failed: ${error instanceof Error ? error.message : String(error)}`;
      given = 0;
    }
    if (given === 0) yield { kind: 'error', message, ended: true };
  }

  /** Undefined: it was stopped. */
  async #judged({ steps }: TargetVector, answer: TargetAnswer): Promise<Played | undefined> {
    const reference = referenceRun(steps, policyOf(this.capabilities), timerOf(this.capabilities));
    const unjudged = { steps, reference, answer, judgement: undefined };
    if (answer.kind === 'unsupported') return { ...unjudged, findings: [] };
    if (answer.kind === 'error') return { ...unjudged, findings: [broke('error', 'target', answer.message)] };
    const { indications, statistics } = answer;
    try {
      const { capabilities } = this;
      const prepared = prepare(steps, capabilities, reference);
      const work = judging({ steps, indications, statistics, capabilities }, prepared);
      const judgement = await inTurns(work, () => this.#isStopped);
      if (judgement === undefined) return undefined;
      const findings = judgement.findings.filter((found) => this.#options.strict === true || !isSoft(found));
      return { steps, reference, answer, judgement, findings };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { ...unjudged, findings: [broke(DEFECT, 'judge', message)] };
    }
  }
}

/** In place of a rule: this suite broke. */
export const DEFECT = 'defect';

function broke(rule: string, field: string, message: string): Finding {
  return { rule, level: 'must', arrivals: [], field, expected: 'an answer', actual: message, message };
}

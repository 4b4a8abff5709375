/** Any program that implements rsc-line on its standard input and output. */

import type { VirtioFeature } from '../../../reference-impl/rules/rule.ts';
import type { Statistics } from '../../../reference-impl/statistics.ts';
import type { FrameStep } from '../../../reference-impl/step.ts';
import { negotiatedFeatures } from '../../../reference-impl/virtio/features.ts';
import { UsageError } from '../../base/errors.ts';
import type { Capabilities } from '../../capabilities/capabilities.ts';
import { withoutLinkHeader } from '../../capabilities/link-header.ts';
import { overridden } from '../../capabilities/overridden.ts';
import type { ObservedIndication } from '../../judge/types.ts';
import { renderStep } from '../../rsc-line/commands.ts';
import { type Hello, parseHello } from '../../rsc-line/hello.ts';
import { OOB_KEYS, OOB_TABLE, type OobKey } from '../../rsc-line/oob-keys.ts';
import { GREETING } from '../../rsc-line/protocol.ts';
import { commandFiles } from '../command-files.ts';
import { RestartBudget } from '../restart-budget.ts';
import type { Target, TargetAnswer, TargetVector } from '../target.ts';
import { calibrationFrames } from './calibration.ts';
import { type Answer, Conversation, ConversationError } from './conversation.ts';
import { observedIndication } from './observed-indication.ts';

/** Vectors sent ahead: enough that the program never waits for the runner. */
const AHEAD = 16;

export interface ProgramOptions {
  readonly command: string;
  /** Milliseconds without an answer after which the program counts as hanging. */
  readonly timeoutMs?: number;
  /** Overrides the program's own announcement. */
  readonly overrides?: Partial<Capabilities>;
  /** The folder in which it starts; undefined: the working directory. */
  readonly folder?: string;
  /** Asked before each vector, and, unless somebody else does so, shown each answer. Default: one of its own. */
  readonly budget?: RestartBudget;
  /** Somebody else shows the answers to the budget. */
  readonly isCopy?: boolean;
}

interface Asked {
  readonly answer: Promise<TargetAnswer>;
  /** The vector was sent to the program. */
  readonly isPlayed: boolean;
}

export class ProgramTarget implements Target {
  readonly name: string;
  version = '';
  capabilities: Capabilities;
  readonly programs: readonly string[];
  readonly #options: ProgramOptions;
  #conversation: Conversation;
  #reported: ReadonlySet<OobKey> = new Set();
  readonly #budget: RestartBudget;
  /** It failed, and that was reported. The next call finds it restarted, or given up. */
  #isSpent = false;
  #isClosed = false;

  private constructor(options: ProgramOptions, conversation: Conversation, capabilities: Capabilities) {
    this.name = `program:${options.command}`;
    this.programs = commandFiles(options.command, options.folder);
    this.#options = options;
    this.#budget = options.budget ?? new RestartBudget();
    this.#conversation = conversation;
    this.capabilities = capabilities;
  }

  /** Starts the program and learns its capabilities. Throws UsageError if it cannot be tested at all. */
  static async start(options: ProgramOptions): Promise<ProgramTarget> {
    const conversation = conversationWith(options);
    try {
      const hello = await greet(conversation);
      const name = `program ${JSON.stringify(options.command)}`;
      const capabilities = overridden(hello.capabilities, options.overrides ?? {}, { name, isProgram: true });
      const target = new ProgramTarget(options, conversation, capabilities);
      target.version = `${hello.name} ${hello.version}`.trim();
      await probeHonesty(conversation);
      target.#reported = await calibrate(conversation, capabilities);
      return target;
    } catch (error) {
      await conversation.close();
      if (error instanceof ConversationError)
        throw new UsageError(`program ${JSON.stringify(options.command)}: ${error.message}`, startHint(error.message));
      throw error;
    }
  }

  async *run(vectors: readonly TargetVector[]): AsyncIterable<TargetAnswer> {
    const asked: Asked[] = [];
    let next = 0;
    for (let done = 0; done < vectors.length; done++) {
      const { id } = vectors[done] as TargetVector;
      if (this.#budget.refusal(id) === undefined) await this.#restartIfSpent();
      while (next < vectors.length && next < done + AHEAD) asked.push(this.#next(vectors[next++] as TargetVector));
      this.#conversation.flush();
      const { answer: promised, isPlayed } = asked.shift() as Asked;
      const answer = await promised;
      if (isPlayed && this.#options.isCopy !== true) this.#budget.answered(id, answer);
      const hasEnded = isPlayed && answer.kind === 'error' && answer.ended === true;
      this.#isSpent ||= hasEnded;
      yield answer;
      // If a program fails later, on a vector sent ahead, the failure counts at that vector's turn.
      if (!hasEnded) continue;
      // Vectors sent ahead were never answered: the restarted program gets them again.
      const again = asked.splice(0);
      await Promise.all(again.map(({ answer: late }) => late));
      next -= again.length;
    }
  }

  #next(vector: TargetVector): Asked {
    const refusal = this.#budget.refusal(vector.id);
    if (refusal !== undefined) return { answer: Promise.resolve(refusal), isPlayed: false };
    return { answer: this.#ask(vector), isPlayed: true };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#conversation.close();
  }

  /** Never rejects. All of a vector's commands go out together. */
  async #ask(vector: TargetVector): Promise<TargetAnswer> {
    const conversation = this.#conversation;
    const reset = conversation.ask('RESET');
    const answers: { step: number; answer: Promise<Answer> }[] = [];
    const { boundary, interval } = this.capabilities;
    vector.steps.forEach((step, index) => {
      const isTimed = boundary === 'timer';
      if ('wait' in step && !isTimed) return;
      const line = renderStep(this.#carried(step), this.capabilities);
      if ('rx' in step) {
        conversation.send(line);
        return;
      }
      answers.push({ step: index, answer: conversation.ask(line) });
      if ('dpc' in step && isTimed)
        answers.push({ step: index, answer: conversation.ask(renderStep({ wait: interval })) });
    });
    // Frames that still come now were held back beyond their DPC.
    answers.push({ step: vector.steps.length, answer: conversation.ask('DPC') });
    const stats = this.capabilities.statistics ? conversation.ask('STATS') : undefined;
    const all = await Promise.allSettled([
      reset,
      ...answers.map(({ answer }) => answer),
      ...(stats === undefined ? [] : [stats]),
    ]);
    const failed = all.find((result): result is PromiseRejectedResult => result.status === 'rejected');
    if (failed !== undefined) return { kind: 'error', message: (failed.reason as Error).message, ended: true };
    return this.#collect(
      vector.steps,
      await reset,
      await Promise.all(answers.map(async ({ step, answer }) => ({ step, answer: await answer }))),
      await stats,
    );
  }

  /** A frame in the form that the program takes. */
  #carried(step: FrameStep): FrameStep {
    return this.capabilities.link || !('rx' in step) ? step : { ...step, rx: withoutLinkHeader(step.rx) };
  }

  #collect(
    steps: readonly FrameStep[],
    reset: Answer,
    answers: readonly { readonly step: number; readonly answer: Answer }[],
    stats: Answer | undefined,
  ): TargetAnswer {
    if (reset.end.kind !== 'done') {
      void this.#conversation.close();
      return { kind: 'error', message: `RESET was answered ${describe(reset)}`, ended: true };
    }
    const indications: ObservedIndication[] = [];
    const like = steps.find((step) => 'rx' in step)?.rx;
    let features: readonly VirtioFeature[] = negotiatedFeatures({});
    for (const { step, answer } of answers) {
      const asked = steps[step];
      if (asked !== undefined && 'set' in asked && asked.set.negotiate !== undefined)
        features = negotiatedFeatures(asked.set.negotiate);
      if (answer.end.kind === 'unsupported') return { kind: 'unsupported', reason: 'the program answered UNSUPPORTED' };
      if (answer.end.kind !== 'done') return { kind: 'error', message: `the program answered ${describe(answer)}` };
      for (const indicated of answer.indications) {
        const { capabilities } = this;
        const observed = observedIndication(indicated, {
          step,
          reported: this.#reported,
          capabilities,
          features,
          like,
        });
        if (typeof observed === 'string') return { kind: 'error', message: `IND has ${observed}` };
        indications.push(observed);
      }
    }
    let statistics: Statistics | undefined;
    if (stats !== undefined && stats.end.kind === 'stats') statistics = stats.end.statistics;
    else if (stats !== undefined && stats.end.kind !== 'unsupported') {
      return { kind: 'error', message: `STATS was answered ${describe(stats)}` };
    }
    if (reset.indications.length + (stats?.indications.length ?? 0) > 0) {
      return { kind: 'error', message: 'frames were indicated in answer to RESET or STATS' };
    }
    return { kind: 'indications', indications, statistics };
  }

  async #restartIfSpent(): Promise<void> {
    if (!this.#isSpent) return;
    await this.#conversation.close();
    for (let attempt = 0; attempt <= this.#budget.most && !this.#isClosed; attempt++) {
      this.#conversation = conversationWith(this.#options);
      try {
        await greet(this.#conversation);
        this.#isSpent = false;
        return;
      } catch {
        await this.#conversation.close();
      }
    }
    this.#budget.giveUp('the program does not start any more');
  }
}

function describe({ end }: Answer): string {
  return end.kind === 'err' ? `ERR ${end.text}` : end.kind;
}

function conversationWith({ command, timeoutMs = 5000, folder }: ProgramOptions): Conversation {
  return new Conversation(command, timeoutMs, folder);
}

async function greet(conversation: Conversation): Promise<Hello> {
  const line = conversation.askRaw(GREETING);
  conversation.flush();
  const hello = parseHello(await line);
  if (typeof hello === 'string') throw new ConversationError(hello);
  return hello;
}

/** A program that answers an unknown command as if it knew it would do so with others, too. */
async function probeHonesty(conversation: Conversation): Promise<void> {
  const probe = conversation.ask('PROBE-FOR-AN-UNKNOWN-COMMAND');
  conversation.flush();
  const { end } = await probe;
  if (end.kind === 'done' || end.kind === 'stats')
    throw new ConversationError('it answers a command that does not exist as if it knew it; UNSUPPORTED is due');
}

async function calibrate(conversation: Conversation, capabilities: Capabilities): Promise<ReadonlySet<OobKey>> {
  const { metadata, uro, link, boundary, interval } = capabilities;
  if (metadata === 'on') return new Set(OOB_KEYS.filter((key) => uro || OOB_TABLE[key].isUro !== true));
  if (metadata === 'off') return new Set();
  if (metadata !== undefined) return new Set(metadata);
  const answers = [conversation.ask('RESET')];
  if (uro) answers.push(conversation.ask(renderStep({ set: { uro } })));
  for (const frame of calibrationFrames(capabilities))
    conversation.send(renderStep({ rx: link ? frame : withoutLinkHeader(frame) }));
  answers.push(conversation.ask(renderStep({ dpc: true })));
  if (boundary === 'timer') answers.push(conversation.ask(renderStep({ wait: interval })));
  conversation.flush();
  const seen = new Set<OobKey>();
  for (const { indications } of await Promise.all(answers)) {
    for (const { keys } of indications) for (const key of OOB_KEYS) if (keys.has(key)) seen.add(key);
  }
  return seen;
}

/** What to do about a program that never got as far as a vector. A shell's exit status says what it could not start. */
function startHint(message: string): string {
  if (message.includes('status 127')) return 'is the path right? It is relative to the working directory';
  if (message.includes('status 126')) return 'is it a program, and executable?';
  return 'docs/write-an-adapter.md shows step by step what a program answers';
}

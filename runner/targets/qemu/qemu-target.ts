/** QEMU's own virtio-net RSC, without a guest: this process is the driver, over the qtest protocol. */

import { UsageError } from '../../base/errors.ts';
import { type Capabilities, DEFAULT_CAPABILITIES } from '../../capabilities/capabilities.ts';
import { overridden } from '../../capabilities/overridden.ts';
import type { ObservedIndication } from '../../judge/types.ts';
import { outOfBandOf } from '../../rsc-line/virtio-oob.ts';
import { inPath } from '../command-files.ts';
import { RestartBudget } from '../restart-budget.ts';
import type { Target, TargetAnswer, TargetVector } from '../target.ts';
import { Driver } from './driver.ts';
import { Exchange, MachineError, type SectionResult, VoidResult } from './exchange.ts';
import { Machine } from './machine.ts';
import { resetFrames } from './marker-frames.ts';
import type { ReceivedFrame } from './network-device.ts';
import { readQemuVersion } from './qemu-version.ts';
import { QtestError } from './qtest.ts';
import { demandRights } from './rights.ts';
import { type Script, scriptOf } from './script.ts';
import { DEFAULT_SETTINGS, type QemuSettings } from './settings.ts';

/** Added to the interval, after which a timer that is due has certainly run. */
const SLACK_MS = 1;
/** How often a vector is played at most, if frames were lost or the device's timer may have run. */
const REPEATS = 5;
const TOO_SLOW = 'this machine is too slow: the timer of the device may have run while frames were sent';
const HINT = 'rsc-conformance doctor lists what the target qemu needs';

export interface QemuTargetOptions {
  readonly settings?: Partial<QemuSettings>;
  /** Overrides the target's own capabilities. */
  readonly overrides?: Partial<Capabilities>;
  readonly budget?: RestartBudget;
}

export class QemuTarget implements Target {
  readonly name: string;
  readonly version: string;
  readonly capabilities: Capabilities;
  readonly programs: readonly string[];
  readonly #settings: QemuSettings;
  #machine: Machine;
  #exchange: Exchange;
  #driver: Driver;
  readonly #budget: RestartBudget;
  #restarting: Promise<void> = Promise.resolve();
  #isClosed = false;

  private constructor(
    settings: QemuSettings,
    version: string,
    begun: Begun,
    capabilities: Capabilities,
    budget: RestartBudget,
  ) {
    this.#budget = budget;
    this.name = nameOf(settings);
    this.version = version;
    this.programs = settings.path.includes('/') ? [settings.path] : inPath(settings.path);
    this.#settings = settings;
    this.#machine = begun.machine;
    this.#driver = begun.driver;
    this.#exchange = new Exchange(begun.machine, settings.timeoutMs);
    this.capabilities = capabilities;
  }

  /** Starts QEMU and brings its device up. Throws UsageError if this machine cannot. */
  static async start({
    settings = {},
    overrides = {},
    budget = new RestartBudget(),
  }: QemuTargetOptions = {}): Promise<QemuTarget> {
    const all = { ...DEFAULT_SETTINGS, ...settings };
    const capabilities = overridden(capabilitiesOf(all), overrides, { name: nameOf(all) });
    demandRights(process.platform, process.getuid?.());
    const version = await readQemuVersion(all.path);
    try {
      return new QemuTarget(all, version, await startMachine(all), capabilities, budget);
    } catch (error) {
      if (error instanceof QtestError) throw new UsageError(`${all.path} cannot be tested: ${error.message}`, HINT);
      throw error;
    }
  }

  async *run(vectors: readonly TargetVector[]): AsyncIterable<TargetAnswer> {
    const scripts = vectors.map(({ id, steps }): Named => ({ id, script: scriptOf(steps) }));
    let at = 0;
    while (at < scripts.length) {
      const plain = this.#settings.clock === 'wall' ? [] : this.#plainFrom(scripts, at);
      if (plain.length === 0) {
        yield await this.#answer(scripts[at++] as Named);
        continue;
      }
      let answered = 0;
      try {
        for await (const answer of this.#stream(plain)) {
          this.#budget.answered((plain[answered] as Named).id, answer);
          yield answer;
          answered++;
        }
      } catch (error) {
        const rest = plain.slice(answered);
        if (error instanceof VoidResult) {
          await this.#restart();
          for (const script of rest) yield await this.#answer(script);
        } else if (error instanceof MachineError) yield* await this.#blame(rest, error.message);
        else throw error;
        answered = plain.length;
      }
      at += answered;
    }
  }

  /** The vectors from here on that are sent together. */
  #plainFrom(scripts: readonly Named[], at: number): NamedScript[] {
    const plain: NamedScript[] = [];
    for (const { id, script } of scripts.slice(at)) {
      if (typeof script === 'string' || !script.isPlain || this.#budget.refusal(id) !== undefined) break;
      plain.push({ id, script });
    }
    return plain;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#budget.giveUp('the target was closed');
    await this.#machine.close();
    await this.#restarting;
  }

  /** State of the QEMU that runs now. */
  get pid(): number {
    return this.#machine.pid;
  }

  /** QEMU died while these were under way. Played one at a time, they show which one kills it. */
  async #blame(scripts: readonly NamedScript[], obituary: string): Promise<TargetAnswer[]> {
    await this.#restart();
    const answers: TargetAnswer[] = [];
    for (const script of scripts) answers.push(await this.#answer(script));
    if (answers.some(({ kind }) => kind === 'error')) return answers;
    const message = `${obituary} (${scripts.length} vectors were under way; one at a time, none of them does it again)`;
    return [{ kind: 'error', message }, ...answers.slice(1)];
  }

  /** One vector by itself; never rejects because of QEMU. */
  async #answer({ id, script }: Named): Promise<TargetAnswer> {
    if (typeof script === 'string') return { kind: 'unsupported', reason: script };
    const refusal = this.#budget.refusal(id);
    if (refusal !== undefined) return refusal;
    const answer = await this.#played(script);
    this.#budget.answered(id, answer);
    return answer;
  }

  async #played(script: Script): Promise<TargetAnswer> {
    try {
      return await this.#repeat(script);
    } catch (error) {
      if (!(error instanceof MachineError || error instanceof QtestError)) throw error;
      const message = error instanceof QtestError ? await this.#machine.end() : error.message;
      await this.#restart();
      return { kind: 'error', message, ended: true };
    }
  }

  async #repeat(script: Script): Promise<TargetAnswer> {
    let message = '';
    for (let attempt = 0; attempt < REPEATS; attempt++) {
      try {
        return { kind: 'indications', indications: await this.#play(script), statistics: undefined };
      } catch (error) {
        if (!(error instanceof VoidResult)) throw error;
        message = error.message;
        await this.#restart();
      }
    }
    return { kind: 'error', message: `${message}, ${REPEATS} times` };
  }

  /** Vectors without any action between their frames, all under way at once. */
  async *#stream(named: readonly NamedScript[]): AsyncIterable<TargetAnswer> {
    const scripts = named.map(({ script }) => script);
    const sections = scripts.flatMap((script) => sentOf(script));
    const partial = new Set(scripts.flatMap((script) => [...script.partial]));
    const results = this.#exchange.run(sections, partial);
    for (const script of scripts) {
      const indications: ObservedIndication[] = [];
      let isLate = false;
      for (const { step } of script.sections) {
        const next = await results.next();
        if (next.done === true) throw new MachineError('QEMU answered fewer sections than it was sent');
        isLate ||= this.#isLate(next.value);
        indications.push(...this.#indications(step, next.value.frames));
      }
      // The timer may have run: the results from here on prove nothing.
      if (isLate) throw new VoidResult(TOO_SLOW);
      yield { kind: 'indications', indications, statistics: undefined };
    }
  }

  /** Step by step. Rejects with VoidResult if it took too long to prove anything. */
  async #play(script: Script): Promise<ObservedIndication[]> {
    const indications: ObservedIndication[] = [];
    let isLate = false;
    for (const { frames, step, endsDpc, setting } of script.sections) {
      const pauses = this.#settings.clock === 'wall' ? script.pauses : undefined;
      const result = await this.#exchange.only(frames, script.partial, pauses);
      isLate ||= this.#isLate(result);
      indications.push(...this.#indications(step, result.frames));
      if (endsDpc) indications.push(...this.#indications(step, await this.#drain(script.frames)));
      if (setting === undefined) continue;
      await this.#driver.apply(setting);
      indications.push(...this.#indications(step, (await this.#exchange.only([])).frames));
    }
    // Frames from before a reset that the device still holds would come out among another vector's frames.
    if (await this.#driver.restore()) {
      const last = script.sections.at(-1)?.step ?? 0;
      indications.push(...this.#indications(last, await this.#drain(script.frames)));
    }
    if (isLate) throw new VoidResult(TOO_SLOW);
    return indications;
  }

  /** Lets the device's timer flush: a reset frame does so only while RSC is on, the timer always. */
  async #drain(frames: readonly Uint8Array[]): Promise<readonly ReceivedFrame[]> {
    if (this.#settings.clock === 'wall') return (await this.#timer()).frames;
    return this.#driver.withRscOn(async () => (await this.#exchange.only(resetFrames(frames))).frames);
  }

  /** Waits until the device's timer has run. */
  async #timer(): Promise<SectionResult> {
    const due = performance.now() + this.#settings.intervalNs / 1e6 + SLACK_MS;
    // Timers may fire early: they count from the start of this round of the event loop.
    for (let left = due; left > 0; left = due - performance.now()) {
      await new Promise((resolve) => setTimeout(resolve, Math.max(1, due - performance.now())));
    }
    await this.#machine.qtest.settle();
    return this.#exchange.only([]);
  }

  #isLate({ ms }: SectionResult): boolean {
    return this.#settings.clock === 'flush' && ms * 1e6 > this.#settings.intervalNs;
  }

  #indications(step: number, frames: readonly ReceivedFrame[]): ObservedIndication[] {
    const features = this.#driver.headerFeatures;
    const rscExt = features.includes('RSC_EXT');
    return frames.map(({ header, frame, fills }) => ({
      step,
      frame,
      oob: outOfBandOf(header, rscExt),
      virtio: { header, features, fills },
    }));
  }

  #restart(): Promise<void> {
    this.#restarting = this.#startAnother();
    return this.#restarting;
  }

  async #startAnother(): Promise<void> {
    await this.#machine.close();
    for (let attempt = 0; attempt <= this.#budget.most && !this.#isClosed; attempt++) {
      try {
        const begun = await startMachine(this.#settings);
        this.#machine = begun.machine;
        this.#driver = begun.driver;
        this.#exchange = new Exchange(this.#machine, this.#settings.timeoutMs);
        // Closed in the meantime: nothing else refers to this one.
        if (this.#isClosed) await this.#machine.close();
        return;
      } catch (error) {
        if (!(error instanceof QtestError || error instanceof UsageError)) throw error;
      }
    }
    this.#budget.giveUp('QEMU does not start any more');
  }
}

/** A vector's script, or why it has none. */
interface Named {
  readonly id: string;
  readonly script: Script | string;
}

interface NamedScript extends Named {
  readonly script: Script;
}

interface Begun {
  readonly machine: Machine;
  readonly driver: Driver;
}

const nameOf = ({ path }: QemuSettings): string => `qemu:${path}`;

async function startMachine(settings: QemuSettings): Promise<Begun> {
  const machine = await Machine.start(settings);
  const driver = new Driver(machine.device, settings.mergeable ? ['MRG_RXBUF'] : []);
  try {
    await driver.bringUp();
    return { machine, driver };
  } catch (error) {
    const message =
      error instanceof QtestError && machine.qtest.failure !== undefined ? await machine.end() : undefined;
    await machine.close();
    throw message === undefined ? error : new QtestError(message);
  }
}

/** QEMU's RSC has no timestamps, tags or counters. An SCU's checksums are stale, and gso_type shows that to the driver. */
function capabilitiesOf({ clock, intervalNs }: QemuSettings): Capabilities {
  return {
    ...DEFAULT_CAPABILITIES,
    timestamps: false,
    statistics: false,
    vlan: 'off',
    checksums: 'flagged',
    metadata: ['seg', 'dup', 'tcpcsum'],
    vnet: true,
    features: true,
    csum: true,
    ...(clock === 'wall' ? { boundary: 'timer', interval: Math.ceil(intervalNs / 1000) } : {}),
  };
}

/** The run of vectors from `at` on that can all be under way at once. */
/** The frames of each section of a script without pauses. */
function sentOf({ sections }: Script): (readonly Uint8Array[])[] {
  return sections.map(({ frames }) => [...frames, ...resetFrames(frames)]);
}

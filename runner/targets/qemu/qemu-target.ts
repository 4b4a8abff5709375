/** QEMU's own virtio-net RSC. No guest: we are the driver, over the qtest protocol. */

import { type Capabilities, DEFAULT_CAPABILITIES } from '../../capabilities.ts';
import { UsageError } from '../../errors.ts';
import type { ObservedIndication } from '../../judge/types.ts';
import type { Target, TargetAnswer, TargetVector } from '../target.ts';
import { exchange, MachineError, type SectionResult } from './exchange.ts';
import { type Feature, RSC_FEATURES } from './features.ts';
import { Machine } from './machine.ts';
import type { ReceivedFrame } from './network-device.ts';
import { outOfBandOf } from './out-of-band.ts';
import { readQemuVersion } from './qemu-version.ts';
import { QtestError } from './qtest.ts';
import { type Script, type Section, scriptOf, withResets } from './script.ts';
import { DEFAULT_SETTINGS, type QemuSettings } from './settings.ts';

const MAX_RESTARTS = 10;
/** Beyond the interval: a timer that is due has certainly run. */
const SLACK_MS = 1;
/** How often a vector is played again that took so long that the device's timer may have run. */
const REPEATS = 3;
const HINT = 'rsc-conformance doctor says what the target qemu needs';

export interface QemuTargetOptions {
  readonly settings?: Partial<QemuSettings>;
  /** What overrides the target's own. */
  readonly overrides?: Partial<Capabilities>;
}

interface Rsc {
  readonly rsc4: boolean;
  readonly rsc6: boolean;
}

const ON: Rsc = { rsc4: true, rsc6: true };

export class QemuTarget implements Target {
  readonly name: string;
  readonly version: string;
  readonly capabilities: Capabilities;
  readonly #settings: QemuSettings;
  #machine: Machine;
  #restarts = 0;
  /** Why QEMU is not started again. */
  #givenUp: string | undefined;

  private constructor(settings: QemuSettings, version: string, machine: Machine, overrides: Partial<Capabilities>) {
    this.name = `qemu:${settings.path}`;
    this.version = version;
    this.#settings = settings;
    this.#machine = machine;
    this.capabilities = { ...capabilitiesOf(settings), ...overrides };
  }

  /** Starts QEMU and brings its device up. Throws UsageError where that cannot be done here. */
  static async start({ settings = {}, overrides = {} }: QemuTargetOptions = {}): Promise<QemuTarget> {
    const all = { ...DEFAULT_SETTINGS, ...settings };
    if (process.platform !== 'linux') throw new UsageError('the target qemu runs on Linux only', HINT);
    if (process.getuid?.() !== 0) {
      throw new UsageError('the target qemu needs root, for macvtap devices in a network namespace of its own', HINT);
    }
    const version = await readQemuVersion(all.path);
    try {
      return new QemuTarget(all, version, await startMachine(all), overrides);
    } catch (error) {
      if (error instanceof QtestError) throw new UsageError(`${all.path} cannot be tested: ${error.message}`, HINT);
      throw error;
    }
  }

  async *run(vectors: readonly TargetVector[]): AsyncIterable<TargetAnswer> {
    const scripts = vectors.map(({ steps }) => scriptOf(steps));
    let at = 0;
    /** Once QEMU died while several vectors were under way, one at a time shows which of them it is. */
    let isCareful = this.#settings.clock === 'wall';
    while (at < scripts.length) {
      const plain = isCareful ? [] : plainFrom(scripts, at);
      if (plain.length === 0) {
        yield await this.#answer(scripts[at++] as Script | string);
        continue;
      }
      try {
        for await (const answer of this.#stream(plain)) {
          yield answer;
          at++;
        }
      } catch (error) {
        if (!(error instanceof MachineError)) throw error;
        isCareful = true;
        await this.#restart();
      }
    }
  }

  async close(): Promise<void> {
    await this.#machine.close();
  }

  /** One vector by itself; never rejects because of QEMU. */
  async #answer(script: Script | string): Promise<TargetAnswer> {
    if (typeof script === 'string') return { kind: 'unsupported', reason: script };
    if (this.#givenUp !== undefined) return { kind: 'error', message: `not run: ${this.#givenUp}` };
    try {
      return await this.#repeat(script);
    } catch (error) {
      if (!(error instanceof MachineError || error instanceof QtestError)) throw error;
      const message = error instanceof QtestError ? await this.#machine.end() : error.message;
      await this.#restart();
      return { kind: 'error', message };
    }
  }

  async #repeat(script: Script): Promise<TargetAnswer> {
    for (let attempt = 0; attempt < REPEATS; attempt++) {
      const indications = await this.#play(script);
      if (indications !== undefined) return { kind: 'indications', indications, statistics: undefined };
    }
    return { kind: 'error', message: 'this machine is too slow: the timer of the device ran while frames were sent' };
  }

  /** Vectors without anything to do between their frames, all under way at once. */
  async *#stream(scripts: readonly Script[]): AsyncIterable<TargetAnswer> {
    const sections = scripts.flatMap((script) => sentOf(script));
    const results = exchange(this.#machine, sections, this.#settings.timeoutMs);
    for (const script of scripts) {
      const indications: ObservedIndication[] = [];
      let isLate = false;
      for (const { step } of script.sections) {
        const next = await results.next();
        if (next.done === true) throw new MachineError('QEMU answered fewer sections than it was sent');
        isLate ||= this.#isLate(next.value);
        indications.push(...this.#indications(step, next.value.frames));
      }
      yield isLate
        ? { kind: 'error', message: 'this machine is too slow: the timer of the device ran while frames were sent' }
        : { kind: 'indications', indications, statistics: undefined };
    }
  }

  /** Step by step. Undefined: it took so long that it says nothing. */
  async #play(script: Script): Promise<ObservedIndication[] | undefined> {
    const indications: ObservedIndication[] = [];
    let rsc = ON;
    let isLate = false;
    const sent: Uint8Array[] = [];
    for (const section of script.sections) {
      const result = await this.#section(section, sent);
      isLate ||= this.#isLate(result);
      indications.push(...this.#indications(section.step, result.frames));
      sent.push(...section.frames);
      if (section.afterwards === undefined || !('set' in section.afterwards)) continue;
      rsc = { ...rsc, ...section.afterwards.set };
      await this.#switch(rsc);
      const after = await this.#exchangeOne([]);
      indications.push(...this.#indications(section.step, after.frames));
    }
    if (!script.isPlain) indications.push(...(await this.#leftovers(script)));
    return isLate ? undefined : indications;
  }

  async #section(section: Section, before: readonly Uint8Array[]): Promise<SectionResult> {
    if (this.#settings.clock === 'flush') return this.#exchangeOne(withResets(section, before));
    const now = await this.#exchangeOne(section.frames);
    if (!section.endsDpc) return now;
    const { frames } = await this.#timer();
    return { frames: [...now.frames, ...frames], ms: now.ms };
  }

  /** What the device still held behind a switch: it came after all. */
  async #leftovers(script: Script): Promise<ObservedIndication[]> {
    await this.#switch(ON);
    const last = { frames: [], endsDpc: true, step: script.end, afterwards: undefined };
    const { frames } = await this.#section(last, script.frames);
    return this.#indications(last.step, frames);
  }

  /** Waits until the device's timer has run. */
  async #timer(): Promise<SectionResult> {
    const due = performance.now() + this.#settings.intervalNs / 1e6 + SLACK_MS;
    // Timers here may fire early: they count from when this round of the event loop began.
    for (let left = due; left > 0; left = due - performance.now()) {
      await new Promise((resolve) => setTimeout(resolve, Math.max(1, due - performance.now())));
    }
    await this.#machine.qtest.settle();
    return this.#exchangeOne([]);
  }

  async #exchangeOne(frames: readonly Uint8Array[]): Promise<SectionResult> {
    let only: SectionResult | undefined;
    for await (const result of exchange(this.#machine, [frames], this.#settings.timeoutMs)) only = result;
    if (only === undefined) throw new MachineError('QEMU answered nothing');
    return only;
  }

  async #switch({ rsc4, rsc6 }: Rsc): Promise<void> {
    const offloads: Feature[] = ['GUEST_CSUM'];
    if (rsc4) offloads.push('GUEST_TSO4');
    if (rsc6) offloads.push('GUEST_TSO6');
    if (rsc4 || rsc6) offloads.push('RSC_EXT');
    if (!(await this.#machine.device.setOffloads(offloads))) {
      throw new MachineError(`the device refuses the offloads ${offloads.join(', ')}`);
    }
  }

  #isLate({ ms }: SectionResult): boolean {
    return this.#settings.clock === 'flush' && ms * 1e6 > this.#settings.intervalNs;
  }

  #indications(step: number, frames: readonly ReceivedFrame[]): ObservedIndication[] {
    const rscExt = this.#machine.device.has('RSC_EXT');
    return frames.map(({ header, frame }) => ({ step, frame, oob: outOfBandOf(header, rscExt) }));
  }

  async #restart(): Promise<void> {
    await this.#machine.close();
    while (this.#restarts < MAX_RESTARTS) {
      this.#restarts++;
      try {
        this.#machine = await startMachine(this.#settings);
        return;
      } catch (error) {
        if (!(error instanceof QtestError || error instanceof UsageError)) throw error;
      }
    }
    this.#givenUp = `QEMU was given up after ${MAX_RESTARTS} restarts`;
  }
}

async function startMachine(settings: QemuSettings): Promise<Machine> {
  const machine = await Machine.start(settings);
  try {
    await machine.device.bringUp(settings.mergeable ? [...RSC_FEATURES, 'MRG_RXBUF'] : RSC_FEATURES);
    return machine;
  } catch (error) {
    const message =
      error instanceof QtestError && machine.qtest.failure !== undefined ? await machine.end() : undefined;
    await machine.close();
    throw message === undefined ? error : new QtestError(message);
  }
}

/** RSC here knows no timestamps, no tags and no counters. An SCU's checksums are stale; gso_type tells the driver so. */
function capabilitiesOf({ clock, intervalNs }: QemuSettings): Capabilities {
  return {
    ...DEFAULT_CAPABILITIES,
    timestamps: false,
    statistics: false,
    vlan: 'off',
    checksums: 'flagged',
    metadata: ['seg', 'dup', 'tcpcsum'],
    ...(clock === 'wall' ? { boundary: 'timer', interval: Math.ceil(intervalNs / 1000) } : {}),
  };
}

/** The run of vectors from `at` on that can all be under way at once. */
function plainFrom(scripts: readonly (Script | string)[], at: number): Script[] {
  const plain: Script[] = [];
  for (const script of scripts.slice(at)) {
    if (typeof script === 'string' || !script.isPlain) break;
    plain.push(script);
  }
  return plain;
}

/** What is sent for each section of a script that needs no pause. */
function sentOf({ sections }: Script): (readonly Uint8Array[])[] {
  return sections.map((section) => withResets(section, []));
}

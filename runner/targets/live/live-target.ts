/** A device between two interfaces: frames go into one, and the host after the other receives them. */

import { UsageError } from '../../base/errors.ts';
import { type Capabilities, DEFAULT_CAPABILITIES } from '../../capabilities/capabilities.ts';
import { overridden } from '../../capabilities/overridden.ts';
import { RestartBudget } from '../restart-budget.ts';
import type { Target, TargetAnswer, TargetVector } from '../target.ts';
import { canaryBursts, canaryOutcome } from './canary.ts';
import { VECTOR_ADDRESSES } from './device.ts';
import { type LivePath, preparePath } from './live-path.ts';
import type { Opened, Played } from './messages.ts';
import type { LiveOptions } from './options.ts';
import { type Player, playVector } from './play-vector.ts';
import { readdress } from './readdress.ts';
import { Settings } from './settings.ts';
import { WireProcess } from './wire-process.ts';

const DEFAULT_PAUSE_MS = 20;

const OWN: Capabilities = {
  ...DEFAULT_CAPABILITIES,
  set: false,
  statistics: false,
  metadata: ['tcpcsum'],
  checksums: 'unknown',
  // A wire may drop a malformed frame, and so may the host.
  drops: 'malformed',
  // A late frame may have been late on the wire.
  boundary: 'none',
};

export class LiveTarget implements Target {
  readonly name = 'live';
  readonly version: string;
  readonly capabilities: Capabilities;
  readonly #path: LivePath;
  readonly #settings: Settings;
  readonly #options: LiveOptions;
  /** By IP version: why it cannot be judged. */
  readonly #cannot = new Map<4 | 6, string>();
  #wire: WireProcess;
  readonly #budget: RestartBudget;
  #ignored = 0;
  #merged = 0;

  private constructor(
    options: LiveOptions,
    path: LivePath,
    settings: Settings,
    wire: WireProcess,
    opened: Opened,
    capabilities: Capabilities,
    budget: RestartBudget,
  ) {
    this.#budget = budget;
    this.#options = options;
    this.#path = path;
    this.#settings = settings;
    this.#wire = wire;
    this.version = `${path.description} (${opened.capture})`;
    this.capabilities = capabilities;
  }

  /** Throws UsageError if the options or the machine do not fit. Changed settings are restored then. */
  static async start(
    options: LiveOptions,
    overrides: Partial<Capabilities>,
    budget: RestartBudget = new RestartBudget(),
  ): Promise<LiveTarget> {
    const capabilities = overridden(OWN, overrides, { name: 'live' });
    const settings = new Settings((line) => process.stderr.write(`rsc-conformance: ${line}\n`));
    try {
      const path = preparePath(options, settings);
      const { wire, opened } = await openWire(options, path);
      const target = new LiveTarget(options, path, settings, wire, opened, capabilities, budget);
      await target.#preflight().catch(async (error: unknown) => {
        await wire.close();
        throw error;
      });
      return target;
    } catch (error) {
      settings.undo();
      throw error;
    }
  }

  async *run(vectors: readonly TargetVector[]): AsyncIterable<TargetAnswer> {
    for (const vector of vectors) {
      const reason = this.#whyNot(vector);
      if (reason !== undefined) {
        yield { kind: 'unsupported', reason };
        continue;
      }
      const refusal = this.#budget.refusal(vector.id);
      if (refusal !== undefined) {
        yield refusal;
        continue;
      }
      if (!this.#wire.isAlive) this.#wire = (await openWire(this.#options, this.#path)).wire;
      const played = await playVector(vector, this.#player());
      const answer: TargetAnswer = played.kind === 'error' && !this.#wire.isAlive ? { ...played, ended: true } : played;
      if (answer.kind === 'indications') this.#count(vector, answer);
      this.#budget.answered(vector.id, answer);
      yield answer;
    }
  }

  async close(): Promise<void> {
    try {
      await this.#wire.close();
      const contradiction = this.#path.checkCounters?.(this.#merged);
      if (contradiction !== undefined) process.stderr.write(`rsc-conformance: ${contradiction}\n`);
    } finally {
      this.#settings.undo();
    }
    if (this.#ignored > 0) process.stderr.write(`rsc-conformance: ${this.#ignored} frames of others were ignored\n`);
  }

  #player(): Player {
    const { addresses, mtu } = this.#path;
    return {
      play: (request) => this.#wire.ask<Played>({ do: 'play', ...request }),
      pauseMs: this.#options.dpcPauseMs ?? DEFAULT_PAUSE_MS,
      capabilities: this.capabilities,
      mtu,
      readdress: (frame) => readdress(frame, VECTOR_ADDRESSES, addresses),
      restore: (frame) => readdress(frame, addresses, VECTOR_ADDRESSES),
      ignored: (count) => {
        this.#ignored += count;
      },
    };
  }

  #count({ steps }: TargetVector, { indications }: { readonly indications: readonly unknown[] }): void {
    if (indications.length < steps.filter((step) => 'rx' in step).length) this.#merged++;
  }

  #whyNot({ steps }: TargetVector): string | undefined {
    if (this.#cannot.size === 0) return undefined;
    const frames = steps.flatMap((step) => ('rx' in step ? [step.rx] : []));
    const version = frames.some((frame) => frame[12] === 0x86 && frame[13] === 0xdd) ? 6 : 4;
    return this.#cannot.get(version);
  }

  /** If nothing ever merges on a path, there is nothing to judge. */
  async #preflight(): Promise<void> {
    const player = this.#player();
    const outcomes = new Map<4 | 6, 'nothing' | 'alone' | 'merged'>();
    for (const version of [4, 6] as const) {
      const bursts = canaryBursts(version).map((frames) => frames.map((frame) => player.readdress(frame)));
      const { captured } = await player.play({ bursts, pauseMs: player.pauseMs, drops: this.capabilities.drops });
      outcomes.set(version, canaryOutcome(captured.flat().map(({ frame }) => frame)));
    }
    if ([...outcomes.values()].every((outcome) => outcome === 'nothing')) {
      throw new UsageError(
        `nothing that ${this.#path.sender} sends arrives at ${this.#path.observed}`,
        'check that they are connected, --dut-mac is right and --dpc-pause is long enough',
      );
    }
    for (const [version, outcome] of outcomes) {
      if (outcome === 'nothing') this.#cannot.set(version, `no IPv${version} arrives at ${this.#path.observed}`);
      if (outcome === 'alone') this.#cannot.set(version, this.#path.whyAlone(version));
    }
  }
}

async function openWire(options: LiveOptions, path: LivePath): Promise<{ wire: WireProcess; opened: Opened }> {
  const wire = new WireProcess(false);
  try {
    const opened = await wire.ask<Opened>({
      do: 'open',
      observe: path.devices.observed,
      inject:
        options.injectCommand === undefined ? { interface: path.devices.sender } : { command: options.injectCommand },
      capture: options.capture,
      promiscuous: true,
      windowUs: undefined,
    });
    return { wire, opened };
  } catch (error) {
    await wire.close();
    if (error instanceof UsageError || !(error instanceof Error)) throw error;
    throw new UsageError(`live cannot start: ${error.message}`, 'rsc-conformance doctor lists what is missing');
  }
}

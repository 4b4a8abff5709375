/** Linux's generic receive offload, on its own pair of virtual interfaces. It does not claim to be RSC. */

import { release } from 'node:os';
import { UsageError } from '../../base/errors.ts';
import { type Capabilities, DEFAULT_CAPABILITIES } from '../../capabilities/capabilities.ts';
import { overridden } from '../../capabilities/overridden.ts';
import type { Benched, Opened, Played } from '../live/messages.ts';
import { type Player, playVector } from '../live/play-vector.ts';
import { requireRights } from '../live/privilege.ts';
import type { UdpGro } from '../live/udp-gro.ts';
import { INJECT_END, MTU, OBSERVE_END } from '../live/veth-bench.ts';
import { MOST_FRAMES } from '../live/window.ts';
import type { BackEnd } from '../live/wire.ts';
import { WireProcess } from '../live/wire-process.ts';
import type { Target, TargetAnswer, TargetVector } from '../target.ts';

/** Microseconds. Shorter windows are faster, and more bursts do not fit them. */
const WINDOW_US = 1000;
/** Vectors sent ahead, so that the wire need not wait for the judge. */
const AHEAD = 8;

export interface LinuxGroOptions {
  readonly capture: BackEnd | undefined;
  /** Microseconds in which a burst must be sent; undefined: 1000. */
  readonly windowUs: number | undefined;
  /** How plain UDP is merged; undefined: forwarding. */
  readonly udpGro: UdpGro | undefined;
  readonly overrides: Partial<Capabilities>;
}

const OWN: Capabilities = {
  ...DEFAULT_CAPABILITIES,
  set: false,
  statistics: false,
  uro: true,
  metadata: ['tcpcsum', 'urosize'],
  burst: MOST_FRAMES,
  // The kernel drops a frame that ends inside its VLAN tag before any packet socket sees it.
  drops: 'malformed',
};

export class LinuxGroTarget implements Target {
  readonly name = 'linux-gro';
  readonly version: string;
  readonly capabilities: Capabilities;
  readonly #options: LinuxGroOptions;
  #wire: WireProcess;

  private constructor(options: LinuxGroOptions, wire: WireProcess, capture: BackEnd, capabilities: Capabilities) {
    this.#options = options;
    this.#wire = wire;
    this.version = `Linux ${release()} (${capture})`;
    this.capabilities = capabilities;
  }

  /** Throws UsageError if this machine cannot run it. */
  static async start(options: LinuxGroOptions): Promise<LinuxGroTarget> {
    const own: Capabilities = {
      ...OWN,
      // A list keeps each header with its payload: the first checksum stays, and the host does not read it.
      ...(options.udpGro === 'list' ? { checksums: 'unknown' as const } : {}),
    };
    const claimed = overridden(own, options.overrides, { name: 'linux-gro' });
    if (process.platform !== 'linux') throw new UsageError('linux-gro needs Linux', 'run it on a Linux machine');
    requireRights('linux-gro', ['CAP_NET_ADMIN', 'CAP_NET_RAW', 'CAP_SYS_ADMIN']);
    const { wire, capture, canUro } = await openBench(options);
    const capabilities = canUro ? claimed : { ...claimed, uro: false, metadata: ['tcpcsum'] as const };
    return new LinuxGroTarget(options, wire, capture, capabilities);
  }

  async *run(vectors: readonly TargetVector[]): AsyncIterable<TargetAnswer> {
    const asked: Promise<TargetAnswer>[] = [];
    let next = 0;
    for (let done = 0; done < vectors.length; done++) {
      if (!this.#wire.isAlive) {
        await Promise.allSettled(asked);
        this.#wire = (await openBench(this.#options)).wire;
      }
      while (next < vectors.length && next < done + AHEAD) asked.push(this.#play(vectors[next++] as TargetVector));
      yield await (asked.shift() as Promise<TargetAnswer>);
    }
  }

  async close(): Promise<void> {
    await this.#wire.close();
  }

  #play(vector: TargetVector): Promise<TargetAnswer> {
    const wire = this.#wire;
    const player: Player = {
      play: (request) => wire.ask<Played>({ do: 'play', ...request }),
      pauseMs: 0,
      capabilities: this.capabilities,
      mtu: MTU,
      readdress: (frame) => frame,
      restore: (frame) => frame,
      ignored: () => {},
    };
    const answer = playVector(vector, player);
    answer.catch(() => {});
    return answer;
  }
}

async function openBench({
  capture,
  windowUs = WINDOW_US,
  udpGro = 'forwarding',
}: LinuxGroOptions): Promise<{ wire: WireProcess; capture: BackEnd; canUro: boolean }> {
  const wire = new WireProcess(true);
  try {
    const { canUro } = await wire.ask<Benched>({ do: 'bench', windowUs, udp: udpGro });
    const opened = await wire.ask<Opened>({
      do: 'open',
      observe: OBSERVE_END,
      inject: { interface: INJECT_END },
      capture,
      promiscuous: false,
      windowUs,
    });
    return { wire, capture: opened.capture, canUro: canUro && opened.showsUro };
  } catch (error) {
    await wire.close();
    if (error instanceof UsageError || !(error instanceof Error)) throw error;
    throw new UsageError(`linux-gro cannot start: ${error.message}`, 'rsc-conformance doctor lists what is missing');
  }
}

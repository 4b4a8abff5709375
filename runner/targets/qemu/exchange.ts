/**
 * Sends sections of frames and collects what comes out for each. Sections follow each other without a pause: a fence
 * after each shows when the device is through with it, since the device takes frames strictly in order.
 */

import type { Machine } from './machine.ts';
import { fenceFrame, readMarker } from './marker-frames.ts';
import { MOST_UNDER_WAY, type NetworkDevice, type ReceivedFrame } from './network-device.ts';

/** QEMU is gone, or gives no sign of life. */
export class MachineError extends Error {
  override readonly name = 'MachineError';
}

/** Not QEMU's doing: the kernel dropped frames before QEMU had them, or time ran out. What came out proves nothing. */
export class VoidResult extends Error {
  override readonly name = 'VoidResult';
}

export interface SectionResult {
  readonly frames: readonly ReceivedFrame[];
  /** From its first frame's departure to its fence's arrival, by the clock that went further. */
  readonly ms: number;
}

const NONE: ReadonlySet<Uint8Array> = new Set();
const NO_PAUSES: ReadonlyMap<Uint8Array, number> = new Map();
/** So many buffers at most between two fences. */
const STRETCH = 64;
/** After so long without a frame, one of ours may have been dropped. */
const QUIET_MS = 50;
/** Between two looks. If it was more, this process stood still, and QEMU perhaps with it: that is not silence. */
const MOST_AWAKE_MS = 50;

/** Both clocks: the device's timer follows the wall clock, which may be set. */
interface Moment {
  readonly steady: number;
  readonly wall: number;
}

const now = (): Moment => ({ steady: performance.now(), wall: Date.now() });
const msSince = ({ steady, wall }: Moment): number => Math.max(performance.now() - steady, Date.now() - wall);

interface Fence {
  readonly number: number;
  /** It ends a section; others only show that there is room. */
  readonly ends: boolean;
  /** Nothing is sent until it is back. */
  readonly holds: boolean;
  /** Buffers that all since the last fence can fill: what comes out merged needs no more than its parts would. */
  readonly weight: number;
}

interface Outgoing {
  readonly frame: Uint8Array;
  /** Its TCP checksum was left to offload. */
  readonly isPartial: boolean;
  /** Milliseconds that pass between the frame before it and this. */
  readonly pauseMs: number;
  readonly weight: number;
  readonly begins: boolean;
  readonly fence?: Fence;
}

let fences = 0;

export class Exchange {
  readonly #machine: Machine;
  readonly #timeoutMs: number;
  /** What came out after the last fence: the device's timer may have run by then. It belongs to the next section. */
  #received: ReceivedFrame[] = [];
  #expected: Fence[] = [];
  #begun: Moment[] = [];
  #held: number | undefined;
  #underWay = 0;
  /** When the last frame went out. */
  #sentAt = 0;
  /** Since the last frame, as far as we were awake. */
  #quietMs = 0;
  #lastLook = 0;
  readonly #lostBefore: number;

  constructor(machine: Machine, timeoutMs: number) {
    this.#machine = machine;
    this.#lostBefore = machine.wire.lost;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * One result a section, in order. `partial`: those of the frames that are marked so; `pauses`: microseconds before a frame,
   * spent spinning, since no timer here is so fine. Rejects with MachineError or VoidResult; nothing can be exchanged with the machine after that.
   */
  async *run(
    sections: readonly (readonly Uint8Array[])[],
    partial: ReadonlySet<Uint8Array> = NONE,
    pauses: ReadonlyMap<Uint8Array, number> = NO_PAUSES,
  ): AsyncGenerator<SectionResult, void> {
    const outgoing = sections.flatMap((frames) => outgoingOf(frames, partial, pauses, this.#machine.device));
    this.#expected = outgoing.flatMap(({ fence }) => (fence === undefined ? [] : [fence]));
    this.#hasProgress();
    let sent = this.#send(outgoing, 0);
    while (this.#expected.length > 0) {
      const results = this.#receive();
      // More goes out before the results are looked at: QEMU works meanwhile.
      sent = this.#send(outgoing, sent);
      if (results.length > 0) {
        // What was dropped was dropped before its fence came back.
        this.#checkWire();
        yield* results;
        continue;
      }
      await this.#checkLife();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async only(
    frames: readonly Uint8Array[],
    partial: ReadonlySet<Uint8Array> = NONE,
    pauses: ReadonlyMap<Uint8Array, number> = NO_PAUSES,
  ): Promise<SectionResult> {
    let only: SectionResult | undefined;
    for await (const result of this.run([frames], partial, pauses)) only = result;
    if (only === undefined) throw new MachineError('QEMU answered nothing');
    return only;
  }

  /** Sends from number `sent` on what there is room for; returns how far it came. */
  #send(outgoing: readonly Outgoing[], sent: number): number {
    let next = sent;
    while (next < outgoing.length && this.#held === undefined && this.#underWay < MOST_UNDER_WAY) {
      const { frame, isPartial, pauseMs, weight, begins, fence } = outgoing[next] as Outgoing;
      while (pauseMs > 0 && performance.now() < this.#sentAt + pauseMs);
      if (!this.#machine.wire.send(frame, isPartial)) break;
      this.#sentAt = performance.now();
      this.#hasProgress();
      if (begins) this.#begun.push(now());
      if (fence?.holds === true) this.#held = fence.number;
      this.#underWay += weight;
      next++;
    }
    return next;
  }

  #receive(): SectionResult[] {
    const results: SectionResult[] = [];
    for (const received of this.#machine.device.takeFrames()) {
      this.#hasProgress();
      const marker = readMarker(received.frame);
      if (marker === undefined) this.#received.push(received);
      if (marker === undefined || marker === 'reset') continue;
      const fence = this.#expected.shift();
      if (fence?.number !== marker.fence) {
        this.#checkWire();
        throw new MachineError(`fence ${marker.fence} came out of turn`);
      }
      this.#underWay -= fence.weight;
      if (this.#held === fence.number) this.#held = undefined;
      if (!fence.ends) continue;
      results.push({ frames: this.#received, ms: msSince(this.#begun.shift() ?? now()) });
      this.#received = [];
    }
    return results;
  }

  #hasProgress(): void {
    this.#quietMs = 0;
    this.#lastLook = performance.now();
  }

  #checkWire(): void {
    const lost = this.#machine.wire.lost - this.#lostBefore;
    if (lost > 0) throw new VoidResult(`the kernel dropped ${lost} frames on their way to QEMU`);
  }

  async #checkLife(): Promise<void> {
    const machine = this.#machine;
    if (machine.obituary !== undefined || machine.qtest.failure !== undefined) {
      throw new MachineError(await machine.end());
    }
    const look = performance.now();
    this.#quietMs += Math.min(look - this.#lastLook, MOST_AWAKE_MS);
    this.#lastLook = look;
    if (this.#quietMs > QUIET_MS) this.#checkWire();
    if (this.#quietMs > this.#timeoutMs) {
      throw new MachineError(`QEMU has not taken a frame for ${this.#timeoutMs / 1000} s`);
    }
  }
}

function outgoingOf(
  frames: readonly Uint8Array[],
  partial: ReadonlySet<Uint8Array>,
  pauses: ReadonlyMap<Uint8Array, number>,
  device: NetworkDevice,
): Outgoing[] {
  const outgoing: Outgoing[] = [];
  let since = 0;
  const push = (frame: Uint8Array, ends?: boolean, holds = false): void => {
    const weight = device.buffersFor(frame.length);
    since += weight;
    const pauseMs = (pauses.get(frame) ?? 0) / 1000;
    const sent = { frame, isPartial: partial.has(frame), pauseMs, weight, begins: outgoing.length === 0 };
    if (ends === undefined) outgoing.push(sent);
    else outgoing.push({ ...sent, fence: { number: fences, ends, holds, weight: since } });
  };
  const fence = (ends: boolean, toGroup: boolean): void => {
    fences = (fences + 1) >>> 0;
    push(fenceFrame(fences, toGroup), ends, toGroup);
    since = 0;
  };
  for (const frame of frames) {
    push(frame);
    // A frame to a group is delivered later than others: what follows it has to wait.
    if (((frame[0] ?? 0) & 1) === 1) fence(false, true);
    else if (since >= STRETCH) fence(false, false);
  }
  fence(true, false);
  return outgoing;
}

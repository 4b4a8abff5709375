/**
 * Sends sections of frames and collects the output of each. Sections follow each other without a pause. A fence after each
 * shows when the device has finished it, because the device takes frames strictly in order.
 */

import type { Machine } from './machine.ts';
import { fenceFrame, readMarker } from './marker-frames.ts';
import { MOST_UNDER_WAY, type NetworkDevice, type ReceivedFrame } from './network-device.ts';

/** QEMU ended, or does not respond. */
export class MachineError extends Error {
  override readonly name = 'MachineError';
}

/** Not the fault of QEMU: the kernel dropped frames before QEMU had them, or time ran out. The output proves nothing. */
export class VoidResult extends Error {
  override readonly name = 'VoidResult';
}

export interface SectionResult {
  readonly frames: readonly ReceivedFrame[];
  /** From the departure of its first frame to the arrival of its fence, by the clock that advanced more. */
  readonly ms: number;
}

const NONE: ReadonlySet<Uint8Array> = new Set();
const NO_PAUSES: ReadonlyMap<Uint8Array, number> = new Map();
/** Maximum number of buffers between two fences. */
const STRETCH = 64;
/** After this time without a frame, a sent one may have been dropped. */
const QUIET_MS = 50;
/** The longest gap between two checks. If it was longer, this process was suspended, and perhaps QEMU, too: not silence. */
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
  /** It ends a section; other fences only show that there is room. */
  readonly ends: boolean;
  /** No frame is sent until it is back. */
  readonly holds: boolean;
  /** Buffers that all frames since the last fence can fill. A merged frame needs no more than its parts. */
  readonly weight: number;
}

interface Outgoing {
  readonly frame: Uint8Array;
  /** Its TCP checksum was left to offload. */
  readonly isPartial: boolean;
  /** Milliseconds between the previous frame and this one. */
  readonly pauseMs: number;
  readonly weight: number;
  readonly begins: boolean;
  readonly fence?: Fence;
}

let fences = 0;

export class Exchange {
  readonly #machine: Machine;
  readonly #timeoutMs: number;
  /** Frames after the last fence, which belong to the next section: the device's timer may have run by then. */
  #received: ReceivedFrame[] = [];
  #expected: Fence[] = [];
  #begun: Moment[] = [];
  #held: number | undefined;
  #underWay = 0;
  /** When the last frame went out. */
  #sentAt = 0;
  /** The time since the last frame, without the time that this process was suspended. */
  #quietMs = 0;
  #lastLook = 0;
  readonly #lostBefore: number;

  constructor(machine: Machine, timeoutMs: number) {
    this.#machine = machine;
    this.#lostBefore = machine.wire.lost;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * One result for each section, in order. `partial`: the frames with that mark. `pauses`: microseconds before a frame, spent
   * spinning, because no timer is so fine. Rejects with MachineError or VoidResult; after that, the machine is of no more use.
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
      // Sends more before it reads the results: QEMU works in that time.
      sent = this.#send(outgoing, sent);
      if (results.length > 0) {
        // Dropped frames were dropped before their fence came back.
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

  /** Sends frames from number `sent` while there is room; returns the next number. */
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
    // A frame to a group is delivered later than others, so the frames after it must wait.
    if (((frame[0] ?? 0) & 1) === 1) fence(false, true);
    else if (since >= STRETCH) fence(false, false);
  }
  fence(true, false);
  return outgoing;
}

/**
 * Sends sections of frames and collects what comes out for each. Sections follow each other without a pause: a fence
 * behind each tells when the device is through with it, since the device takes frames strictly in order.
 */

import type { Machine } from './machine.ts';
import { fenceFrame, readMarker } from './marker-frames.ts';
import { MOST_UNDER_WAY, type NetworkDevice, type ReceivedFrame } from './network-device.ts';

/** QEMU is gone, or gives no sign of life. */
export class MachineError extends Error {
  override readonly name = 'MachineError';
}

export interface SectionResult {
  readonly frames: readonly ReceivedFrame[];
  /** From its first frame's departure to its fence's arrival. */
  readonly ms: number;
}

/** So many buffers at most between two fences. */
const STRETCH = 256;

interface Fence {
  readonly number: number;
  /** It ends a section; others only tell that there is room. */
  readonly ends: boolean;
  /** Nothing is sent until it is back. */
  readonly holds: boolean;
  /** Buffers that all since the last fence can fill: what comes out merged needs no more than its parts would. */
  readonly weight: number;
}

interface Outgoing {
  readonly frame: Uint8Array;
  readonly weight: number;
  readonly begins: boolean;
  readonly fence?: Fence;
}

let fences = 0;

export async function* exchange(
  machine: Machine,
  sections: readonly (readonly Uint8Array[])[],
  timeoutMs: number,
): AsyncGenerator<SectionResult, void> {
  const outgoing = sections.flatMap((frames) => outgoingOf(frames, machine.device));
  const expected = outgoing.flatMap(({ fence }) => (fence === undefined ? [] : [fence]));
  const begun: number[] = [];
  let sent = 0;
  let underWay = 0;
  let held: number | undefined;
  let current: ReceivedFrame[] = [];
  let lastProgress = performance.now();

  const send = (): void => {
    while (sent < outgoing.length && held === undefined && underWay < MOST_UNDER_WAY) {
      const { frame, weight, begins, fence } = outgoing[sent] as Outgoing;
      if (!machine.wire.send(frame)) return;
      if (begins) begun.push(performance.now());
      if (fence?.holds === true) held = fence.number;
      underWay += weight;
      sent++;
      lastProgress = performance.now();
    }
  };
  const receive = (): SectionResult[] => {
    const results: SectionResult[] = [];
    for (const received of machine.device.takeFrames()) {
      lastProgress = performance.now();
      const marker = readMarker(received.frame);
      if (marker === undefined) current.push(received);
      if (marker === undefined || marker === 'reset') continue;
      const fence = expected.shift();
      if (fence?.number !== marker.fence) throw new MachineError(`fence ${marker.fence} came out of turn`);
      underWay -= fence.weight;
      if (held === fence.number) held = undefined;
      if (!fence.ends) continue;
      results.push({ frames: current, ms: performance.now() - (begun.shift() ?? 0) });
      current = [];
    }
    return results;
  };

  while (expected.length > 0) {
    send();
    const results = receive();
    // More goes out before the results are looked at: QEMU works meanwhile.
    if (results.length > 0) send();
    yield* results;
    if (results.length > 0) continue;
    if (machine.obituary !== undefined || machine.qtest.failure !== undefined)
      throw new MachineError(await machine.end());
    if (performance.now() - lastProgress > timeoutMs) {
      throw new MachineError(`QEMU has not taken a frame for ${timeoutMs / 1000} s`);
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function outgoingOf(frames: readonly Uint8Array[], device: NetworkDevice): Outgoing[] {
  const outgoing: Outgoing[] = [];
  let since = 0;
  const push = (frame: Uint8Array, ends?: boolean, holds = false): void => {
    const weight = device.buffersFor(frame.length);
    since += weight;
    const begins = outgoing.length === 0;
    if (ends === undefined) outgoing.push({ frame, weight, begins });
    else outgoing.push({ frame, weight, begins, fence: { number: fences, ends, holds, weight: since } });
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

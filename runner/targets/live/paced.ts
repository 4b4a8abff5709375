/** A burst on a path whose polls this suite does not control: sent at once; everything that arrives until the pause ends is its output. */

import { nap } from './nap.ts';
import type { CapturedFrame, Injector, Observer } from './wire.ts';

export interface Bursts {
  /** Sends all of them as close together as possible. Throws WireError. */
  send(frames: readonly Uint8Array[]): Promise<void>;
}

export class LocalBursts implements Bursts {
  readonly #injector: Injector;

  constructor(injector: Injector) {
    this.#injector = injector;
  }

  async send(frames: readonly Uint8Array[]): Promise<void> {
    for (const frame of frames) this.#injector.send(frame);
  }
}

export async function pacedBurst(
  bursts: Bursts,
  observer: Observer,
  frames: readonly Uint8Array[],
  pauseMs: number,
): Promise<CapturedFrame[]> {
  const captured: CapturedFrame[] = [];
  await bursts.send(frames);
  const until = performance.now() + pauseMs;
  for (;;) {
    const taken = observer.take();
    if (taken !== undefined) captured.push(taken);
    else if (performance.now() >= until) return captured;
    else await nap();
  }
}

/**
 * A burst on a path whose polls this suite does not control: sent at once; everything that arrives until the pause ends is
 * its output. What a busy machine delays must not count for the next burst, so the pause does not end before as much came
 * out as went in, or nothing more is to be expected.
 */

import type { Capabilities } from '../../capabilities/capabilities.ts';
import { isAkin } from './akin.ts';
import { isShort } from './conservation.ts';
import { nap } from './nap.ts';
import type { CapturedFrame, Injector, Observer } from './wire.ts';

/** Milliseconds after the pause: frames that are still missing then were lost. */
const PATIENCE_MS = 500;

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
  { pauseMs, drops }: Pick<Capabilities, 'drops'> & { readonly pauseMs: number },
): Promise<CapturedFrame[]> {
  const captured: CapturedFrame[] = [];
  const isWhole = (): boolean => {
    const ours = captured.flatMap(({ frame }) => (frames.some((sent) => isAkin(frame, sent)) ? [frame] : []));
    return !isShort(frames, ours, { drops });
  };
  await bursts.send(frames);
  const pauseEnds = performance.now() + pauseMs;
  let looked = -1;
  for (;;) {
    const taken = observer.take();
    if (taken !== undefined) {
      captured.push(taken);
      continue;
    }
    const now = performance.now();
    if (now >= pauseEnds + PATIENCE_MS) return captured;
    if (now >= pauseEnds && looked < captured.length) {
      looked = captured.length;
      if (isWhole()) return captured;
    }
    await nap();
  }
}

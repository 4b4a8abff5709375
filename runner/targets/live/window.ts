/**
 * The window method: a burst that Linux polls as one, without real-time rights. The observed interface keeps its poll
 * masked for `gro_flush_timeout` after each poll (`napi_defer_hard_irqs` 1), so
 * 1. a primer, which is never held, is polled at once; after that, frames only queue up;
 * 2. the burst is sent, then a sentinel, which is held and so leaves last: when it arrives, everything is out;
 * 3. if that took too much of the window, the burst may have been split, so it is repeated.
 */

import { buildFrame } from '../../../reference-impl/wire/build.ts';
import { equalBytes, setU16 } from '../../../reference-impl/wire/bytes.ts';
import { nap } from './nap.ts';
import type { CapturedFrame, Injector, Observer } from './wire.ts';
import { WireError } from './wire.ts';

/** Number of frames that one poll takes (NAPI_POLL_WEIGHT), less the sentinel. */
export const MOST_FRAMES = 63;
/** IEEE Std 802 local experimental EtherType: GRO knows no protocol after it. */
const PRIMER_TYPE = 0x88b5;
const SENTINEL = { src: '10.255.255.254', dst: '10.255.255.253', port: 9, length: 64 };
/** The usable part of the window. */
const USABLE = 0.7;
const IDLE_AFTER = 2.2;
const MAX_REPEATS = 50;
/** Milliseconds; for a long window, as many windows. */
const PATIENCE_MS = 300;
const PATIENCE_WINDOWS = 3;

export interface BurstResult {
  readonly captured: readonly CapturedFrame[];
  /** Repetitions because the burst did not fit its window. */
  readonly voids: number;
}

export class Window {
  readonly #injector: Injector;
  readonly #observer: Observer;
  readonly #ms: number;
  readonly #primer: Uint8Array;
  #sentinels = 0;
  #primed = 0;

  /** `us`: the observed interface's gro_flush_timeout. */
  constructor(injector: Injector, observer: Observer, us: number) {
    this.#injector = injector;
    this.#observer = observer;
    this.#ms = us / 1000;
    this.#primer = buildFrame({ src: SENTINEL.src, dst: SENTINEL.dst, sport: 9, dport: 9 });
    setU16(this.#primer, 12, PRIMER_TYPE);
  }

  /** Throws WireError if no repetition fits the window. */
  async burst(frames: readonly Uint8Array[]): Promise<BurstResult> {
    if (frames.length > MOST_FRAMES)
      throw new WireError(`a burst has at most ${MOST_FRAMES} frames, not ${frames.length}`);
    for (let voids = 0; voids < MAX_REPEATS; voids++) {
      const sentinel = this.#sentinel();
      while (performance.now() - this.#primed < IDLE_AFTER * this.#ms) await nap();
      const begun = performance.now();
      this.#injector.send(this.#primer);
      // Another thread may do its poll: frames sent before that would join it.
      await this.#until(this.#isPrimer, begun + this.#ms);
      for (const frame of frames) this.#injector.send(frame);
      this.#injector.send(sentinel);
      const took = performance.now() - begun;
      this.#primed = begun;
      const captured = await this.#until(
        (frame) => isSame(frame, sentinel),
        begun + Math.max(PATIENCE_MS, PATIENCE_WINDOWS * this.#ms),
      );
      if (captured !== undefined && took <= USABLE * this.#ms) return { captured, voids };
      // Everything of the void burst is out, and the interface idle, before the next.
      this.#primed = performance.now() + this.#ms;
    }
    throw new WireError(
      `no burst of ${frames.length} frames fitted a window of ${this.#ms} ms in ${MAX_REPEATS} tries; --window US makes it longer`,
    );
  }

  /** The frames before the wanted frame; undefined: it did not come in time. */
  async #until(isLast: (frame: Uint8Array) => boolean, deadline: number): Promise<CapturedFrame[] | undefined> {
    const captured: CapturedFrame[] = [];
    while (performance.now() < deadline) {
      const taken = this.#observer.take();
      if (taken === undefined) await nap();
      else if (isLast(taken.frame)) return captured;
      else if (!this.#isOurs(taken.frame)) captured.push(taken);
    }
    return undefined;
  }

  readonly #isPrimer = (frame: Uint8Array): boolean => isSame(frame, this.#primer);

  /** A primer, or the sentinel of a burst that was given up. */
  #isOurs(frame: Uint8Array): boolean {
    if (frame.length < this.#primer.length) return false;
    return this.#isPrimer(frame) || equalBytes(frame, 26, this.#primer, 26, 8);
  }

  #sentinel(): Uint8Array {
    const { src, dst, port, length } = SENTINEL;
    const seq = this.#sentinels++ * 1000;
    return buildFrame({ src, dst, sport: port, dport: port, seq, payload: new Uint8Array(length) });
  }
}

function isSame(frame: Uint8Array, other: Uint8Array): boolean {
  return frame.length >= other.length && equalBytes(frame, 0, other, 0, other.length);
}

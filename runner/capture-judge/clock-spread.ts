/** By how much the received capture's times are later than the sent one's, over frames in both. */

/** Samples to keep of a direction. If there are more, every second one goes. */
const SAMPLES = 256;

export class ClockSpread {
  /** In seconds; negative if the received capture's clock is late. */
  least: number = Number.POSITIVE_INFINITY;
  most: number = Number.NEGATIVE_INFINITY;
  #samples: number[] = [];
  #every = 1;
  #count = 0;

  add(sent: number, received: number): void {
    const later = received - sent;
    if (Number.isNaN(later)) return;
    if (later < this.least) this.least = later;
    if (later > this.most) this.most = later;
    if (this.#count++ % this.#every !== 0) return;
    this.#samples.push(later);
    if (this.#samples.length < SAMPLES) return;
    this.#samples = this.#samples.filter((_, i) => i % 2 === 0);
    this.#every *= 2;
  }

  join({ least, most, samples }: ClockSpread): void {
    this.least = Math.min(this.least, least);
    this.most = Math.max(this.most, most);
    this.#samples.push(...samples);
  }

  get samples(): readonly number[] {
    return this.#samples;
  }

  /** Without the tenth at either end: a copy taken for another one is among these. */
  get usual(): Pick<ClockSpread, 'least' | 'most'> {
    const sorted = [...this.#samples].sort((a, b) => a - b);
    const cut = Math.floor(sorted.length / 10);
    return { least: sorted[cut] ?? this.least, most: sorted.at(-1 - cut) ?? this.most };
  }

  get isKnown(): boolean {
    return this.least <= this.most;
  }
}

/** Bounds, in seconds, for how far the received capture's clock is ahead of the sent one's. */
export interface ClockBounds {
  /** From frames that the host sent: they are in its own capture before they are in the other. */
  readonly least?: number;
  /** From frames sent to the host: this includes the shortest time on the way. */
  readonly most?: number;
}

/**
 * `towards`: from connections to the host; `back`: from those from it. Undefined: no frame is in both captures with its
 * time.
 */
export function clockBounds(towards: readonly ClockSpread[], back: readonly ClockSpread[]): ClockBounds | undefined {
  const most = Math.min(...towards.map(({ least }) => least));
  const least = Math.max(...back.map((spread) => spread.most));
  const bounds = { ...(Number.isFinite(least) ? { least } : {}), ...(Number.isFinite(most) ? { most } : {}) };
  return Object.keys(bounds).length === 0 ? undefined : bounds;
}

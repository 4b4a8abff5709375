/** By how much the received capture's times are later than the sent one's, over frames in both. */

export class ClockSpread {
  /** In seconds; negative if the received capture's clock is late. */
  least: number = Number.POSITIVE_INFINITY;
  most: number = Number.NEGATIVE_INFINITY;

  add(sent: number, received: number): void {
    const later = received - sent;
    if (later < this.least) this.least = later;
    if (later > this.most) this.most = later;
  }

  join({ least, most }: ClockSpread): void {
    this.least = Math.min(this.least, least);
    this.most = Math.max(this.most, most);
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

/** How much later the received capture's times are than the sent one's, over frames that both hold. */

export class ClockSpread {
  /** In seconds; less than 0 if the received capture's clock is late. */
  least: number = Number.POSITIVE_INFINITY;
  most: number = Number.NEGATIVE_INFINITY;

  add(sent: number, received: number): void {
    const later = received - sent;
    if (later < this.least) this.least = later;
    if (later > this.most) this.most = later;
  }

  get isKnown(): boolean {
    return this.least <= this.most;
  }
}

/** Bounds in seconds by which the received capture's clock is ahead of the sent one's. */
export interface ClockBounds {
  /** Of what the host sent itself: it is in its own capture before it is in the other. */
  readonly least?: number;
  /** Of what was sent to the host: the shortest time on the way is in it. */
  readonly most?: number;
}

/** `towards`: of connections to the host; `back`: of those from it. Undefined: no frame is in both captures with its time. */
export function clockBounds(towards: readonly ClockSpread[], back: readonly ClockSpread[]): ClockBounds | undefined {
  const most = Math.min(...towards.map(({ least }) => least));
  const least = Math.max(...back.map((spread) => spread.most));
  const bounds = { ...(Number.isFinite(least) ? { least } : {}), ...(Number.isFinite(most) ? { most } : {}) };
  return Object.keys(bounds).length === 0 ? undefined : bounds;
}

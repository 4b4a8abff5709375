/** When the packets of a side were captured, and how many bytes they had on the wire. */

import type { Packet } from '../captures/packet.ts';

/** In seconds: over a shorter time, a rate means nothing. */
const LEAST_SPAN = 0.001;

export class SideTimes {
  /** `at` counts from this whole second since 1970, that of the first packet, so that no nanosecond is lost. */
  #base: number | undefined;
  #first = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;
  #timed = 0;
  #bytes = 0;

  add({ seconds, nanoseconds, originalLength }: Packet): void {
    // A time in 1970 means that the packet has none.
    if (seconds === 0) return;
    this.#base ??= seconds;
    const time = seconds - this.#base + nanoseconds / 1e9;
    if (time < this.#first) this.#first = time;
    if (time > this.#last) this.#last = time;
    this.#timed++;
    this.#bytes += originalLength;
  }

  /** Undefined: no packet has a time. */
  get span(): TimeSpan | undefined {
    if (this.#timed === 0) return undefined;
    const seconds = this.#last - this.#first;
    const base = this.#base as number;
    return {
      begin: new Date((base + this.#first) * 1000).toISOString(),
      seconds,
      ...(seconds >= LEAST_SPAN
        ? { packetsPerSecond: this.#timed / seconds, bitsPerSecond: (this.#bytes * 8) / seconds }
        : {}),
    };
  }
}

export interface TimeSpan {
  /** ISO 8601. */
  readonly begin: string;
  readonly seconds: number;
  /** Only if the span is long enough for it. */
  readonly packetsPerSecond?: number;
  readonly bitsPerSecond?: number;
}

/** When the packets of a side were captured, and how many bytes they had on the wire. */

import type { Packet } from '../captures/packet.ts';

/** Seconds: a rate over less says nothing. */
const LEAST_SPAN = 0.001;

export class SideTimes {
  /** Whole seconds since 1970 that `at` counts from: of the first packet, so that a nanosecond is not lost. */
  #base: number | undefined;
  #first = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;
  #timed = 0;
  #bytes = 0;

  add({ seconds, nanoseconds, originalLength }: Packet): void {
    // No format has packets of 1970; some have packets without a time.
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
  /** Only where the span is long enough to speak of one. */
  readonly packetsPerSecond?: number;
  readonly bitsPerSecond?: number;
}

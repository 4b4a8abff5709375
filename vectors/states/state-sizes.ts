/** Payload lengths of a state: of the unit before the decided segment, and of that segment. */

import type { Decision } from './decision.ts';
import { type Levels, PAYLOADS } from './dimensions.ts';
import type { OpenValues } from './open-values.ts';

/** Payload bytes of a unit, for a decision that needs this length. */
export const LONG_VOLUME = 60_000;
const LARGEST = 9000;
const DATAGRAM = 65_535;
const HEADERS = 60;
/** Payloads of the segments after the decided one. */
const AFTER = 3 * 1500;

export class StateSizes {
  /** For ordinary segments. */
  readonly payload: number;
  readonly #levels: Levels;
  readonly #isLong: boolean;
  readonly #open: OpenValues;

  constructor(levels: Levels, { isLong = false }: Decision, open: OpenValues) {
    this.#levels = levels;
    this.#isLong = isLong;
    this.#open = open;
    this.payload = open.payload(Number(levels.payload), PAYLOADS);
  }

  /** For each segment of the unit before the decided one. */
  unit(): number[] {
    const count = this.#open.count(Number(this.#levels.count));
    const volume = this.#isLong ? LONG_VOLUME : Number(this.#levels.volume);
    if (volume === 0) return Array.from({ length: count }, () => this.payload);
    if (count === 1) return [volume];
    const last = Math.min(this.payload, Math.ceil(volume / count), 900);
    const size = Math.ceil((volume - last) / (count - 1));
    return Array.from({ length: count }, (_, i) => (i === count - 1 ? last : size));
  }

  /** For the decided segment, after one of `lastSize`. */
  decided(lastSize: number): number {
    if (this.#isLong) return LARGEST;
    const { relation } = this.#levels;
    const room = Math.min(DATAGRAM - HEADERS - Number(this.#levels.volume) - AFTER, LARGEST);
    if (relation === 'longer') return lastSize + this.#open.number('longer', 1, 60);
    return relation === 'shorter'
      ? this.#open.number('shorter', 1, Math.max(1, lastSize - 1))
      : Math.min(lastSize, room);
  }
}

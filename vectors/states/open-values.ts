/** Values that the levels of a state leave open: equal for equal levels. */

import { hash } from '../position-code.ts';

export class OpenValues {
  readonly #seed: string;

  constructor(levels: Readonly<Record<string, string>>) {
    this.#seed = JSON.stringify(levels);
  }

  /** A number in a range, both ends included. */
  number(what: string, from: number, to: number): number {
    return from + ((hash(`${what} of ${this.#seed}`) >>> 7) % (to - from + 1));
  }

  /** One of them. */
  one<T>(what: string, all: readonly T[]): T {
    return all[this.number(what, 0, all.length - 1)] as T;
  }

  /** Number of missing bytes. In one of four it is so large that the lower half of SEQ, or all but its highest byte, is the one in order. */
  gap(): number {
    const isFar = this.one('far', [false, false, false, true]);
    if (!isFar) return this.number('gap', 2, 3000);
    return this.one('how far', [true, false])
      ? this.number('gap', 1, 0x7000) * 0x1_0000
      : this.number('gap', 1, 0x70) * 0x100_0000;
  }

  /** How much older a number is: under a byte, under half of the field, or with a lower half that is not older. */
  older(what: string): number {
    const [from, to] = this.one(`${what} is older`, OLDER);
    return this.number(what, from, to);
  }

  /** The level's count, or one near it: there are more counts than levels. */
  count(level: number): number {
    return this.one('count', VARIED[level] ?? [level]);
  }

  /**
   * A payload for a level, which names the longest: longer than the previous level. Sizes that are usual in the field
   * stay.
   */
  payload(level: number, levels: readonly number[]): number {
    if (USUAL.includes(level)) return level;
    const below = Math.max(0, ...levels.filter((other) => other < level));
    // In a range this wide, few values exceed a buffer of 8 KiB.
    const isLarge = below + 1 < BUFFER && level > BUFFER && this.one('large', [true, false]);
    return this.number('payload', isLarge ? BUFFER : below + 1, level);
  }
}

const OLDER: readonly (readonly [number, number])[] = [
  [1, 255],
  [256, 0x7fff],
  [0x8000, 0xffff],
  [0x1_0000, 0x7ff_ffff],
];

/** Counts by level. The earlier events determine the smallest. */
const VARIED: Readonly<Record<number, readonly number[]>> = {
  4: [4, 4, 5],
  6: [5, 6, 7],
  9: [8, 9, 9, 10],
  11: [11, 12, 13],
  15: [14, 15, 16, 17],
  64: [31, 32, 33, 47, 63, 64],
};

const BUFFER = 8192;

/** For full segments, and for the rest of a scene. */
const USUAL = [100, 536, 1448, 1460, 1472];

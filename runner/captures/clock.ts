/** An interface's time stamps (if_tsresol, if_tsoffset): 64-bit ticks to seconds and nanoseconds. */
export class Clock {
  /** The result of the last `read`. */
  seconds = 0;
  nanoseconds = 0;
  readonly isNano: boolean;
  readonly #offset: number;
  readonly #ticksPerSecond: bigint;
  /** The same as a number if it divides 1e9, else 0. */
  readonly #fast: number;

  /** `resolution`: the length of a tick, as a negative power of 10, or of 2 if the highest bit is set. */
  constructor(resolution: number = 6, offset: number = 0) {
    const power = resolution & 0x7f;
    const isBinary = (resolution & 0x80) !== 0;
    this.#ticksPerSecond = (isBinary ? 2n : 10n) ** BigInt(power);
    this.#fast = !isBinary && power <= 9 ? 10 ** power : 0;
    this.#offset = offset;
    this.isNano = this.#ticksPerSecond > 1_000_000n;
  }

  read(high: number, low: number): void {
    if (this.#fast > 0) this.#readFast(high, low, this.#fast);
    else {
      const ticks = (BigInt(high) << 32n) | BigInt(low);
      this.seconds = Number(ticks / this.#ticksPerSecond) + this.#offset;
      this.nanoseconds = Number(((ticks % this.#ticksPerSecond) * 1_000_000_000n) / this.#ticksPerSecond);
    }
    // A capture from before 1970, or a hostile offset: other code cannot express such a time.
    if (this.seconds < 0) this.seconds = 0;
  }

  /** Long division by 16-bit digits: every step is exact in a double. */
  #readFast(high: number, low: number, perSecond: number): void {
    let rest = high % perSecond;
    let quotient = Math.floor(high / perSecond);
    for (const digit of [low >>> 16, low & 0xffff]) {
      rest = rest * 0x1_0000 + digit;
      const step = Math.floor(rest / perSecond);
      quotient = quotient * 0x1_0000 + step;
      rest -= step * perSecond;
    }
    this.seconds = quotient + this.#offset;
    this.nanoseconds = rest * (1e9 / perSecond);
  }
}

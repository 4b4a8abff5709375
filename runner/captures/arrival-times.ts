/** Arrivals per block. A block is dropped once all its arrivals were taken. */
const BLOCK = 1024;

interface Times {
  readonly seconds: Float64Array;
  readonly nanoseconds: Uint32Array;
  readonly cut: Uint32Array;
  left: number;
}

/** The time of each arrival, kept until it is indicated: only units in progress need memory. */
export class ArrivalTimes {
  readonly #blocks = new Map<number, Times>();
  #spare: Times | undefined;
  #current: Times | undefined;
  #count = 0;

  /** Adds the next arrival. `cut`: number of its bytes that were not captured. */
  add(seconds: number, nanoseconds: number, cut: number): void {
    const at = this.#count++ % BLOCK;
    if (at === 0) this.#current = this.#open((this.#count - 1) / BLOCK);
    const block = this.#current as Times;
    block.seconds[at] = seconds;
    block.nanoseconds[at] = nanoseconds;
    block.cut[at] = cut;
  }

  /** The time of a unit's last arrival; each arrival is taken once. */
  take(arrivals: readonly number[]): { seconds: number; nanoseconds: number; cut: number } {
    const last = arrivals[arrivals.length - 1] as number;
    const at = last % BLOCK;
    const { seconds, nanoseconds, cut } = this.#blocks.get(Math.floor(last / BLOCK)) as Times;
    const time = {
      seconds: seconds[at] as number,
      nanoseconds: nanoseconds[at] as number,
      cut: cut[at] as number,
    };
    let from = 0;
    while (from < arrivals.length) {
      const index = Math.floor((arrivals[from] as number) / BLOCK);
      const stop = (index + 1) * BLOCK;
      let to = from + 1;
      while (to < arrivals.length && (arrivals[to] as number) < stop) to++;
      this.#forget(index, to - from);
      from = to;
    }
    return time;
  }

  #forget(index: number, count: number): void {
    const block = this.#blocks.get(index) as Times;
    block.left -= count;
    if (block.left > 0) return;
    this.#blocks.delete(index);
    this.#spare = block;
  }

  #open(index: number): Times {
    const block = this.#spare ?? {
      seconds: new Float64Array(BLOCK),
      nanoseconds: new Uint32Array(BLOCK),
      cut: new Uint32Array(BLOCK),
      left: 0,
    };
    this.#spare = undefined;
    block.left = BLOCK;
    this.#blocks.set(index, block);
    return block;
  }
}

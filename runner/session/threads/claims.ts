/** Distributes batches: threads count in shared memory, so that each batch is taken once and none is far ahead. */

/** A batch has about 2 MB of events, which wait for those before it. */
const MOST_AHEAD = 12;

const NEXT = 0;
const REACHED = 1;

export class Claims {
  readonly memory: SharedArrayBuffer;
  readonly #cells: Int32Array<SharedArrayBuffer>;
  readonly #count: number;
  readonly #mostAhead: number;

  /** `count`: of batches. `memory`: that of another thread's claims. */
  constructor(
    count: number,
    memory: SharedArrayBuffer = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT),
    mostAhead: number = MOST_AHEAD,
  ) {
    this.memory = memory;
    this.#mostAhead = mostAhead;
    this.#cells = new Int32Array(memory);
    this.#count = count;
  }

  /** The session needs this batch next. */
  reached(number: number): void {
    Atomics.store(this.#cells, REACHED, number);
    Atomics.notify(this.#cells, REACHED);
  }

  /** The next batch; undefined: there is none, or it is too far ahead. */
  take(): number | undefined {
    for (;;) {
      const next = Atomics.load(this.#cells, NEXT);
      if (next >= this.#count || next - Atomics.load(this.#cells, REACHED) > this.#mostAhead) return undefined;
      if (Atomics.compareExchange(this.#cells, NEXT, next, next + 1) === next) return next;
    }
  }

  /** The next batch, as soon as it is not too far ahead; undefined: there is none. Stops the thread meanwhile. */
  takeAsSoonAsAllowed(): number | undefined {
    for (;;) {
      const reached = Atomics.load(this.#cells, REACHED);
      const next = this.take();
      if (next !== undefined || Atomics.load(this.#cells, NEXT) >= this.#count) return next;
      Atomics.wait(this.#cells, REACHED, reached);
    }
  }
}

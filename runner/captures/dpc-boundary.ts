/** How the frames of a capture are split into DPCs. Undefined: this condition does not end one. */
export interface DpcRule {
  /** After this many frames. */
  readonly frames?: number | undefined;
  /** After this many microseconds without a frame. */
  readonly gap?: number | undefined;
  /** This many microseconds after the first frame, like a coalescer with a timer. */
  readonly interval?: number | undefined;
}

/** Follows the frames of a capture and finds the ends of DPCs. */
export class DpcBoundary {
  readonly #frames: number;
  readonly #gap: number;
  readonly #interval: number;
  #count = 0;
  /** The times of the first and the last frame of this DPC. */
  #first = 0;
  #firstNanoseconds = 0;
  #last = 0;
  #lastNanoseconds = 0;

  constructor({ frames, gap, interval }: DpcRule) {
    const never = Number.POSITIVE_INFINITY;
    this.#frames = frames ?? never;
    this.#gap = gap ?? never;
    this.#interval = interval ?? never;
  }

  /** Frames since the last end. */
  get frames(): number {
    return this.#count;
  }

  /** Whether the DPC ended before a frame of this time. */
  isOverBefore(seconds: number, nanoseconds: number): boolean {
    if (this.#count === 0) return false;
    const sinceLast = (seconds - this.#last) * 1e6 + (nanoseconds - this.#lastNanoseconds) / 1000;
    const sinceFirst = (seconds - this.#first) * 1e6 + (nanoseconds - this.#firstNanoseconds) / 1000;
    return sinceLast >= this.#gap || sinceFirst >= this.#interval;
  }

  /** Takes a frame; returns whether the DPC ends after it. */
  add(seconds: number, nanoseconds: number): boolean {
    if (this.#count === 0) {
      this.#first = seconds;
      this.#firstNanoseconds = nanoseconds;
    }
    this.#last = seconds;
    this.#lastNanoseconds = nanoseconds;
    this.#count++;
    return this.#count >= this.#frames;
  }

  end(): void {
    this.#count = 0;
  }
}

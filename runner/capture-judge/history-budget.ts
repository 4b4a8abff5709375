/** Bounds what all connections of a pair remember together: each remembers little, but there may be very many. */

import type { PairMatch } from './transport.ts';

/** Segments that are remembered; a connection alone comes nowhere near. */
const MOST = 100_000;

interface Entry {
  readonly history: PairMatch[];
  readonly match: PairMatch;
}

export class HistoryBudget {
  readonly #most: number;
  #segments = 0;
  /** In order of time; what a history gave up by itself stands here until its turn. */
  #queue: Entry[] = [];
  #head = 0;

  constructor(most: number = MOST) {
    this.#most = most;
  }

  add(history: PairMatch[], match: PairMatch): void {
    history.push(match);
    this.#segments += match.run.length;
    this.#queue.push({ history, match });
    while (this.#segments > this.#most && this.#head < this.#queue.length - 1) this.#forgetOldest();
    if (this.#head > this.#queue.length / 2) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
  }

  /** A history gave up this one. */
  gone(match: PairMatch | undefined): void {
    this.#segments -= match?.run.length ?? 0;
  }

  #forgetOldest(): void {
    const { history, match } = this.#queue[this.#head++] as Entry;
    if (history[0] === match) this.gone(history.shift());
  }
}

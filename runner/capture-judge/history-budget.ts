/** Bounds what all connections of a pair remember together: each remembers little, but there may be very many. */

import type { PairMatch } from './transport.ts';

/** Segments that are remembered; a connection alone comes nowhere near. */
const MOST = 100_000;

export class HistoryBudget {
  readonly #most: number;
  #segments = 0;
  /** The one that was added to last is last. */
  readonly #recent = new Set<PairMatch[]>();

  constructor(most: number = MOST) {
    this.#most = most;
  }

  add(history: PairMatch[], match: PairMatch): void {
    history.push(match);
    this.#segments += match.run.length;
    this.#recent.delete(history);
    this.#recent.add(history);
    if (this.#segments > this.#most) this.#forget(history);
  }

  /** A history gave up this one. */
  gone(match: PairMatch | undefined): void {
    this.#segments -= match?.run.length ?? 0;
  }

  /** Of connections that have been silent longest, the oldest; of `latest` all but the last, if it has to be. */
  #forget(latest: PairMatch[]): void {
    for (const history of this.#recent) {
      const least = history === latest ? 1 : 0;
      while (history.length > least && this.#segments > this.#most) this.gone(history.shift());
      if (history.length === 0) this.#recent.delete(history);
      if (this.#segments <= this.#most) return;
    }
  }
}

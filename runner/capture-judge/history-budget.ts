/** Limits what all connections of a pair remember together: each remembers little, but there may be very many. */

import type { PairMatch } from './transport.ts';

/** Number of segments to remember; a single connection needs far fewer. */
const MOST = 100_000;

export class HistoryBudget {
  readonly #most: number;
  #segments = 0;
  /** The one that was added to most recently is last. */
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

  /** The oldest of the connection that has been silent longest; of `latest`, all but its last if necessary. */
  #forget(latest: PairMatch[]): void {
    for (const history of this.#recent) {
      const least = history === latest ? 1 : 0;
      while (history.length > least && this.#segments > this.#most) this.gone(history.shift());
      if (history.length === 0) this.#recent.delete(history);
      if (this.#segments <= this.#most) return;
    }
  }
}

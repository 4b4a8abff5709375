/** The share of the reference's merges that the target made. */

import type { VerdictEvent } from './events.ts';

type Judged = Pick<VerdictEvent, 'verdict' | 'ratio' | 'decisions'> & {
  readonly indications: readonly Pick<VerdictEvent['indications'][number], 'arrivals'>[];
};

export class Merging {
  #vectors = 0;
  #ratios = 0;
  #isMerging = false;

  /** Once a vector has shown a merge, indications are not read any more. */
  add(judged: Judged): void {
    const { verdict, ratio, decisions } = judged;
    if (verdict === 'unsupported' || verdict === 'error') return;
    this.#isMerging ||= judged.indications.some(({ arrivals }) => arrivals.length > 1);
    // If the reference merges nothing, no merge is expected.
    if (decisions.length > 0 && !decisions.some(({ did }) => did === 'merged')) return;
    this.#vectors++;
    this.#ratios += Math.min(1, ratio);
  }

  /** Mean over the vectors in which the reference merges something, 0 to 1; undefined if there is none. */
  get ratio(): number | undefined {
    return this.#vectors === 0 ? undefined : this.#ratios / this.#vectors;
  }

  /** Undefined if something was merged, or no merge was expected. */
  get warning(): string | undefined {
    if (this.#isMerging || this.#ratios > 0 || this.#vectors === 0) return undefined;
    const vectors = `${this.#vectors.toLocaleString('en-US')} vector${this.#vectors === 1 ? '' : 's'}`;
    return `No two segments were merged in ${vectors}: is coalescing on?`;
  }
}

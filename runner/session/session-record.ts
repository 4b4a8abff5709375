/** The events of one session in order, and their result: counts, known failures, the exit status. */

import { isUnexpected } from '../../reports/case-text.ts';
import {
  type RunEvent,
  type SessionEvent,
  VERDICTS,
  type VectorEvent,
  type Verdict,
  type VerdictEvent,
} from '../../reports/events.ts';
import { exitStatus } from '../base/exit-status.ts';
import type { Baseline } from '../known-failures/baseline.ts';

export interface RecordOptions {
  readonly sink: (event: RunEvent) => void;
  readonly strict: boolean;
  /** Known failures. */
  readonly baseline?: Baseline | undefined;
  /** See `exitStatus`. */
  readonly isShard?: boolean;
}

export class SessionRecord {
  readonly #options: RecordOptions;
  readonly #counts = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as Record<Verdict, number>;
  #unexpected = 0;
  #isDefective = false;

  constructor(options: RecordOptions) {
    this.#options = options;
  }

  /** Vectors that make the run fail, so far. */
  get unexpected(): number {
    return this.#unexpected;
  }

  begin(event: SessionEvent): void {
    this.#options.sink(event);
  }

  /** Emits both events, and returns the verdict with its entry in the baseline. */
  judged(vector: VectorEvent, verdict: VerdictEvent): VerdictEvent {
    this.#options.sink(vector);
    const assessed = this.#options.baseline?.assess(verdict) ?? {};
    // A copy would read the frames of a recorded verdict again.
    return this.#take(Object.keys(assessed).length === 0 ? verdict : { ...verdict, ...assessed });
  }

  /** The same if this suite broke: its own defect is never a known failure of the target. */
  broke(vector: VectorEvent, verdict: VerdictEvent): VerdictEvent {
    this.#options.sink(vector);
    this.#isDefective = true;
    return this.#take(verdict);
  }

  /** `left`: vectors that were planned but not played. Returns the exit status. */
  end(left: number): number {
    const baseline = this.#options.baseline?.summary();
    const exit = exitStatus({
      counts: this.#counts,
      unexpected: this.#unexpected,
      left,
      baseline,
      isDefective: this.#isDefective,
      isShard: this.#options.isShard === true,
    });
    this.#options.sink({
      type: 'end',
      counts: this.#counts,
      exit,
      ...(left > 0 ? { notRun: left } : {}),
      ...(baseline === undefined ? {} : { baseline }),
    });
    return exit;
  }

  #take(verdict: VerdictEvent): VerdictEvent {
    this.#counts[verdict.verdict]++;
    if (isUnexpected(verdict, this.#options.strict)) this.#unexpected++;
    this.#options.sink(verdict);
    return verdict;
  }
}

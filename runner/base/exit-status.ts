/** The exit status of a run: 0 conforming, 1 not, 3 a bug in this suite. */

import type { BaselineEvent, Verdict } from '../../reports/events.ts';

export interface Outcome {
  readonly counts: Readonly<Record<Verdict, number>>;
  /** Vectors with an unexpected result. */
  readonly unexpected: number;
  /** Vectors that were planned but not played. */
  readonly left: number;
  readonly baseline: BaselineEvent | undefined;
  readonly isDefective: boolean;
  /** Whether anything was judged at all; required of a whole run, not of a shard. */
  readonly isShard: boolean;
}

export function exitStatus({ counts, unexpected, left, baseline, isDefective, isShard }: Outcome): 0 | 1 | 3 {
  if (isDefective) return 3;
  const isStale = baseline?.problems.some(({ severity }) => severity === 'fail') ?? false;
  const isConforming = unexpected === 0 && !isStale && left === 0;
  const { unsupported, ...judged } = counts;
  const isJudged = isShard || Object.values(judged).some((count) => count > 0);
  return isConforming && isJudged ? 0 : 1;
}

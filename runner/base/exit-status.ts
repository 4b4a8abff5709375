/** What a run is worth to a shell: 0 conforming, 1 not, 3 a defect of this suite. */

import type { BaselineEvent, Verdict } from '../../reports/events.ts';

export interface Outcome {
  readonly counts: Readonly<Record<Verdict, number>>;
  /** Vectors that are not as they should be. */
  readonly unexpected: number;
  /** Vectors that were planned and not played. */
  readonly left: number;
  readonly baseline: BaselineEvent | undefined;
  readonly isDefective: boolean;
  /** What only the whole run shows is not asked of a shard: whether anything was judged at all. */
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

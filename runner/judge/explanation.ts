import type { Finding } from './types.ts';

/** What is wrong with an indication if it is made of a run of arrivals, and how heavy that is. */
export interface Explanation {
  /** Infinity: impossible. Below WEIGHT.forbiddenMerge: conformant, each unit a *should*. */
  readonly cost: number;
  readonly findings: readonly Finding[];
}

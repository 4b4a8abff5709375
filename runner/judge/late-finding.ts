/** Arrivals that came out after the step in which they were due. */

import { draft, nameArrivals, ruleNamed } from './finding.ts';
import type { Draft } from './types.ts';

/** `due` and `step` are indices of steps; `what` completes the sentence that begins with the arrivals. */
export function lateFinding(
  rule: string,
  run: readonly { readonly number: number }[],
  due: number,
  step: number,
  what: string,
): Draft {
  const arrivals = run.map(({ number }) => number);
  const words = () => [`step ${due}`, `step ${step}`, `${nameArrivals(arrivals)} ${what}`] as const;
  return draft(ruleNamed(rule), arrivals, 'dpc', words);
}

/** Arrivals that came out later than the step that had to bring them. */

import { draft, nameArrivals, ruleNamed } from './finding.ts';
import type { Draft } from './types.ts';

/** `due` and `step` are indices of steps; `what` ends the sentence that the arrivals begin. */
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

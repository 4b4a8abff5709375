/** Arrivals that came out later than the step that had to bring them. */

import { finding, nameArrivals, ruleNamed } from './finding.ts';
import type { Finding } from './types.ts';

/** `due` and `step` are indices of steps; `what` ends the sentence that the arrivals begin. */
export function lateFinding(
  rule: string,
  run: readonly { readonly number: number }[],
  due: number,
  step: number,
  what: string,
): Finding {
  const arrivals = run.map(({ number }) => number);
  return finding(ruleNamed(rule), arrivals, 'dpc', `step ${due}`, `step ${step}`, `${nameArrivals(arrivals)} ${what}`);
}

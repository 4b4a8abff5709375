/** What the tests beside the judge share: what the reference makes of a session, as a target would be observed. */

import { Coalescer } from '../reference-impl/coalescer.ts';
import type { Policy } from '../reference-impl/policy.ts';
import type { Statistics } from '../reference-impl/statistics.ts';
import type { FrameStep } from '../reference-impl/step.ts';
import { advance } from '../reference-impl/step.ts';
import type { ObservedIndication } from '../runner/judge/types.ts';

export function referenceRun(
  steps: readonly FrameStep[],
  policy: Partial<Policy> = {},
): { readonly indications: ObservedIndication[]; readonly statistics: Statistics } {
  const coalescer = new Coalescer(policy);
  const indications = steps.flatMap((step, at) =>
    advance(coalescer, step).map(({ frame, oob }): ObservedIndication => ({ step: at, frame, oob })),
  );
  return { indications, statistics: coalescer.statistics };
}

/** Routers mark packets instead of dropping them: ECT becomes CE (RFC 3168 5). No capture shows which router did it. */

import type { Arrival } from '../judge/arrival.ts';
import type { Observed } from '../judge/observed.ts';

const NOT_ECT = 0;
const CE = 3;

export const MARKED_ON_THE_WAY = 'it may have been marked on the way (--direct: nothing there marks)';

export function isMarkedOnTheWay(run: readonly Arrival[], { segment }: Observed): boolean {
  return segment.ecn === CE && run.length > 0 && run.every(({ segment: { ecn } }) => ecn !== NOT_ECT);
}

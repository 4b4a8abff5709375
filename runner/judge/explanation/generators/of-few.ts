/** Every choice of a few arrivals, so that nothing is overlooked in a short session, or in the rest of one. */

import type { Arrived, Indicated } from '../../protocol.ts';
import type { Proposal, SearchInput } from '../candidate.ts';

/** As many arrivals have fifteen choices. */
const FEW = 4;

export function* ofFew<A extends Arrived, I extends Indicated>(
  observed: I,
  { arrivals, protocol }: SearchInput<A, I>,
): Generator<Proposal<A>> {
  const pool: A[] = [];
  for (const arrival of arrivals) {
    if (arrival.step >= observed.step) break;
    if (protocol.isMalformed(arrival)) continue;
    pool.push(arrival);
    if (pool.length > FEW) return;
  }
  let choices: (readonly A[])[] = [[]];
  for (const arrival of pool) choices = [...choices, ...choices.map((run) => [...run, arrival])];
  for (const run of choices) if (run.length > 0) yield { run };
}

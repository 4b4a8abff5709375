/** H4 of pure ACKs that have no Identification: nothing else shows the first of them in a unit. */

import { isSoft } from '../finding.ts';
import type { Arrived, Indicated } from '../protocol.ts';
import type { Candidate, SearchInput } from './candidate.ts';

/** The indication is the frame of the last one, but it is counted, as units are: then its hop limit is wrong, and the first is not lost. */
export function isOnlyHopLimit<A extends Arrived, I extends Indicated>(
  { run, findings }: Candidate<A>,
  observed: I,
  { protocol }: SearchInput<A, I>,
): boolean {
  const [only, ...more] = findings.filter((found) => !isSoft(found));
  return run.length > 1 && only?.field === 'ip.ttl' && more.length === 0 && protocol.countIn(observed) > 0;
}

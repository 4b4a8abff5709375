/** Looks beyond the neighbours in one stream for what an indication that is wrong is made of. */

import type { Capabilities } from '../capabilities/capabilities.ts';
import type { Arrival } from './arrival.ts';
import type { Match } from './attribute.ts';
import { chainOf } from './chain-of.ts';
import { explainRun } from './explain-run.ts';
import { WEIGHT } from './finding.ts';
import { swallowedBy } from './swallowed.ts';

/**
 * What is wrong with an indication may be that it is made of other arrivals: of some that came around an exception, of
 * another connection's, or of no segment at all.
 */
export function widen(match: Match, lost: Set<Arrival>, all: readonly Arrival[], capabilities: Capabilities): Match {
  const { cost } = match.explanation;
  if (cost < WEIGHT.wrongField || lost.size === 0) return match;
  const free = all.filter((arrival) => lost.has(arrival) || match.run.includes(arrival));
  const own = chainOf(
    match.observed,
    free.filter(({ stream }) => stream === match.observed.stream),
  );
  const chain = own ?? (cost < WEIGHT.alteredBytes ? undefined : chainOf(match.observed, free));
  if (chain !== undefined && chain.length > 1) {
    const explanation = explainRun(chain, match.observed, capabilities);
    if (explanation.cost < cost) {
      for (const arrival of chain) lost.delete(arrival);
      for (const arrival of match.run) if (!chain.includes(arrival)) lost.add(arrival);
      return { observed: match.observed, run: chain, explanation };
    }
  }
  if (cost < WEIGHT.alteredBytes) return match;
  const swallowed = swallowedBy(match.observed, match.run, lost);
  if (swallowed === undefined) return match;
  lost.delete(swallowed.arrival);
  return swallowed.match;
}

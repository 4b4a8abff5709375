/** Explains the indications of TCP, and of what is no datagram of a session with URO. */

import type { Capabilities } from '../../capabilities/capabilities.ts';
import { type Arrival, isLoose } from '../arrival.ts';
import { type Attributed, attributing } from '../attribute.ts';
import { asJudged, groProtocol, setAsideFindings } from '../gro/gro-protocol.ts';
import type { Observed } from '../observed.ts';
import { isPaddedRunt, matchLoose } from './loose.ts';
import { tcpProtocol } from './tcp-protocol.ts';

/** In pieces. `everything`: also what is judged elsewhere, or no more: its bytes may be found where they should not be. */
export function* explainingTcp(
  arrivals: readonly Arrival[],
  observed: readonly Observed[],
  everything: readonly Arrival[],
  capabilities: Capabilities,
): Generator<void, Attributed<Arrival, Observed>> {
  const looseArrivals = arrivals.filter(({ segment }) => isLoose(segment));
  const looseObserved = new Set(observed.filter((one) => isLoose(one.segment) || isPaddedRunt(one, looseArrivals)));
  const isGro = capabilities.profile === 'gro';
  const loose = matchLoose(looseArrivals, [...looseObserved], capabilities);
  // When they come, and what is said of them, is nothing that GRO promises.
  const settled = isGro ? loose.matches.map((match) => ({ ...match, findings: [] })) : loose.matches;
  // A frame that is a segment but for its lengths may be one of its connection.
  const left = new Set(loose.unmatchedIndications);
  const question = {
    arrivals: arrivals.filter(({ segment }) => !isLoose(segment)),
    observed: observed.filter((one) => !looseObserved.has(one) || left.has(one)),
    everything,
    settled,
    unmatched: loose.unmatchedArrivals,
  };
  const protocol = isGro ? groProtocol(capabilities) : tcpProtocol(capabilities, everything);
  const attributed = yield* attributing(question, protocol);
  if (!isGro) return attributed;
  const { matches, findings } = attributed;
  return { ...attributed, findings: [...findings.map(asJudged), ...setAsideFindings(matches, findings, capabilities)] };
}

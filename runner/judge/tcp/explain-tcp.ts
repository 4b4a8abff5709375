/** Explains the indications of TCP, and in a session with URO those of all frames that are not datagrams. */

import type { Capabilities } from '../../capabilities/capabilities.ts';
import { type Arrival, isUnordered } from '../arrival.ts';
import { type Attributed, attributing } from '../attribute.ts';
import { asJudged, groProtocol, setAsideFindings } from '../gro/gro-protocol.ts';
import type { Observed } from '../observed.ts';
import { tcpProtocol } from './tcp-protocol.ts';
import { isPaddedRunt, matchUnordered } from './unordered.ts';

/** In pieces. `everything`: all arrivals, also those that are judged elsewhere: their bytes may turn up here. */
export function* explainingTcp(
  arrivals: readonly Arrival[],
  observed: readonly Observed[],
  everything: readonly Arrival[],
  capabilities: Capabilities,
): Generator<void, Attributed<Arrival, Observed>> {
  const unorderedArrivals = arrivals.filter(({ segment }) => isUnordered(segment));
  const unorderedObserved = new Set(
    observed.filter((one) => isUnordered(one.segment) || isPaddedRunt(one, unorderedArrivals)),
  );
  const isGro = capabilities.profile === 'gro';
  const unordered = matchUnordered(unorderedArrivals, [...unorderedObserved], capabilities);
  // GRO promises neither when they come nor their out-of-band data.
  const settled = isGro ? unordered.matches.map((match) => ({ ...match, findings: [] })) : unordered.matches;
  // A frame whose lengths alone are wrong may belong to its connection.
  const left = new Set(unordered.unmatchedIndications);
  const question = {
    arrivals: arrivals.filter(({ segment }) => !isUnordered(segment)),
    observed: observed.filter((one) => !unorderedObserved.has(one) || left.has(one)),
    everything,
    settled,
    unmatched: unordered.unmatchedArrivals,
  };
  const protocol = isGro ? groProtocol(capabilities) : tcpProtocol(capabilities, everything);
  const attributed = yield* attributing(question, protocol);
  if (!isGro) return attributed;
  const { matches, findings } = attributed;
  return { ...attributed, findings: [...findings.map(asJudged), ...setAsideFindings(matches, findings, capabilities)] };
}

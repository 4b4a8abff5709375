/** Explains the indications of UDP in a session that switches URO on. */

import type { Capabilities } from '../../capabilities/capabilities.ts';
import { type Attributed, attributing } from '../attribute.ts';
import { groDatagramProtocol, withSetAside } from '../gro/gro-datagram-protocol.ts';
import type { UdpArrival, UdpObserved, UdpSplit } from './udp-arrival.ts';
import { udpProtocol } from './udp-protocol.ts';

/** In pieces. */
export function* explainingUdp(
  { arrivals, observed }: UdpSplit,
  capabilities: Capabilities,
): Generator<void, Attributed<UdpArrival, UdpObserved>> {
  const question = { arrivals, observed, everything: arrivals, settled: [], unmatched: [] };
  if (capabilities.profile === 'gro')
    return withSetAside(yield* attributing(question, groDatagramProtocol(capabilities)), capabilities);
  return yield* attributing(question, udpProtocol(capabilities, arrivals));
}

/** Explains the indications of UDP in a session that switches URO on. */

import type { Capabilities } from '../../capabilities/capabilities.ts';
import { type Attributed, attribute } from '../attribute.ts';
import { groDatagramProtocol, withSetAside } from '../gro/gro-datagram-protocol.ts';
import type { UdpArrival, UdpObserved, UdpSplit } from './udp-arrival.ts';
import { udpProtocol } from './udp-protocol.ts';

export function explainUdp(
  { arrivals, observed }: UdpSplit,
  capabilities: Capabilities,
): Attributed<UdpArrival, UdpObserved> {
  const question = { arrivals, observed, everything: arrivals, settled: [], unmatched: [] };
  if (capabilities.profile === 'gro')
    return withSetAside(attribute(question, groDatagramProtocol(capabilities)), capabilities);
  return attribute(question, udpProtocol(capabilities));
}

/** Explains the indications of UDP in a session that switches URO on. */

import type { Capabilities } from '../../capabilities/capabilities.ts';
import { type Attributed, attribute } from '../attribute.ts';
import type { UdpArrival, UdpObserved, UdpSplit } from './udp-arrival.ts';
import { udpProtocol } from './udp-protocol.ts';

export function explainUdp(
  { arrivals, observed }: UdpSplit,
  capabilities: Capabilities,
): Attributed<UdpArrival, UdpObserved> {
  const connectionOf = ({ datagram }: UdpObserved): string => datagram.connection;
  return attribute(
    { arrivals, observed, everything: arrivals, settled: [], unmatched: [] },
    connectionOf,
    udpProtocol(capabilities),
  );
}

/** UDP under profile `gro`: segmentation must give back what was merged. The time of an indication is not judged. */

import { Ipv4Flag } from '../../../reference-impl/wire/ipv4.ts';
import type { Capabilities } from '../../capabilities/capabilities.ts';
import type { Attributed } from '../attribute.ts';
import { orderFindings } from '../explanation/order.ts';
import { isSoft, ruleNamed } from '../finding.ts';
import { groupBy } from '../group-by.ts';
import type { Protocol } from '../protocol.ts';
import { ifRelated } from '../related.ts';
import type { UdpArrival, UdpObserved } from '../udp/udp-arrival.ts';
import { isRelated, udpProtocol } from '../udp/udp-protocol.ts';
import { groDatagramFindings } from './gro-datagrams.ts';
import { asJudged } from './gro-protocol.ts';

export function groDatagramProtocol(capabilities: Capabilities): Protocol<UdpArrival, UdpObserved> {
  const usual = udpProtocol(capabilities);
  return {
    ...usual,
    // Without DF, Identifications count up (R1).
    joined: ({ frame }) => frame,
    findingsOf: (run, observed, padding) =>
      padding === undefined
        ? ifRelated(groDatagramFindings(run, observed, capabilities), run, observed, isRelated)?.map(asJudged)
        : undefined,
    streamOf: (arrival) => `${flowOf(arrival, usual)}${isSetAside(arrival) ? ' | set aside' : ''}`,
    overtaking: () => ruleNamed('arrival-order'),
  };
}

/** Segments with different IPv6 flow labels are different flows (RFC 6437), and no network keeps order between them. */
function flowOf(arrival: UdpArrival, { streamOf }: Protocol<UdpArrival, UdpObserved>): string {
  return `${streamOf(arrival)} | ${arrival.datagram.flowLabel}`;
}

/** GRO rejects it before it looks for its connection, for example because of padding, or without a checksum or payload. */
function isSetAside({ datagram, frame }: UdpArrival): boolean {
  const { kind, hasIpExtras, ipChecksum, udpChecksum, hasChecksum, payloadLength, lengthsAgree } = datagram;
  const isWrong = ipChecksum === 'wrong' || udpChecksum === 'wrong';
  const isPadded = frame.length > datagram.ipEnd;
  const isReserved = (datagram.ipFlags & Ipv4Flag.reserved) !== 0;
  return (
    kind !== 'datagram' ||
    hasIpExtras ||
    isPadded ||
    isReserved ||
    isWrong ||
    !hasChecksum ||
    payloadLength === 0 ||
    !lengthsAgree
  );
}

/** R2: arrivals that were set aside and overtook their flow, unless something worse is out of order. */
export function withSetAside(
  attributed: Attributed<UdpArrival, UdpObserved>,
  capabilities: Capabilities,
): Attributed<UdpArrival, UdpObserved> {
  const { matches } = attributed;
  const findings = attributed.findings.map(asJudged);
  if (!findings.every(isSoft) || !matches.every((match) => match.findings.every(isSoft)))
    return { ...attributed, findings };
  const usual = udpProtocol(capabilities);
  const protocol = { ...groDatagramProtocol(capabilities), overtaking: () => ruleNamed('set-aside-in-order') };
  const flows = groupBy(matches, ({ run: [first] }) => (first === undefined ? '' : flowOf(first, usual)));
  flows.delete('');
  return {
    ...attributed,
    findings: [...findings, ...[...flows.values()].flatMap((members) => orderFindings(members, protocol))],
  };
}

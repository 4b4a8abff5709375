/** TCP under profile `gro`: segmentation must give back what was merged. The time of an indication is not judged. */

import { PROFILES } from '../../../reference-impl/profile.ts';
import { givesBack } from '../../../reference-impl/rules/round-trip.ts';
import { extensionKinds } from '../../../reference-impl/wire/ipv6.ts';
import type { Segment } from '../../../reference-impl/wire/segment.ts';
import type { Capabilities } from '../../capabilities/capabilities.ts';
import type { Arrival } from '../arrival.ts';
import { orderFindings } from '../explanation/order.ts';
import { isSoft, ruleNamed } from '../finding.ts';
import { groupBy } from '../group-by.ts';
import type { Observed } from '../observed.ts';
import type { Protocol } from '../protocol.ts';
import { ifRelated } from '../related.ts';
import { isRelated, type TcpMatch, tcpProtocol } from '../tcp/tcp-protocol.ts';
import type { Breach, Finding } from '../types.ts';
import { groFindings } from './gro-findings.ts';

export function groProtocol(capabilities: Capabilities): Protocol<Arrival, Observed> {
  return {
    ...tcpProtocol(capabilities),
    // What segmentation gives back is judged by R1 alone.
    mayJoin: () => true,
    findingsOf: (run, observed, padding) =>
      ifRelated(groFindings(run, observed, capabilities, padding), run, observed, isRelated)?.map(asJudged),
    streamOf: (arrival) => {
      const flow = flowOf(arrival);
      const aside = setAside(arrival.segment);
      return flow === '' || aside === '' ? flow : `${flow} | ${aside}`;
    },
  };
}

/** Segments with different IPv6 flow labels are different flows (RFC 6437), and no network keeps order between them. */
function flowOf({ stream, strippedTags, segment }: Arrival): string {
  return stream === '' ? '' : `${stream} | ${strippedTags} | ${segment.flowLabel}`;
}

/**
 * Why GRO may set it aside; empty if it may not. GRO does not parse it, or parses it as another kind than the rest of the
 * flow: it knows some extension headers, and not others. So kinds overtake each other, too.
 */
function setAside(segment: Segment): string {
  const { frame, ipVersion, ipOffset, tcpOffset, hasIpExtras, isFragment, ipChecksum, tcpChecksum } = segment;
  const extras = ipVersion === 6 ? `extensions ${extensionKinds(frame, ipOffset, tcpOffset)}` : 'options';
  return [
    hasIpExtras ? extras : '',
    isFragment ? 'fragment' : '',
    ipChecksum === 'wrong' || tcpChecksum === 'wrong' ? 'wrong checksum' : '',
  ]
    .filter((reason) => reason !== '')
    .join(', ');
}

const JUDGED: ReadonlySet<string> = new Set(PROFILES.gro.judged);

/** A finding about a rule that the profile judges keeps its name. Any other fault in a frame is R1. */
export function asJudged<T extends Breach>(found: T): T {
  return JUDGED.has(found.rule) ? found : { ...found, rule: givesBack.id };
}

/** R2: arrivals that were set aside and overtook their flow, unless something worse is out of order. */
export function setAsideFindings(
  matches: readonly TcpMatch[],
  findings: readonly Finding[],
  capabilities: Capabilities,
): Finding[] {
  if (findings.some((found) => !isSoft(found)) || matches.some((match) => !match.findings.every(isSoft))) return [];
  const protocol = { ...groProtocol(capabilities), overtaking: () => ruleNamed('set-aside-in-order') };
  const flows = groupBy(matches, ({ run: [first] }) => (first === undefined ? '' : flowOf(first)));
  flows.delete('');
  return [...flows.values()].flatMap((members) => orderFindings(members, protocol));
}

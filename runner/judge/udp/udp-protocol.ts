/** What attribution needs to know about datagrams. */

import type { Datagram } from '../../../reference-impl/udp/datagram.ts';
import { equalBytes, toHex } from '../../../reference-impl/wire/bytes.ts';
import { ETHERNET_MINIMUM, MAX_TRAILER } from '../../../reference-impl/wire/ethernet.ts';
import { Ipv4At, Ipv6At, UdpAt } from '../../../reference-impl/wire/fields.ts';
import { UDP_HEADER } from '../../../reference-impl/wire/udp.ts';
import type { Capabilities } from '../../capabilities/capabilities.ts';
import { withoutIdentification } from '../acceptance/without-identification.ts';
import { finding, ruleNamed } from '../finding.ts';
import { groupBy } from '../group-by.ts';
import { namedByKind } from '../kind-text.ts';
import type { Protocol } from '../protocol.ts';
import { holdsPayload, ifRelated, sharesRange } from '../related.ts';
import { StaleBytes } from '../tcp/stale-bytes.ts';
import type { Finding } from '../types.ts';
import { withLinkHeaderOf } from './settled-link.ts';
import { mayDropDatagram, type UdpArrival, type UdpObserved } from './udp-arrival.ts';
import { udpFindings } from './udp-findings.ts';

/** As many first bytes identify a payload. */
const SHOWN = 8;

/** `everything`: all arrivals whose bytes may turn up in a wrong place. */
export function udpProtocol(
  capabilities: Capabilities,
  everything: readonly UdpArrival[] = [],
): Protocol<UdpArrival, UdpObserved> {
  const stale = new StaleBytes(everything);
  return {
    payloadOf: ({ datagram: { payloadOffset, payloadLength } }) => ({
      from: payloadOffset,
      to: payloadOffset + payloadLength,
    }),
    // Its lengths may leave out the UDP header (U5): only the frame shows where it may end.
    payloadIn: ({ datagram, frame }) => ({ from: datagram.payloadOffset, to: frame.length }),
    mayEndAt: (offset, { frame }, run) => {
      const [first] = run;
      if (first === undefined || run.length === 1) return true;
      const own = first.frame.length - first.datagram.ipEnd;
      return frame.length - offset <= Math.max(MAX_TRAILER, own, ETHERNET_MINIMUM - offset);
    },
    mayBegin: () => true,
    mayEnd: () => true,
    // U2: a shorter one ends the unit.
    mayGoOn: (run) => run.at(-1)?.datagram.udpLength === run[0]?.datagram.udpLength,
    mayJoin: () => true,
    likeness: () => undefined,
    joined: ({ frame, datagram }) => withoutIdentification(frame, datagram),
    mayDrop: (arrival) => mayDropDatagram(arrival, capabilities),
    mayBeMissingWithin: () => true,
    findingsOf: (run, observed, padding) => {
      const findings = padding === undefined ? udpFindings(run, observed, capabilities) : undefined;
      const whole = findings === undefined ? undefined : stale.whole(findings, run, observed);
      if (whole !== undefined) return [...(findings ?? []).filter(({ field }) => field === 'dpc'), whole];
      return ifRelated(findings, run, observed, isRelated);
    },
    streamOf,
    connectionOf: ({ datagram }) => datagram.connection,
    connectionIn: ({ datagram }) => datagram.connection,
    isMalformed: () => false,
    packetEnd: ({ datagram }) => datagram.ipEnd,
    payloadStarts: ({ datagram }) => [datagram.payloadOffset],
    payloadEnds: ({ datagram: { payloadOffset, payloadLength, ipEnd }, frame }) => {
      const end = payloadOffset + payloadLength;
      return [...new Set([end, end + UDP_HEADER, ipEnd, frame.length])];
    },
    // Datagrams are not numbered.
    isContinued: () => true,
    countIn: ({ oob }) => oob.uroSegCount ?? 0,
    saysMerged: ({ oob }) => (oob.uroSegCount ?? 0) > 1 || (oob.segCount ?? 0) > 1,
    isAlike,
    isRelated,
    lost: (arrivals) => lostFindings(arrivals),
    overtaking: (overtaken, by) => {
      const isAcross = overtaken.some(
        ({ datagram, number }) => datagram.udpChecksum === 'wrong' && by.some((one) => one.number < number),
      );
      return ruleNamed(isAcross ? 'uro-checksum-wrong' : 'uro-order');
    },
    kindOf,
  };
}

/** A connection and one link-layer header, with the stripped tags. */
function streamOf({ frame, datagram, strippedTags }: UdpArrival): string {
  return `${datagram.connection} | ${toHex(frame.subarray(0, datagram.ipOffset))} ${strippedTags}`;
}

/** Its connection, its Identification or the first bytes of its payload match. */
function isAlike({ datagram, segment, frame }: UdpArrival, one: UdpObserved): boolean {
  const { payloadOffset, payloadLength, connection } = datagram;
  if (payloadLength > 0 && connection === one.datagram.connection) return true;
  if (segment.ipVersion === 4 && segment.ipId === one.segment.ipId && segment.ipId !== 0) return true;
  const shown = Math.min(payloadLength, SHOWN);
  if (shown === 0) return one.datagram.payloadLength === 0 || hasHeadersOf(frame, datagram, one);
  return equalBytes(frame, payloadOffset, one.frame, payloadOffset, shown);
}

/** All but lengths and checksums is the same: nothing else of an empty datagram can show. */
function hasHeadersOf(frame: Uint8Array, { ipVersion, ipOffset, udpOffset }: Datagram, one: UdpObserved): boolean {
  const same = (from: number, to: number): boolean => sharesRange(frame, one.frame, from, to);
  const ip =
    ipVersion === 6 && same(0, ipOffset + Ipv6At.payloadLength) && same(ipOffset + Ipv6At.nextHeader, udpOffset);
  return ip && same(udpOffset, udpOffset + UdpAt.length);
}

/** Its flow or bytes of its payload match; for an empty datagram, its addresses or ports. */
export function isRelated(arrival: UdpArrival, indicated: UdpObserved): boolean {
  const { datagram, frame } = arrival;
  const observed = withLinkHeaderOf(arrival, indicated);
  const { connection, ipVersion, ipOffset, udpOffset, payloadOffset, payloadLength } = datagram;
  if (connection === observed.datagram.connection) return true;
  const addresses = ipOffset + (ipVersion === 4 ? Ipv4At.source : Ipv6At.source);
  const ports = [udpOffset, udpOffset + UdpAt.length] as const;
  const share = (from: number, to: number): boolean => sharesRange(frame, observed.frame, from, to);
  if (payloadLength === 0) return share(addresses, udpOffset) || share(...ports);
  return (
    share(addresses, ports[1]) || holdsPayload(frame, payloadOffset, payloadOffset + payloadLength, observed.frame)
  );
}

/** "datagram", "empty datagram", "datagram with IPv4 options", "datagram whose lengths disagree", "fragment". */
function kindOf({ datagram }: UdpArrival): string {
  if (datagram.kind === 'first-fragment') return 'fragment';
  if (datagram.ipChecksum === 'wrong' || datagram.udpChecksum === 'wrong') return 'wrong checksum';
  if (!datagram.lengthsAgree) return 'datagram whose lengths disagree';
  const what = datagram.payloadLength === 0 ? 'empty datagram' : 'datagram';
  if (!datagram.hasIpExtras) return what;
  return `${what} with ${datagram.ipVersion === 4 ? 'IPv4 options' : 'an extension header'}`;
}

function lostFindings(lost: readonly UdpArrival[]): Finding[] {
  return [...groupBy(lost, streamOf).values()].map((members) => {
    const numbers = members.map(({ number }) => number);
    const named = namedByKind(members.map((member) => ({ number: member.number, kind: kindOf(member) })));
    const message = `${named} never came out.`;
    return finding(ruleNamed('accounted-once'), numbers, 'indications', '1', '0', message);
  });
}

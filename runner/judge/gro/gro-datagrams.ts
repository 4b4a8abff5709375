/** R1 for datagrams: the findings on an indication if it is made of this run. Does segmentation give them back? */

import { givesBack } from '../../../reference-impl/rules/round-trip.ts';
import type { Level } from '../../../reference-impl/rules/rule.ts';
import { toHex, u16 } from '../../../reference-impl/wire/bytes.ts';
import { fold, sumBytes, verifies } from '../../../reference-impl/wire/checksum.ts';
import { ETHERNET_MINIMUM, MAX_TRAILER } from '../../../reference-impl/wire/ethernet.ts';
import { Ipv4At, Ipv6At, PORTS, UdpAt } from '../../../reference-impl/wire/fields.ts';
import { IPV4_HEADER } from '../../../reference-impl/wire/ipv4.ts';
import { IPV6_HEADER } from '../../../reference-impl/wire/ipv6.ts';
import { UDP_HEADER, UDP_PROTOCOL } from '../../../reference-impl/wire/udp.ts';
import type { Capabilities } from '../../capabilities/capabilities.ts';
import { comparePayload } from '../compare-payload.ts';
import { fieldName, isOrAre } from '../field-words.ts';
import { draft, isSoft, nameArrivals, ruleNamed } from '../finding.ts';
import type { Draft } from '../types.ts';
import type { UdpArrival, UdpObserved } from '../udp/udp-arrival.ts';
import { compareLoneDatagram } from '../udp/udp-compare.ts';
import { cutOf, IP_FIELDS } from './cut-fields.ts';
import { forbidden } from './gro-findings.ts';
import { headerFindings } from './gro-header.ts';
import { type RoundTripReport, roundTripReport } from './round-trip-report.ts';

/** `run` in the order of its bytes. Undefined if some had not arrived yet. */
export function groDatagramFindings(
  run: readonly UdpArrival[],
  observed: UdpObserved,
  capabilities: Capabilities,
): readonly Draft[] | undefined {
  const [first] = run;
  if (first === undefined || run.some(({ step }) => observed.step <= step)) return undefined;
  const ofHeader = headerFindings(observed, run, first.datagram.payloadLength);
  if (run.length === 1) return [...compareLoneDatagram(first, observed), ...ofHeader];
  const merge = mergeFindings(run, observed);
  if (!merge.every(isSoft)) return merge;
  return [...merge, ...orderFindings(run), ...contentFindings(run, observed, capabilities), ...ofHeader];
}

/** Bytes of each piece but the last: as reported, or as in the first datagram. */
function sizeOf([first]: readonly UdpArrival[], { gsoSize, oob }: UdpObserved): number {
  return gsoSize ?? (oob.uroSegSize || undefined) ?? first?.datagram.payloadLength ?? 0;
}

/** The first arrival that segmentation cannot give back together with the others, and why; and milder findings. */
function mergeFindings(run: readonly UdpArrival[], observed: UdpObserved): Draft[] {
  const [{ segment: first, datagram: model }] = run as readonly [UdpArrival, ...UdpArrival[]];
  const size = sizeOf(run, observed);
  const last = run.length - 1;
  const mild = new Map<string, Draft>();
  for (const [place, arrival] of run.entries()) {
    const { datagram, segment } = arrival;
    const forbid = (why: string, rule = givesBack.name, level?: Level): Draft =>
      forbidden(run, arrival, rule, why, level);
    if (datagram.ipChecksum === 'wrong')
      return [forbid('its IPv4 header checksum is wrong.', 'ipv4-header-checksum-wrong')];
    if (datagram.udpChecksum === 'wrong') return [forbid('its UDP checksum is wrong, segmentation gives a right one.')];
    if (datagram.kind !== 'datagram' || segment.isFragment) return [forbid('it is a fragment.', 'ipv4-fragment')];
    if (datagram.connection !== model.connection) return [forbid('it is of another connection.', 'one-connection')];
    if (!datagram.lengthsAgree)
      return [forbid('its UDP length and its IP length disagree; after segmentation they agree.')];
    const { payloadLength } = datagram;
    if (payloadLength === 0) return [forbid('it has no payload, and segmentation gives no frame without payload.')];
    if (payloadLength > size || (place < last && payloadLength !== size)) {
      const cut = place < last ? `${size}` : `at most ${size}`;
      return [forbid(`it has ${payloadLength} payload bytes, segmentation gives ${cut}.`)];
    }
    if (extras(arrival) !== extras(run[0] as UdpArrival))
      return [forbid('its IP options or extension headers differ from the first’s.')];
    for (const field of IP_FIELDS) {
      if (field.is?.(first) === false) continue;
      const own = field.of(segment);
      const cut = cutOf(field, first, place, run.length);
      if (cut.includes(own)) continue;
      const name = fieldName(field.field, segment.ipVersion);
      const why = `its ${name} ${isOrAre(field.field)} ${own}, segmentation gives ${cut.join(' or ')}.`;
      const excuse = field.isMild?.(run.map((one) => one.segment));
      if (excuse === undefined) return [forbid(why)];
      mild.set(field.field, mild.get(field.field) ?? forbid(`${why} ${excuse}`, givesBack.name, 'should'));
    }
    if (datagram.hasChecksum) continue;
    const why = 'it came without a UDP checksum, segmentation gives one. The host’s UDP does not notice.';
    mild.set('checksum', mild.get('checksum') ?? forbid(why, givesBack.name, 'should'));
  }
  return [...mild.values()];
}

/** IPv4 options or IPv6 extension headers, in hex. */
function extras({ frame, datagram: { ipOffset, ipVersion, udpOffset } }: UdpArrival): string {
  return toHex(frame.subarray(ipOffset + (ipVersion === 4 ? IPV4_HEADER : IPV6_HEADER), udpOffset));
}

/** The payloads are not in the order of arrival. */
function orderFindings(run: readonly UdpArrival[]): Draft[] {
  const merged = run.map(({ number }) => number);
  const arrived = [...merged].sort((a, b) => a - b);
  if (merged.every((number, i) => number === arrived[i])) return [];
  const message = `${nameArrivals(merged)} were merged in this order instead of arrival order.`;
  return [
    draft(ruleNamed('arrival-order'), arrived, 'merge', () => [nameArrivals(arrived), nameArrivals(merged), message]),
  ];
}

/** The run could be given back; does this frame give it back? */
function contentFindings(
  run: readonly UdpArrival[],
  observed: UdpObserved,
  { checksums }: Capabilities,
): readonly Draft[] {
  const [{ segment: first, datagram: model, frame: original }] = run as readonly [UdpArrival, ...UdpArrival[]];
  // Of an impossible length, no field of it is read.
  const { frame, repaired: segment, datagram } = observed;
  const arrivals = run.map(({ number }) => number);
  const findings: Draft[] = [];
  const report = roundTripReport(arrivals, first.ipVersion, findings);
  if (
    datagram.kind !== 'datagram' ||
    datagram.udpOffset !== model.udpOffset ||
    datagram.ipVersion !== model.ipVersion
  ) {
    report('frame', 'a UDP datagram like the first', 'none', () => 'it is not a UDP datagram like the first.');
    return findings;
  }
  for (const field of IP_FIELDS) {
    if (field.is?.(first) !== false && field.of(segment) !== field.of(first))
      report(field.field, field.of(first), field.of(segment));
  }
  const from = model.ipOffset + (model.ipVersion === 4 ? Ipv4At.source : Ipv6At.source);
  const ports = model.udpOffset + PORTS;
  // Options of IPv4 and the ports among them.
  const [own, was] = [toHex(original.subarray(from, ports)), toHex(frame.subarray(from, ports))];
  if (own !== was) report('addresses and ports', own, was);
  const [reported, size] = [sizeOf(run, observed), model.payloadLength];
  if (reported !== size) report('gso_size', size, reported);
  const payload = Buffer.concat(
    run.map(({ frame: bytes, datagram: one }) =>
      bytes.subarray(one.payloadOffset, one.payloadOffset + one.payloadLength),
    ),
  );
  const end = model.payloadOffset + payload.length;
  const claimed = ipLengthOf(frame, model);
  if (claimed !== end - model.ipOffset) report('IP length', end - model.ipOffset, claimed);
  if (datagram.udpLength !== UDP_HEADER + payload.length)
    report('udp.length', UDP_HEADER + payload.length, datagram.udpLength);
  const most = Math.max(MAX_TRAILER, ETHERNET_MINIMUM - end);
  const place = { frame, payloadOffset: model.payloadOffset };
  const parts = () => run.map(({ number, datagram: { payloadLength: length } }) => ({ number, length }));
  comparePayload(payload, place, most, parts, givesBack, (_, field, wanted, actual, sentence) =>
    report(field, wanted, actual, sentence),
  );
  if (findings.length === 0 && checksums !== 'unknown' && checksums !== 'flagged') checksumFindings(observed, report);
  return findings;
}

/** As the header says, itself included. */
function ipLengthOf(frame: Uint8Array, { ipVersion, ipOffset: ip }: UdpArrival['datagram']): number {
  return ipVersion === 4 ? u16(frame, ip + Ipv4At.totalLength) : u16(frame, ip + Ipv6At.payloadLength) + IPV6_HEADER;
}

/** Segmentation writes both again. The UDP checksum may be left to it: only the pseudo-header's sum, or none. */
function checksumFindings({ frame, datagram }: UdpObserved, report: RoundTripReport): void {
  const { ipVersion, ipOffset: ip, udpOffset: udp, udpLength } = datagram;
  if (ipVersion === 4 && u16(frame, ip + Ipv4At.checksum) !== 0 && !verifies(sumBytes(frame, ip, udp)))
    report('ipv4.checksum', 'right', 'wrong');
  const addresses = ip + (ipVersion === 4 ? Ipv4At.source : 8);
  const pseudo = fold(sumBytes(frame, addresses, addresses + (ipVersion === 4 ? 8 : 32)) + UDP_PROTOCOL + udpLength);
  const isLeft = u16(frame, udp + UdpAt.checksum) === pseudo;
  if (datagram.udpChecksum === 'wrong' && !isLeft) report('udp.checksum', 'right, or the pseudo-header’s sum', 'wrong');
}

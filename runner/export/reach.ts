/** What a simple runner needs to accept less merging: whose turn an arrival is, and how far a unit may go that begins with it. */

import type { FrameStep } from '../../reference-impl/step.ts';
import { Ipv4At, Ipv6At, PORTS } from '../../reference-impl/wire/fields.ts';
import { IPV4_HEADER } from '../../reference-impl/wire/ipv4.ts';
import { IPV6_HEADER } from '../../reference-impl/wire/ipv6.ts';
import type { Segment } from '../../reference-impl/wire/segment.ts';
import { DEFAULT_CAPABILITIES } from '../capabilities/capabilities.ts';
import { type Arrival, arrivalsOf, isUnordered } from '../judge/arrival.ts';
import { isSoft } from '../judge/finding.ts';
import { checkMerge } from '../judge/merge-check.ts';
import { splitUdp, type UdpArrival, usesUro } from '../judge/udp/udp-arrival.ts';
import { checkUdpMerge } from '../judge/udp/udp-merge-check.ts';

export interface ArrivalFacts {
  /** Within a stream (a connection and one link-layer header) order is judged; null: of no stream, order is not judged. */
  readonly stream: number | null;
  /** Maximum number of arrivals of its stream, itself included, in a unit that begins with it. 1: it is indicated alone. */
  readonly reach: number;
  /** Index of the step that ends its DPC: the last whose answer may hold it. */
  readonly due: number;
  /** Index of the step, before `due`, whose answer must hold it if it was merged: RSC is switched off. */
  readonly flush?: number;
  /** The end of the IP packet in the frame; the bytes after it are a trailer. */
  readonly end: number;
  /** Byte ranges that identify the stream: link-layer header, addresses, ports. Absent on null streams, as all below. */
  readonly named?: readonly (readonly [number, number])[];
  /** Offsets of the IP header, the TCP header and the payload. */
  readonly ip?: number;
  readonly tcp?: number;
  /** Of a datagram in a session that switches URO on: instead of `tcp`. */
  readonly udp?: number;
  readonly payload?: number;
  /** Offset of TSval, if the segment has timestamps. */
  readonly tsval?: number;
}

/** The judge's own rules decide: merges that break no *must*. One entry an arrival, in order. */
export function arrivalFacts(steps: readonly FrameStep[]): ArrivalFacts[] {
  const arrivals = arrivalsOf(steps, false);
  const streams = new Map<string, Arrival[]>();
  for (const arrival of arrivals) {
    if (!isUnordered(arrival.segment)) streams.set(arrival.stream, [...(streams.get(arrival.stream) ?? []), arrival]);
  }
  const datagrams = usesUro(steps) ? splitUdp(steps, arrivals, []).arrivals : [];
  const udp = new Map(datagrams.map((arrival) => [arrival.number, datagramFacts(arrival, datagrams, streams.size)]));
  const names = [...streams.keys()];
  const reach = new Map<Arrival, number>();
  for (const members of streams.values()) {
    members.forEach((arrival, at) => void reach.set(arrival, reachOf(members.slice(at))));
  }
  return arrivals.map((arrival) => {
    const ofUdp = udp.get(arrival.number);
    if (ofUdp !== undefined) return ofUdp;
    const { segment, due, switchedOff } = arrival;
    const { ipOffset: ip, tcpOffset: tcp, payloadOffset: payload, ipEnd: end } = segment;
    if (isUnordered(segment)) return { stream: null, reach: 1, due, end };
    return {
      stream: names.indexOf(arrival.stream),
      reach: reach.get(arrival) ?? 1,
      due,
      ...(switchedOff < due ? { flush: switchedOff } : {}),
      end,
      named: [[0, ip], addressesOf(segment), [tcp, tcp + PORTS]],
      ip,
      tcp,
      payload,
      ...(segment.hasTimestamps ? { tsval: segment.timestampsOffset } : {}),
    };
  });
}

function addressesOf({ ipOffset, ipVersion }: Segment): [number, number] {
  return ipVersion === 4
    ? [ipOffset + Ipv4At.source, ipOffset + IPV4_HEADER]
    : [ipOffset + Ipv6At.source, ipOffset + IPV6_HEADER];
}

/** Units grow at their end, so the first arrival that may not join bounds every shorter run, too. */
function reachOf(members: readonly Arrival[]): number {
  const [first] = members;
  if (first === undefined) return 0;
  const end = members.findIndex(({ step }) => step > first.due || step > first.switchedOff);
  const run = end < 0 ? members : members.slice(0, end);
  const broken = checkMerge(run, DEFAULT_CAPABILITIES).findings.find((found) => !isSoft(found));
  if (broken === undefined) return run.length;
  return Math.max(
    1,
    run.findIndex(({ number }) => broken.arrivals.includes(number)),
  );
}

/** Streams of UDP are numbered after those of TCP. */
function datagramFacts(arrival: UdpArrival, all: readonly UdpArrival[], before: number): ArrivalFacts {
  const { datagram, due, uroOff } = arrival;
  const { ipVersion, ipOffset: ip, udpOffset: udp, payloadOffset: payload, ipEnd: end } = datagram;
  const streamOf = ({ frame, datagram: other }: UdpArrival): string =>
    `${other.connection} ${frame.subarray(0, other.ipOffset).join()}`;
  const streams = [...new Set(all.map(streamOf))];
  const run = all.filter((other) => streamOf(other) === streamOf(arrival) && other.number >= arrival.number);
  const ended = run.findIndex(({ step }) => step > due || step > uroOff);
  const most = ended < 0 ? run.length : ended;
  let reach = 1;
  while (reach < most && checkUdpMerge(run.slice(0, reach + 1)).findings.length === 0) reach++;
  return {
    stream: before + streams.indexOf(streamOf(arrival)),
    reach,
    due,
    ...(uroOff < due ? { flush: uroOff } : {}),
    end,
    named: [
      [0, ip],
      ipVersion === 4 ? [ip + Ipv4At.source, ip + IPV4_HEADER] : [ip + Ipv6At.source, ip + IPV6_HEADER],
      [udp, udp + PORTS],
    ],
    ip,
    udp,
    payload,
  };
}

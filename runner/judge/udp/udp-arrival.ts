/** Datagrams as the judge sees them, where a session switches URO on. */

import type { FrameStep } from '../../../reference-impl/step.ts';
import { Datagram, parseDatagram, readDatagram } from '../../../reference-impl/udp/datagram.ts';
import { equalBytes, sameBytes, setU16 } from '../../../reference-impl/wire/bytes.ts';
import type { Segment } from '../../../reference-impl/wire/segment.ts';
import type { Arrival } from '../arrival.ts';
import type { Observed } from '../observed.ts';
import { isPaddedRunt } from '../tcp/unordered.ts';

export interface UdpArrival extends Arrival {
  readonly datagram: Datagram;
  /** URO, when it arrived. */
  readonly uroOn: boolean;
  /** First step after it that turned URO off; Infinity if none does. */
  readonly uroOff: number;
}

export interface UdpObserved extends Observed {
  readonly datagram: Datagram;
}

/** Separates the arrivals that are judged as UDP from the others, such as later fragments and broken datagrams. */
export interface UdpSplit {
  readonly arrivals: readonly UdpArrival[];
  readonly observed: readonly UdpObserved[];
  readonly otherArrivals: readonly Arrival[];
  readonly otherObserved: readonly Observed[];
}

/** Without URO, a datagram is a frame like any other (I8). */
export function usesUro(steps: readonly FrameStep[]): boolean {
  return steps.some((step) => 'set' in step && step.set.uro === true);
}

export function splitUdp(
  steps: readonly FrameStep[],
  all: readonly Arrival[],
  observed: readonly Observed[],
): UdpSplit {
  const arrivals: UdpArrival[] = [];
  const otherArrivals: Arrival[] = [];
  for (const arrival of all) {
    // A segment inside a tunnel over UDP is judged as TCP.
    const datagram = arrival.segment.kind === 'other' ? parseDatagram(arrival.frame, new Datagram()) : undefined;
    if (datagram !== undefined && namesPorts(datagram))
      arrivals.push({ ...arrival, datagram, ...switchesAround(steps, arrival.step) });
    else otherArrivals.push(arrival);
  }
  const split = { arrivals, otherArrivals, observed: [] as UdpObserved[], otherObserved: [] as Observed[] };
  for (const one of observed) {
    const isOther = isPaddedRunt(one, otherArrivals) || isInTunnel(one, arrivals);
    const datagram = isOther ? undefined : datagramOf(one, otherArrivals);
    if (datagram === undefined) split.otherObserved.push(one);
    else split.observed.push({ ...one, datagram });
  }
  return split;
}

/** A unit in a tunnel whose own lengths are wrong, unless a datagram arrived like this. */
function isInTunnel({ repaired, frame }: Observed, datagrams: readonly UdpArrival[]): boolean {
  return repaired.outer.length > 0 && !datagrams.some((arrival) => sameBytes(arrival.frame, frame));
}

function namesPorts({ kind }: Datagram): boolean {
  return kind === 'datagram' || kind === 'first-fragment';
}

/** An impossible IP length is taken as right, unless a frame arrived with it. */
function datagramOf({ segment, frame }: Observed, others: readonly Arrival[]): Datagram | undefined {
  if (segment.kind !== 'other') return undefined;
  const datagram = readDatagram(segment, new Datagram());
  if (namesPorts(datagram)) return datagram;
  const isAsArrived = others.some((other) => equalBytes(other.frame, 0, frame, 0, other.segment.ipEnd));
  if (isAsArrived || datagram.kind === 'later-fragment') return undefined;
  const repaired = parseDatagram(withWholeLength(segment), new Datagram());
  return namesPorts(repaired) ? repaired : undefined;
}

/** The same frame with an IP length up to its end. */
function withWholeLength({ frame, ipVersion, ipOffset }: Segment): Uint8Array {
  const copy = new Uint8Array(frame);
  const length = Math.min(frame.length - ipOffset - (ipVersion === 6 ? 40 : 0), 0xffff);
  if (ipVersion !== 0 && length > 0) setU16(copy, ipOffset + (ipVersion === 6 ? 4 : 2), length);
  return copy;
}

function switchesAround(steps: readonly FrameStep[], at: number): { uroOn: boolean; uroOff: number } {
  let uroOn = false;
  let uroOff = Number.POSITIVE_INFINITY;
  steps.forEach((step, index) => {
    if (!('set' in step) || step.set.uro === undefined) return;
    if (index < at) uroOn = step.set.uro;
    else if (!step.set.uro) uroOff = Math.min(uroOff, index);
  });
  return { uroOn, uroOff };
}

/** I7: the datagrams that a target may drop if it announces so. */
export function mayDropDatagram(
  { datagram }: UdpArrival,
  { drops }: { readonly drops: 'none' | 'checksum' | 'malformed' | 'both' },
): boolean {
  const isWrong = datagram.ipChecksum === 'wrong' || datagram.udpChecksum === 'wrong';
  if (isWrong && (drops === 'checksum' || drops === 'both')) return true;
  return !datagram.lengthsAgree && (drops === 'malformed' || drops === 'both');
}

/** A coalescer that confuses two connections: it treats the newcomer's frames as those of the first one. */

import type { FrameStep } from '../../../reference-impl/step.ts';
import { Ipv4At, Ipv6At, PORTS, TcpAt } from '../../../reference-impl/wire/fields.ts';
import type { Arrival } from '../../judge/arrival.ts';
import { isUnordered } from '../../judge/arrival.ts';
import { withChecksums } from '../alterations.ts';
import type { OwnIndication } from '../subject.ts';
import type { KeyFault, Played } from './narrow-fault.ts';

/** Arrivals that the fault assigns to an earlier connection. */
export function sameKeyBefore(fault: KeyFault, played: Played): number[] {
  return [...confusions(fault, played.arrivals).keys()];
}

/** Each confused arrival, and the arrival whose connection it is assigned to. */
export function confusions({ key }: KeyFault, arrivals: readonly Arrival[]): Map<number, Arrival> {
  const firsts = new Map<string, Arrival>();
  const confused = new Map<number, Arrival>();
  // Most sessions use one key, and computing keys takes long.
  if (arrivals.every(({ connection }) => connection === arrivals[0]?.connection)) return confused;
  for (const arrival of arrivals) {
    const { segment } = arrival;
    if (isUnordered(segment) || segment.kind !== 'segment') continue;
    const name = `${segment.ipVersion} ${segment.ipOffset} ${key(arrival)}`;
    const first = firsts.get(name);
    if (first === undefined) firsts.set(name, arrival);
    else if (first.connection !== arrival.connection) confused.set(arrival.number, first);
  }
  return confused;
}

/** Link-layer header, addresses and ports become those of the other; checksums stay as right or wrong as they were. */
export function disguised(arrival: Arrival, as: Arrival): Uint8Array {
  const frame = dressed(arrival.frame, arrival, as);
  const { ipChecksum, tcpChecksum, ipOffset, tcpOffset } = arrival.segment;
  withChecksums(frame);
  if (ipChecksum === 'wrong') frame[ipOffset + Ipv4At.checksum] = (frame[ipOffset + Ipv4At.checksum] as number) ^ 1;
  if (tcpChecksum === 'wrong') frame[tcpOffset + TcpAt.checksum] = (frame[tcpOffset + TcpAt.checksum] as number) ^ 1;
  return frame;
}

function dressed(bytes: Uint8Array, to: Arrival, from: Arrival): Uint8Array {
  const frame = bytes.slice();
  const { ipOffset, ipVersion, tcpOffset } = to.segment;
  const [at, length] = ipVersion === 4 ? [ipOffset + Ipv4At.source, 8] : [ipOffset + Ipv6At.source, 32];
  frame.set(from.frame.subarray(0, ipOffset), 0);
  frame.set(from.frame.subarray(at, at + length), at);
  frame.set(from.frame.subarray(from.segment.tcpOffset, from.segment.tcpOffset + PORTS), tcpOffset);
  return frame;
}

/** The steps as this coalescer sees them. */
export function confusedSteps(played: Played, struck: ReadonlyMap<number, Arrival>): FrameStep[] {
  let number = 0;
  return played.steps.map((step) => {
    if (!('rx' in step)) return step;
    const arrival = played.arrivals[number++] as Arrival;
    const as = struck.get(arrival.number);
    return as === undefined ? step : { ...step, rx: disguised(arrival, as) };
  });
}

/** An indication gets the header of its first arrival. */
export function undisguised(one: OwnIndication, played: Played, struck: ReadonlyMap<number, Arrival>): OwnIndication {
  const first = one.arrivals[0] as number;
  if (!struck.has(first)) return one;
  const arrival = played.arrivals[first] as Arrival;
  if (one.arrivals.length === 1) return { ...one, frame: arrival.frame };
  return { ...one, frame: withChecksums(dressed(one.frame, arrival, arrival)) };
}

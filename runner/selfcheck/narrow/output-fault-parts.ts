/** The parts of output faults. */

import { type HeaderField, headerFields, USUAL_TIMESTAMPS } from '../../../reference-impl/wire/fields.ts';
import type { Segment } from '../../../reference-impl/wire/segment.ts';
import { TCP_HEADER, TcpFlag } from '../../../reference-impl/wire/tcp.ts';
import { parsed } from '../../judge/arrival.ts';
import { withChecksums } from '../alterations.ts';
import type { OwnIndication } from '../subject.ts';
import type { OutputFault, Played } from './narrow-fault.ts';

export const segmentOf = ({ arrivals }: Played, number: number): Segment =>
  (arrivals[number] as Played['arrivals'][number]).segment;
export const isUnit = ({ arrivals }: OwnIndication): boolean => arrivals.length > 1;
export const lastOf = ({ arrivals }: OwnIndication): number => arrivals.at(-1) as number;

const isTcpUnit = (one: OwnIndication, played: Played): boolean =>
  isUnit(one) && segmentOf(played, one.arrivals[0] as number).kind === 'segment';

/** A unit of TCP segments, in a copy of its frame. `change` may write to it; checksums are recomputed afterwards. */
export function onUnit(
  name: string,
  broken: string,
  summary: string,
  chances: (one: OwnIndication, played: Played) => readonly number[],
  change: (frame: Uint8Array, struck: readonly number[], one: OwnIndication, played: Played) => Uint8Array,
): OutputFault {
  return {
    kind: 'output',
    name,
    summary,
    broken,
    chances: (one, played) => (isTcpUnit(one, played) ? chances(one, played) : []),
    strike: (one, struck, played) => [{ ...one, frame: withChecksums(change(one.frame.slice(), struck, one, played)) }],
  };
}

/** A field that should be updated when a segment joins. `fold`: its value without the updates that the fault skips. */
export function fieldFault(
  name: string,
  broken: string,
  summary: string,
  field: HeaderField,
  read: (segment: Segment) => number,
  moves: (value: number, before: readonly number[]) => boolean,
  fold: (values: readonly number[]) => number,
): OutputFault {
  return onUnit(
    name,
    broken,
    summary,
    (one, played) => {
      if (!headerFields[field].has(segmentOf(played, one.arrivals[0] as number))) return [];
      const values = one.arrivals.map((number) => read(segmentOf(played, number)));
      return one.arrivals.filter((_, i) => i > 0 && moves(values[i] as number, values.slice(0, i)));
    },
    (frame, struck, one, played) => {
      const left = one.arrivals.filter((number) => !struck.includes(number));
      const value = fold(left.map((number) => read(segmentOf(played, number))));
      headerFields[field].write(frame, parsed(frame), value);
      return frame;
    },
  );
}

export const last = (values: readonly number[]): number => values.at(-1) as number;
export const differs = (value: number, before: readonly number[]): boolean => value !== last(before);

/** The last segment decides: the fault can occur when the unit is finished. */
export function atEnd(
  name: string,
  broken: string,
  summary: string,
  isPossible: (one: OwnIndication, played: Played) => boolean,
  change: (one: OwnIndication, played: Played) => OwnIndication,
): OutputFault {
  return {
    kind: 'output',
    name,
    summary,
    broken,
    chances: (one, played) => (isTcpUnit(one, played) && isPossible(one, played) ? [lastOf(one)] : []),
    strike: (one, _, played) => [change({ ...one, frame: one.frame.slice() }, played)],
  };
}

export function withField(one: OwnIndication, field: HeaderField, change: (value: number) => number): OwnIndication {
  const layout = parsed(one.frame);
  const access = headerFields[field];
  access.write(one.frame, layout, change(access.read(one.frame, layout)) >>> 0);
  return one;
}

export const isIpv4 = (one: OwnIndication, played: Played): boolean =>
  segmentOf(played, one.arrivals[0] as number).ipVersion === 4;

/** Cuts a unit's payload into one piece per arrival and joins the pieces again; its length fields follow. */
function rebuilt(
  frame: Uint8Array,
  one: OwnIndication,
  played: Played,
  piece: (payload: Uint8Array, number: number) => readonly Uint8Array[],
): Uint8Array {
  const { payloadOffset, ipOffset, ipVersion } = parsed(frame);
  const parts: Uint8Array[] = [frame.subarray(0, payloadOffset)];
  let at = payloadOffset;
  for (const number of one.arrivals) {
    const { payloadLength } = segmentOf(played, number);
    parts.push(...piece(frame.subarray(at, at + payloadLength), number));
    at += payloadLength;
  }
  const whole = new Uint8Array(Buffer.concat(parts));
  const length = whole.length - ipOffset - (ipVersion === 4 ? 0 : 40);
  headerFields[ipVersion === 4 ? 'ipv4.total-length' : 'ipv6.payload-length'].write(
    whole,
    { ipVersion, ipOffset, tcpOffset: 0, payloadOffset: 0, timestampsOffset: 0 },
    Math.min(length, 0xffff),
  );
  return whole;
}

export const withData = (one: OwnIndication, played: Played): number[] =>
  one.arrivals.filter((number) => segmentOf(played, number).payloadLength > 0);
export const joinedData = (one: OwnIndication, played: Played): number[] =>
  withData(one, played).filter((number) => number !== one.arrivals[0]);

export function pieceFault(
  name: string,
  broken: string,
  summary: string,
  chances: (one: OwnIndication, played: Played) => readonly number[],
  piece: (payload: Uint8Array, number: number, played: Played) => readonly Uint8Array[],
): OutputFault {
  return onUnit(name, broken, summary, chances, (frame, struck, one, played) =>
    rebuilt(frame, one, played, (payload, number) =>
      struck.includes(number) ? piece(payload, number, played) : [payload],
    ),
  );
}

export function flippedAt(payload: Uint8Array, at: number): Uint8Array {
  const copy = payload.slice();
  copy[at] = (copy[at] as number) ^ 0x41;
  return copy;
}

export function trailerOf(played: Played, number: number): Uint8Array {
  const { frame, ipEnd } = segmentOf(played, number);
  return frame.subarray(ipEnd);
}

export const isPushed = (segment: Segment): boolean => (segment.flags & TcpFlag.psh) !== 0;

/** For lone frames and units: they are lost, come twice, or late. */
export function onWhole(
  name: string,
  broken: string,
  summary: string,
  isPossible: (one: OwnIndication, played: Played) => boolean,
  strike: (one: OwnIndication, played: Played) => readonly OwnIndication[],
): OutputFault {
  return {
    kind: 'output',
    name,
    summary,
    broken,
    chances: (one, played) => (isPossible(one, played) ? [lastOf(one)] : []),
    strike: (one, _, played) => strike(one, played),
  };
}

export const isLone = (one: OwnIndication): boolean => !isUnit(one);
export const isLoneData = (one: OwnIndication, played: Played): boolean =>
  isLone(one) && segmentOf(played, one.arrivals[0] as number).payloadLength > 0;

export function nextDpc({ steps }: Played, step: number): number {
  const at = steps.findIndex((other, i) => i > step && 'dpc' in other);
  return at < 0 ? steps.length : at;
}

export const hasOtherLayout = (one: OwnIndication, played: Played): boolean => {
  const { timestampsOffset, tcpOffset, tcpHeaderLength } = segmentOf(played, one.arrivals[0] as number);
  return timestampsOffset > 0 && (timestampsOffset !== tcpOffset + USUAL_TIMESTAMPS || tcpHeaderLength !== 32);
};

/** NOP, NOP, timestamps, and EOL in the room that is left. */
export function usualLayout(one: OwnIndication): OwnIndication {
  const { tcpOffset, payloadOffset, timestampsOffset } = parsed(one.frame);
  const value = one.frame.slice(timestampsOffset, timestampsOffset + 8);
  one.frame.fill(0, tcpOffset + TCP_HEADER, payloadOffset);
  one.frame.set([1, 1, 8, 10], tcpOffset + TCP_HEADER);
  one.frame.set(value, tcpOffset + USUAL_TIMESTAMPS);
  return { ...one, frame: withChecksums(one.frame) };
}

export const fieldOf =
  (field: 'ack' | 'window' | 'tsVal' | 'tsEcr' | 'ttl' | 'ipId'): ((segment: Segment) => number) =>
  (segment) =>
    segment[field];

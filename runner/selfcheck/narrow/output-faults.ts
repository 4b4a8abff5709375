/** Right decisions, wrong output: a field, a byte, a count, a place in the order. */

import { type HeaderField, headerFields, USUAL_TIMESTAMPS } from '../../../reference-impl/wire/fields.ts';
import type { Segment } from '../../../reference-impl/wire/segment.ts';
import { TCP_HEADER, TcpFlag } from '../../../reference-impl/wire/tcp.ts';
import { parsed } from '../../judge/arrival.ts';
import { withChecksums } from '../alterations.ts';
import type { OwnIndication } from '../subject.ts';
import type { OutputFault, Played } from './narrow-fault.ts';

const segmentOf = ({ arrivals }: Played, number: number): Segment =>
  (arrivals[number] as Played['arrivals'][number]).segment;
const isUnit = ({ arrivals }: OwnIndication): boolean => arrivals.length > 1;
const lastOf = ({ arrivals }: OwnIndication): number => arrivals.at(-1) as number;

/** A unit of TCP segments, in a copy of its frame. `change` may write to it; checksums are made right afterwards. */
function onUnit(
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
    chances: (one, played) =>
      isUnit(one) && segmentOf(played, one.arrivals[0] as number).kind === 'segment' ? chances(one, played) : [],
    strike: (one, struck, played) => [{ ...one, frame: withChecksums(change(one.frame.slice(), struck, one, played)) }],
  };
}

/** A field that should have followed a segment that joined. `fold`: its value from those that the fault leaves. */
function fieldFault(
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

const last = (values: readonly number[]): number => values.at(-1) as number;
const differs = (value: number, before: readonly number[]): boolean => value !== last(before);

/** The last segment settles it: a chance where the unit is finished. */
function atEnd(
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
    chances: (one, played) =>
      isUnit(one) && segmentOf(played, one.arrivals[0] as number).kind === 'segment' && isPossible(one, played)
        ? [lastOf(one)]
        : [],
    strike: (one, _, played) => [change({ ...one, frame: one.frame.slice() }, played)],
  };
}

function withField(one: OwnIndication, field: HeaderField, change: (value: number) => number): OwnIndication {
  const layout = parsed(one.frame);
  const access = headerFields[field];
  access.write(one.frame, layout, change(access.read(one.frame, layout)) >>> 0);
  return one;
}

const isIpv4 = (one: OwnIndication, played: Played): boolean =>
  segmentOf(played, one.arrivals[0] as number).ipVersion === 4;

/** Cuts a unit's payload and puts it together again, a piece an arrival; its length fields follow. */
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

const withData = (one: OwnIndication, played: Played): number[] =>
  one.arrivals.filter((number) => segmentOf(played, number).payloadLength > 0);
const joinedData = (one: OwnIndication, played: Played): number[] =>
  withData(one, played).filter((number) => number !== one.arrivals[0]);

function pieceFault(
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

function flippedAt(payload: Uint8Array, at: number): Uint8Array {
  const copy = payload.slice();
  copy[at] = (copy[at] as number) ^ 0x41;
  return copy;
}

function trailerOf(played: Played, number: number): Uint8Array {
  const { frame, ipEnd } = segmentOf(played, number);
  return frame.subarray(ipEnd);
}

const isPushed = (segment: Segment): boolean => (segment.flags & TcpFlag.psh) !== 0;

/** Whatever stayed alone, or came as a unit: it is lost, comes twice, or late. */
function onWhole(
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

const isLone = (one: OwnIndication): boolean => !isUnit(one);
const isLoneData = (one: OwnIndication, played: Played): boolean =>
  isLone(one) && segmentOf(played, one.arrivals[0] as number).payloadLength > 0;

function nextDpc({ steps }: Played, step: number): number {
  const at = steps.findIndex((other, i) => i > step && 'dpc' in other);
  return at < 0 ? steps.length : at;
}

const hasOtherLayout = (one: OwnIndication, played: Played): boolean => {
  const { timestampsOffset, tcpOffset, tcpHeaderLength } = segmentOf(played, one.arrivals[0] as number);
  return timestampsOffset > 0 && (timestampsOffset !== tcpOffset + USUAL_TIMESTAMPS || tcpHeaderLength !== 32);
};

/** NOP, NOP, timestamps, and EOL where there is room left. */
function usualLayout(one: OwnIndication): OwnIndication {
  const { tcpOffset, payloadOffset, timestampsOffset } = parsed(one.frame);
  const value = one.frame.slice(timestampsOffset, timestampsOffset + 8);
  one.frame.fill(0, tcpOffset + TCP_HEADER, payloadOffset);
  one.frame.set([1, 1, 8, 10], tcpOffset + TCP_HEADER);
  one.frame.set(value, tcpOffset + USUAL_TIMESTAMPS);
  return { ...one, frame: withChecksums(one.frame) };
}

const fieldOf = (field: 'ack' | 'window' | 'tsVal' | 'tsEcr' | 'ttl' | 'ipId') => (segment: Segment) => segment[field];

export const OUTPUT_FAULTS: readonly OutputFault[] = [
  onUnit(
    'H5-psh-lost',
    'H5',
    'A PSH is lost.',
    (one, played) => one.arrivals.filter((number) => isPushed(segmentOf(played, number))),
    (frame, struck, one, played) => {
      const isLeft = one.arrivals.some((number) => !struck.includes(number) && isPushed(segmentOf(played, number)));
      headerFields['tcp.psh'].write(frame, parsed(frame), isLeft ? TcpFlag.psh : 0);
      return frame;
    },
  ),
  atEnd(
    'H5-psh-made-up',
    'H5',
    'A unit has PSH that no segment had.',
    (one, played) => !one.arrivals.some((number) => isPushed(segmentOf(played, number))),
    (one) => {
      withField(one, 'tcp.psh', () => TcpFlag.psh);
      return { ...one, frame: withChecksums(one.frame) };
    },
  ),
  fieldFault(
    'H4-ttl-not-lowered',
    'H4',
    'A smaller TTL does not become the unit’s.',
    'ip.ttl',
    fieldOf('ttl'),
    (value, before) => value < Math.min(...before),
    (values) => Math.min(...values),
  ),
  atEnd(
    'H4-ttl-of-last',
    'H4',
    'TTL is the last segment’s.',
    (one, played) => {
      const values = one.arrivals.map((number) => segmentOf(played, number).ttl);
      return last(values) !== Math.min(...values);
    },
    (one, played) => {
      withField(one, 'ip.ttl', () => segmentOf(played, lastOf(one)).ttl);
      return { ...one, frame: withChecksums(one.frame) };
    },
  ),
  fieldFault('H6-ack-stale', 'H6', 'A newer ACK is not taken over.', 'tcp.ack', fieldOf('ack'), differs, last),
  fieldFault(
    'H6-window-stale',
    'H6',
    'A new window is not taken over.',
    'tcp.window',
    fieldOf('window'),
    differs,
    last,
  ),
  fieldFault('T3-tsval-stale', 'T3', 'A newer TSval is not taken over.', 'tcp.tsval', fieldOf('tsVal'), differs, last),
  fieldFault('T3-tsecr-stale', 'T3', 'A new TSecr is not taken over.', 'tcp.tsecr', fieldOf('tsEcr'), differs, last),
  atEnd(
    'H3-id-of-last',
    'H3',
    'Identification is the last segment’s.',
    (one, played) =>
      isIpv4(one, played) && segmentOf(played, lastOf(one)).ipId !== segmentOf(played, one.arrivals[0] as number).ipId,
    (one, played) => {
      withField(one, 'ipv4.id', () => segmentOf(played, lastOf(one)).ipId);
      return { ...one, frame: withChecksums(one.frame) };
    },
  ),
  atEnd('H7-ip-checksum-stale', 'H7', 'The IPv4 checksum is wrong.', isIpv4, (one) =>
    withField(one, 'ipv4.checksum', (value) => value ^ 0x0101),
  ),
  atEnd(
    'H7-tcp-checksum-stale',
    'H7',
    'The TCP checksum is wrong.',
    () => true,
    (one) => withField(one, 'tcp.checksum', (value) => value ^ 0x0101),
  ),
  atEnd(
    'H2-length-stale',
    'H2',
    'The IP length leaves out the last payload.',
    (one, played) => segmentOf(played, lastOf(one)).payloadLength > 0,
    (one, played) => {
      const short = segmentOf(played, lastOf(one)).payloadLength;
      withField(one, isIpv4(one, played) ? 'ipv4.total-length' : 'ipv6.payload-length', (value) => value - short);
      return one;
    },
  ),
  atEnd(
    'H6-seq-of-second',
    'H6',
    'SEQ is the second segment’s.',
    (one, played) => {
      const [first, second] = one.arrivals.map((number) => segmentOf(played, number));
      return first?.seq !== second?.seq;
    },
    (one, played) => {
      withField(one, 'tcp.seq', () => segmentOf(played, one.arrivals[1] as number).seq);
      return { ...one, frame: withChecksums(one.frame) };
    },
  ),
  atEnd(
    'H6-ecn-lost',
    'H6',
    'The ECN field is cleared.',
    (one, played) => segmentOf(played, lastOf(one)).ecn !== 0,
    (one) => {
      withField(one, 'ip.ecn', () => 0);
      return { ...one, frame: withChecksums(one.frame) };
    },
  ),
  atEnd(
    'H6-ece-lost',
    'H6',
    'ECE and CWR are cleared.',
    (one, played) => (segmentOf(played, lastOf(one)).flags & (TcpFlag.ece | TcpFlag.cwr)) !== 0,
    (one) => {
      withField(one, 'tcp.ece-cwr', () => 0);
      return { ...one, frame: withChecksums(one.frame) };
    },
  ),
  atEnd('H1-timestamps-laid-out-anew', 'H1', 'Rewrites the padding around timestamps.', hasOtherLayout, usualLayout),
  {
    kind: 'output',
    name: 'O1-count-short',
    summary: 'A data segment that joined is not counted.',
    broken: 'O1',
    chances: (one, played) => (joinedData(one, played).length > 1 ? joinedData(one, played) : []),
    strike: (one, struck) => [{ ...one, oob: { ...one.oob, segCount: (one.oob.segCount ?? 0) - struck.length } }],
  },
  {
    kind: 'output',
    name: 'O1-window-update-counted',
    summary: 'A window update is counted as a segment.',
    broken: 'O1',
    chances: (one, played) =>
      withData(one, played).length > 1
        ? one.arrivals.filter((number) => segmentOf(played, number).payloadLength === 0)
        : [],
    strike: (one, struck) => [{ ...one, oob: { ...one.oob, segCount: (one.oob.segCount ?? 0) + struck.length } }],
  },
  atEnd(
    'O2-duplicates-made-up',
    'O2',
    'DupAckCount is not 0.',
    () => true,
    (one) => ({ ...one, oob: { ...one.oob, dupAckCount: 1 } }),
  ),
  atEnd(
    'T4-delta-wrong',
    'T4',
    'The timestamp delta is wrong.',
    (one) => (one.oob.timestampDelta ?? 0) !== 0,
    (one) => ({ ...one, oob: { ...one.oob, timestampDelta: (one.oob.timestampDelta ?? 0) + 1 } }),
  ),
  atEnd(
    'H8-verdict-missing',
    'H8',
    'No TCP checksum verdict on a unit.',
    () => true,
    (one) => ({ ...one, oob: { ...one.oob, tcpChecksum: 'none' } }),
  ),
  pieceFault('H1-first-byte', 'H1', 'The first byte of a payload that joins is altered.', joinedData, (payload) => [
    flippedAt(payload, 0),
  ]),
  pieceFault('H1-last-byte', 'H1', 'The last byte of a payload that joins is altered.', joinedData, (payload) => [
    flippedAt(payload, payload.length - 1),
  ]),
  pieceFault(
    'H1-byte-of-first',
    'H1',
    'The last byte of the first payload is altered.',
    (one, played) => withData(one, played).slice(0, 1),
    (payload) => [flippedAt(payload, payload.length - 1)],
  ),
  pieceFault('H1-cleared', 'H1', 'A payload that joins is all zero.', joinedData, (payload) => [
    new Uint8Array(payload.length),
  ]),
  pieceFault('I7-payload-lost', 'I7', 'A payload that joins is left out.', joinedData, () => []),
  pieceFault('I7-payload-twice', 'I7', 'A payload that joins is there twice.', joinedData, (payload) => [
    payload,
    payload,
  ]),
  pieceFault(
    'H1-padding-joins',
    'H1',
    'The trailer of a segment that joins becomes data.',
    (one, played) => withData(one, played).filter((number) => trailerOf(played, number).length > 0),
    (payload, number, played) => [payload, trailerOf(played, number)],
  ),
  onWhole('I7-lone-lost', 'I7', 'A frame that stays alone is lost.', isLone, () => []),
  onWhole('I7-lone-twice', 'I7', 'A frame that stays alone comes twice.', isLoneData, (one) => [one, one]),
  onWhole('I7-unit-lost', 'I7', 'A unit is lost.', isUnit, () => []),
  onWhole('I7-unit-twice', 'I7', 'A unit comes twice.', isUnit, (one) => [one, one]),
  onWhole('H1-lone-altered', 'H1', 'The last byte of a lone frame’s payload is altered.', isLoneData, (one) => {
    const { ipEnd } = parsed(one.frame);
    return [{ ...one, frame: flippedAt(one.frame, ipEnd - 1) }];
  }),
  onWhole(
    'O4-wrong-checksum-said-right',
    'O4',
    'A wrong TCP checksum is said to be right.',
    (one) => isLone(one) && one.oob.tcpChecksum === 'bad',
    (one) => [{ ...one, oob: { ...one.oob, tcpChecksum: 'ok' } }],
  ),
  onWhole(
    'O4-right-checksum-said-wrong',
    'O4',
    'A right TCP checksum is said to be wrong.',
    (one) => isLone(one) && one.oob.tcpChecksum === 'ok',
    (one) => [{ ...one, oob: { ...one.oob, tcpChecksum: 'bad' } }],
  ),
  onWhole(
    'I2-held-back',
    'I2',
    'Waits for another DPC.',
    ({ step }, { steps }) => 'dpc' in (steps[step] ?? {}),
    (one, played) => [{ ...one, step: nextDpc(played, one.step) }],
  ),
  onWhole(
    'I4-not-flushed',
    'I4',
    'Switching off does not bring it out.',
    (one, { steps }) => isUnit(one) && 'set' in (steps[one.step] ?? {}),
    (one, played) => [{ ...one, step: nextDpc(played, one.step) }],
  ),
];

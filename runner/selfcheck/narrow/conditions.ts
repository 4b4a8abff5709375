/**
 * Conditions: states in which alone a fault strikes. Each is a predicate over what holds when a frame arrives, and none
 * knows of any fault.
 */

import { USUAL_TIMESTAMPS } from '../../../reference-impl/wire/fields.ts';
import { TcpFlag } from '../../../reference-impl/wire/tcp.ts';
import type { Flow, Happened, Situation } from './situation.ts';

export interface Condition {
  readonly name: string;
  readonly holds: (situation: Situation) => boolean;
}

type Holds = Condition['holds'];

const sourcePort = ({ segment }: Situation): number => (segment.key[segment.hostWords] ?? 0) >>> 16;
const destinationPort = ({ segment }: Situation): number => (segment.key[segment.hostWords] ?? 0) & 0xffff;
const tags = ({ segment }: Situation): number => (segment.ipOffset - 14) / 4;
const trailer = ({ segment }: Situation): number => segment.frame.length - segment.ipEnd;
/** Data that came before it in its unit. */
const inUnit =
  (test: (unit: NonNullable<Situation['unit']>, situation: Situation) => boolean): Holds =>
  (situation) =>
    situation.unit !== undefined && test(situation.unit, situation);
const has =
  (flag: number): Holds =>
  ({ segment }) =>
    (segment.flags & flag) !== 0;
const ofSize = (test: (length: number) => boolean): Holds => {
  return ({ segment }) => segment.payloadLength > 0 && test(segment.payloadLength);
};
const segmentsSoFar = (test: (segments: number) => boolean): Holds => inUnit(({ segments }) => test(segments));
const bytesSoFar = (test: (bytes: number) => boolean): Holds => inUnit(({ bytes }) => test(bytes));
const before =
  (...what: Happened[]): Holds =>
  ({ flow }) =>
    what.includes(flow.happened);
const open = (flows: ReadonlyMap<string, Flow>): Flow[] => [...flows.values()].filter(({ unit }) => unit !== undefined);
const stamped: Holds = ({ segment }) => segment.hasTimestamps;

const NEAR_WRAP = 0x1_0000;

const CONDITIONS_BY_NAME: Readonly<Record<string, Holds>> = {
  always: () => true,
  'ip-4': ({ segment }) => segment.ipVersion === 4,
  'ip-6': ({ segment }) => segment.ipVersion === 6,
  'df-clear': ({ segment }) => segment.ipVersion === 4 && (segment.ipFlags & 0x4000) === 0,
  'df-set': ({ segment }) => segment.ipVersion === 4 && (segment.ipFlags & 0x4000) !== 0,
  'ecn-not-ect': ({ segment }) => segment.ecn === 0,
  'ecn-ect': ({ segment }) => segment.ecn === 1 || segment.ecn === 2,
  'ecn-ce': ({ segment }) => segment.ecn === 3,
  'dscp-0': ({ segment }) => segment.dscp === 0,
  'dscp-set': ({ segment }) => segment.dscp !== 0,
  'dscp-high': ({ segment }) => segment.dscp >= 32,
  'flow-label-set': ({ segment }) => segment.flowLabel !== 0,
  'flow-label-0': ({ segment }) => segment.ipVersion === 6 && segment.flowLabel === 0,
  'ttl-under-32': ({ segment }) => segment.ttl < 32,
  'ttl-64': ({ segment }) => segment.ttl === 64,
  'ttl-over-64': ({ segment }) => segment.ttl > 64,
  'ttl-over-128': ({ segment }) => segment.ttl > 128,
  untagged: (situation) => tags(situation) === 0,
  tagged: (situation) => tags(situation) > 0,
  'two-tags': (situation) => tags(situation) > 1,
  'source-port-below': (situation) => sourcePort(situation) < destinationPort(situation),
  'source-port-above': (situation) => sourcePort(situation) > destinationPort(situation),
  'ports-equal': (situation) => sourcePort(situation) === destinationPort(situation),
  'source-port-high': (situation) => sourcePort(situation) > 32_767,
  'destination-port-high': (situation) => destinationPort(situation) > 32_767,
  'destination-port-not-80': (situation) => destinationPort(situation) !== 80,
  ece: has(TcpFlag.ece),
  cwr: has(TcpFlag.cwr),
  'id-0': ({ segment }) => segment.ipVersion === 4 && segment.ipId === 0,
  'id-stays': ({ segment, flow }) => segment.ipVersion === 4 && flow.latest?.ipId === segment.ipId,
  'id-falls': ({ segment, flow }) => segment.ipVersion === 4 && segment.ipId < (flow.latest?.ipId ?? 0),
  'id-high': ({ segment }) => segment.ipId > 32_767,
  'window-0': ({ segment }) => segment.window === 0,
  'window-under-256': ({ segment }) => segment.window < 256,
  'window-over-32767': ({ segment }) => segment.window > 32_767,
  'window-moves': inUnit(({ last }, { segment }) => segment.window !== last.window),
  'window-shrinks': inUnit(({ last }, { segment }) => segment.window < last.window),
  'seq-high': ({ segment }) => segment.seq >= 0x8000_0000,
  'seq-wraps': inUnit(({ first }, { segment }) => segment.seq < first.seq),
  'seq-near-wrap': ({ segment }) => segment.seq > 0xffff_ffff - NEAR_WRAP || segment.seq < NEAR_WRAP,
  'ack-high': ({ segment }) => segment.ack >= 0x8000_0000,
  'ack-near-wrap': ({ segment }) => segment.ack > 0xffff_ffff - NEAR_WRAP || segment.ack < NEAR_WRAP,
  'ack-moves': inUnit(({ last }, { segment }) => segment.ack !== last.ack),
  'ack-stays': inUnit(({ last }, { segment }) => segment.ack === last.ack),
  timestamps: stamped,
  'no-timestamps': ({ segment }) => !segment.hasTimestamps,
  'timestamps-other-layout': ({ segment }) =>
    segment.hasTimestamps &&
    (segment.tcpHeaderLength !== 32 || segment.timestampsOffset !== segment.tcpOffset + USUAL_TIMESTAMPS),
  'tsval-0': (situation) => stamped(situation) && situation.segment.tsVal === 0,
  'tsval-high': (situation) => stamped(situation) && situation.segment.tsVal >= 0x8000_0000,
  'tsval-near-wrap': (situation) =>
    stamped(situation) && (situation.segment.tsVal > 0xffff_ffff - NEAR_WRAP || situation.segment.tsVal < 0x100),
  'tsval-moves': inUnit(({ last }, { segment }) => segment.hasTimestamps && segment.tsVal !== last.tsVal),
  trailer: (situation) => trailer(situation) > 0,
  'payload-0': ({ segment }) => segment.payloadLength === 0,
  'payload-1': ofSize((length) => length === 1),
  'payload-odd': ofSize((length) => length % 2 === 1),
  'payload-even': ofSize((length) => length % 2 === 0),
  'payload-under-64': ofSize((length) => length < 64),
  'payload-over-255': ofSize((length) => length > 255),
  'payload-over-1000': ofSize((length) => length > 1000),
  'payload-1448': ofSize((length) => length === 1448),
  'payload-over-1500': ofSize((length) => length > 1500),
  'payload-over-8191': ofSize((length) => length > 8191),
  'payload-longer': inUnit(({ last }, { segment }) => segment.payloadLength > last.payloadLength),
  'payload-shorter': inUnit(
    ({ last }, { segment }) => segment.payloadLength > 0 && segment.payloadLength < last.payloadLength,
  ),
  'payload-equal': inUnit(({ last }, { segment }) => segment.payloadLength === last.payloadLength),
  psh: has(TcpFlag.psh),
  'no-psh': ({ segment }) => (segment.flags & TcpFlag.psh) === 0,
  'psh-before': inUnit(({ psh }) => psh),
  'psh-first': inUnit(({ first }) => (first.flags & TcpFlag.psh) !== 0),
  'ttl-rises': inUnit(({ last }, { segment }) => segment.ttl > last.ttl),
  'ttl-falls': inUnit(({ last }, { segment }) => segment.ttl < last.ttl),
  'nothing-open': ({ unit }) => unit === undefined,
  'second-of-unit': segmentsSoFar((segments) => segments === 1),
  'third-of-unit': segmentsSoFar((segments) => segments === 2),
  'fourth-or-later': segmentsSoFar((segments) => segments >= 3),
  'eighth-or-later': segmentsSoFar((segments) => segments >= 7),
  'ninth-of-unit': segmentsSoFar((segments) => segments === 8),
  'sixteenth-or-later': segmentsSoFar((segments) => segments >= 15),
  'twentieth-of-unit': segmentsSoFar((segments) => segments === 19),
  'twentieth-or-later': segmentsSoFar((segments) => segments >= 19),
  'fortieth-or-later': segmentsSoFar((segments) => segments >= 39),
  'hundredth-or-later': segmentsSoFar((segments) => segments >= 99),
  'even-count-so-far': segmentsSoFar((segments) => segments % 2 === 0),
  'bytes-under-256': bytesSoFar((bytes) => bytes < 256),
  'bytes-over-1023': bytesSoFar((bytes) => bytes > 1023),
  'bytes-over-4095': bytesSoFar((bytes) => bytes > 4095),
  'bytes-over-16383': bytesSoFar((bytes) => bytes > 16_383),
  'bytes-over-32767': bytesSoFar((bytes) => bytes > 32_767),
  'bytes-over-60000': bytesSoFar((bytes) => bytes > 60_000),
  'bytes-odd': bytesSoFar((bytes) => bytes % 2 === 1),
  'checksum-partial': ({ segment }) => segment.csum === 'partial',
  'checksum-unnecessary': ({ segment }) => segment.csum === 'unnecessary',
  'first-was-partial': inUnit(({ first }) => first.csum === 'partial'),
  'first-was-unnecessary': inUnit(({ first }) => first.csum === 'unnecessary'),
  'another-open': ({ flows, flow }) => open(flows).some((other) => other !== flow),
  'four-others-open': ({ flows, flow }) => open(flows).filter((other) => other !== flow).length >= 4,
  'eight-others-open': ({ flows, flow }) => open(flows).filter((other) => other !== flow).length >= 8,
  'other-version-open': ({ flows, segment }) =>
    open(flows).some(({ unit }) => unit?.first.ipVersion !== segment.ipVersion),
  'reverse-open': (situation) => open(situation.flows).some(({ unit }) => isReverse(unit?.first, situation)),
  'first-dpc': ({ session }) => session.dpcs === 0,
  'later-dpc': ({ session }) => session.dpcs > 0,
  'third-dpc-or-later': ({ session }) => session.dpcs > 1,
  'first-in-dpc': ({ session }) => session.inDpc === 0,
  'sixteen-in-dpc': ({ session }) => session.inDpc >= 16,
  'sixty-four-in-dpc': ({ session }) => session.inDpc >= 64,
  'after-nothing': before('nothing'),
  'after-exception': before('exception'),
  'after-restart': before('restart'),
  'after-window-update': before('window-update'),
  'after-merge': before('merge'),
  'after-dpc': before('dpc'),
  'after-switch': before('switch'),
  'exception-earlier': ({ flow }) => flow.earlier === 'exception',
  'restart-earlier': ({ flow }) => flow.earlier === 'restart',
  'exception-in-dpc-before': ({ flow }) => flow.exceptionBefore,
  'window-update-in-unit': inUnit(({ updated }) => updated),
  'something-was-switched': ({ session }) => session.switched,
  'rxcsum-was-switched': ({ session }) => session.rxcsumSwitched,
  'odd-arrival': ({ arrival }) => arrival % 2 === 1,
  'urgent-pointer': ({ segment }) => segment.urgent !== 0,
};

function isReverse(first: Situation['segment'] | undefined, { segment }: Situation): boolean {
  if (first === undefined || first.ipVersion !== segment.ipVersion || first.keyWords !== segment.keyWords) return false;
  const [ports, other] = [first.key[first.hostWords] ?? 0, segment.key[segment.hostWords] ?? 0];
  if (((ports << 16) | (ports >>> 16)) !== other) return false;
  const words = first.ipVersion === 4 ? 1 : 4;
  const at = first.hostWords - 2 * words;
  for (let i = 0; i < words; i++) {
    if (first.key[at + i] !== segment.key[at + words + i] || first.key[at + words + i] !== segment.key[at + i])
      return false;
  }
  return true;
}

export const CONDITIONS: readonly Condition[] = Object.entries(CONDITIONS_BY_NAME).map(([name, holds]) => ({
  name,
  holds,
}));

/** Right decisions, wrong output: a field, a byte, a count, a place in the order. */

import { headerFields } from '../../../reference-impl/wire/fields.ts';
import { TcpFlag } from '../../../reference-impl/wire/tcp.ts';
import { parsed } from '../../judge/arrival.ts';
import { withChecksums } from '../alterations.ts';
import type { OutputFault } from './narrow-fault.ts';
import {
  atEnd,
  differs,
  fieldFault,
  fieldOf,
  flippedAt,
  hasOtherLayout,
  isIpv4,
  isLone,
  isLoneData,
  isPushed,
  isUnit,
  joinedData,
  last,
  lastOf,
  nextDpc,
  onUnit,
  onWhole,
  pieceFault,
  segmentOf,
  trailerOf,
  usualLayout,
  withData,
  withField,
} from './output-fault-parts.ts';

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
  atEnd(
    'H1-timestamps-laid-out-differently',
    'H1',
    'Rewrites the padding around timestamps.',
    hasOtherLayout,
    usualLayout,
  ),
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
    'A wrong TCP checksum is reported as right.',
    (one) => isLone(one) && one.oob.tcpChecksum === 'bad',
    (one) => [{ ...one, oob: { ...one.oob, tcpChecksum: 'ok' } }],
  ),
  onWhole(
    'O4-right-checksum-said-wrong',
    'O4',
    'A right TCP checksum is reported as wrong.',
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

/** Conditions on the TCP header, the options, the payload, and the checksum mark. */

import { USUAL_TIMESTAMPS } from '../../../../reference-impl/wire/fields.ts';
import { TCP_HEADER, TcpFlag } from '../../../../reference-impl/wire/tcp.ts';
import type { Situation } from '../situation.ts';
import type { Holds, HoldsByName } from './holds.ts';

const NEAR_WRAP = 0x1_0000;
/** Bytes of kind and length, before the timestamps' value. */
const KIND_AND_LENGTH = 2;

const has =
  (flag: number): Holds =>
  ({ segment }) =>
    (segment.flags & flag) !== 0;
const ofSize = (test: (length: number) => boolean): Holds => {
  return ({ segment }) => segment.payloadLength > 0 && test(segment.payloadLength);
};
const stamped =
  (test: (segment: Situation['segment']) => boolean): Holds =>
  ({ segment }) =>
    segment.hasTimestamps && test(segment);

export const TCP_CONDITIONS: HoldsByName = {
  ece: has(TcpFlag.ece),
  cwr: has(TcpFlag.cwr),
  'window-0': ({ segment }) => segment.window === 0,
  'window-under-256': ({ segment }) => segment.window < 256,
  'window-over-32767': ({ segment }) => segment.window > 32_767,
  'seq-high': ({ segment }) => segment.seq >= 0x8000_0000,
  'seq-near-wrap': ({ segment }) => segment.seq > 0xffff_ffff - NEAR_WRAP || segment.seq < NEAR_WRAP,
  'ack-high': ({ segment }) => segment.ack >= 0x8000_0000,
  'ack-near-wrap': ({ segment }) => segment.ack > 0xffff_ffff - NEAR_WRAP || segment.ack < NEAR_WRAP,
  timestamps: stamped(() => true),
  'no-timestamps': ({ segment }) => !segment.hasTimestamps,
  'timestamps-other-layout': stamped(
    ({ tcpHeaderLength, timestampsOffset, tcpOffset }) =>
      tcpHeaderLength !== 32 || timestampsOffset !== tcpOffset + USUAL_TIMESTAMPS,
  ),
  'tsval-0': stamped(({ tsVal }) => tsVal === 0),
  'tsval-high': stamped(({ tsVal }) => tsVal >= 0x8000_0000),
  'tsval-near-wrap': stamped(({ tsVal }) => tsVal > 0xffff_ffff - NEAR_WRAP || tsVal < 0x100),
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
  psh: has(TcpFlag.psh),
  'no-psh': ({ segment }) => (segment.flags & TcpFlag.psh) === 0,
  'checksum-partial': ({ segment }) => segment.csum === 'partial',
  'checksum-unnecessary': ({ segment }) => segment.csum === 'unnecessary',
  'urgent-pointer': ({ segment }) => segment.urgent !== 0,
  'ece-and-cwr': ({ segment }) => (segment.flags & (TcpFlag.ece | TcpFlag.cwr)) === (TcpFlag.ece | TcpFlag.cwr),
  'window-65535': ({ segment }) => segment.window === 0xffff,
  'window-odd': ({ segment }) => segment.window % 2 === 1,
  'seq-odd': ({ segment }) => segment.seq % 2 === 1,
  'seq-0': ({ segment }) => segment.seq === 0,
  'seq-around-half': ({ segment }) => Math.abs(segment.seq - 0x8000_0000) < NEAR_WRAP,
  'ack-0': ({ segment }) => segment.ack === 0,
  'ack-odd': ({ segment }) => segment.ack % 2 === 1,
  'ack-above-seq': ({ segment }) => segment.ack > segment.seq,
  'timestamps-first': stamped(
    ({ timestampsOffset, tcpOffset }) => timestampsOffset === tcpOffset + TCP_HEADER + KIND_AND_LENGTH,
  ),
  'timestamps-unaligned': stamped(({ timestampsOffset, tcpOffset }) => (timestampsOffset - tcpOffset) % 4 !== 0),
  'timestamps-padded-more': stamped(({ tcpHeaderLength }) => tcpHeaderLength > 32),
  'timestamps-ended': stamped(
    ({ frame, payloadOffset, timestampsOffset }) =>
      timestampsOffset + 8 < payloadOffset && frame[payloadOffset - 1] === 0,
  ),
  'tsval-odd': stamped(({ tsVal }) => tsVal % 2 === 1),
  'tsecr-0': stamped(({ tsEcr }) => tsEcr === 0),
  'tsecr-high': stamped(({ tsEcr }) => tsEcr >= 0x8000_0000),
  'tsecr-above-tsval': stamped(({ tsVal, tsEcr }) => tsEcr > tsVal),
  'payload-1460': ofSize((length) => length === 1460),
  'payload-over-1448': ofSize((length) => length > 1448),
  'payload-under-8': ofSize((length) => length < 8),
  'payload-of-words': ofSize((length) => length % 4 === 0),
  'payload-of-half-words': ofSize((length) => length % 4 === 2),
  'payload-64-to-255': ofSize((length) => length >= 64 && length <= 255),
  'payload-256-to-1447': ofSize((length) => length >= 256 && length < 1448),
};

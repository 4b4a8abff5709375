/** Conditions on the link and IP headers of the frame, its ports, and its size. */

import { Ipv4At, Ipv6At } from '../../../../reference-impl/wire/fields.ts';
import type { Situation } from '../situation.ts';
import { type Holds, type HoldsByName, inUnit } from './holds.ts';

const SHORTEST_FRAME = 60;
const FULL_FRAME = 1514;

const sourcePort = ({ segment }: Situation): number => (segment.key[segment.hostWords] ?? 0) >>> 16;
const destinationPort = ({ segment }: Situation): number => (segment.key[segment.hostWords] ?? 0) & 0xffff;
const tags = ({ segment }: Situation): number => (segment.linkEnd - 14) / 4;
const trailer = ({ segment }: Situation): number => segment.frame.length - segment.ipEnd;
/** Last byte of the source address, or of the destination. */
const lastByte = ({ segment: { frame, ipVersion, ipOffset } }: Situation, which: 'source' | 'destination'): number =>
  frame[ipOffset + (ipVersion === 4 ? Ipv4At[which] + 3 : Ipv6At[which] + 15)] ?? 0;
const ipv4 =
  (test: Holds): Holds =>
  (situation) =>
    situation.segment.ipVersion === 4 && test(situation);

export const IP_CONDITIONS: HoldsByName = {
  'ip-4': ({ segment }) => segment.ipVersion === 4,
  'ip-6': ({ segment }) => segment.ipVersion === 6,
  'df-clear': ipv4(({ segment }) => (segment.ipFlags & 0x4000) === 0),
  'df-set': ipv4(({ segment }) => (segment.ipFlags & 0x4000) !== 0),
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
  'id-0': ipv4(({ segment }) => segment.ipId === 0),
  'id-stays': ipv4(({ segment, flow }) => flow.latest?.ipId === segment.ipId),
  'id-falls': ipv4(({ segment, flow }) => segment.ipId < (flow.latest?.ipId ?? 0)),
  'id-high': ({ segment }) => segment.ipId > 32_767,
  trailer: (situation) => trailer(situation) > 0,
  'ecn-ect-0': ({ segment }) => segment.ecn === 2,
  'ecn-ect-1': ({ segment }) => segment.ecn === 1,
  'dscp-odd': ({ segment }) => segment.dscp % 2 === 1,
  'dscp-46': ({ segment }) => segment.dscp === 46,
  'flow-label-high': ({ segment }) => segment.flowLabel >= 0x8_0000,
  'flow-label-odd': ({ segment }) => segment.flowLabel % 2 === 1,
  'reserved-flag': ipv4(({ segment }) => (segment.ipFlags & 0x8000) !== 0),
  'ttl-1': ({ segment }) => segment.ttl === 1,
  'ttl-255': ({ segment }) => segment.ttl === 255,
  'ttl-odd': ({ segment }) => segment.ttl % 2 === 1,
  'priority-set': (situation) => tags(situation) > 0 && (situation.segment.frame[14] as number) >= 0x20,
  'source-port-odd': (situation) => sourcePort(situation) % 2 === 1,
  'destination-port-odd': (situation) => destinationPort(situation) % 2 === 1,
  'source-port-under-1024': (situation) => sourcePort(situation) < 1024,
  'destination-port-under-1024': (situation) => destinationPort(situation) < 1024,
  'source-port-80-or-443': (situation) => [80, 443].includes(sourcePort(situation)),
  'source-odd': (situation) => lastByte(situation, 'source') % 2 === 1,
  'destination-odd': (situation) => lastByte(situation, 'destination') % 2 === 1,
  'source-above-destination': (situation) => lastByte(situation, 'source') > lastByte(situation, 'destination'),
  'id-odd': ipv4(({ segment }) => segment.ipId % 2 === 1),
  'id-low-byte-0': ipv4(({ segment }) => (segment.ipId & 0xff) === 0),
  'id-rises-by-one': ipv4(({ segment, flow }) => segment.ipId === ((flow.latest?.ipId ?? -2) + 1) % 0x1_0000),
  'id-leaps': ipv4(({ segment, flow }) => Math.abs(segment.ipId - (flow.latest?.ipId ?? segment.ipId)) > 1),
  'id-under-first': inUnit(({ first }, { segment }) => segment.ipVersion === 4 && segment.ipId < first.ipId),
  'frame-under-60': ({ segment }) => segment.ipEnd < SHORTEST_FRAME,
  'frame-full': ({ segment }) => segment.ipEnd === FULL_FRAME,
  'frame-over-full': ({ segment }) => segment.ipEnd > FULL_FRAME,
  'frame-odd': ({ segment }) => segment.frame.length % 2 === 1,
  'trailer-over-16': (situation) => trailer(situation) > 16,
};

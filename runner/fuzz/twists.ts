/** Unusual features of a segment in a random session. Sessions store their names, which do not change. */

import type { Corruption, Extension } from '../../reference-impl/wire/build.ts';
import { toHex } from '../../reference-impl/wire/bytes.ts';
import { TUNNEL_KINDS } from '../../reference-impl/wire/tunnel.ts';
import { IDENTIFIED, OVER_IP } from '../../vectors/families/tunnel-kinds.ts';
import type { SegmentSpec } from '../../vectors/vector.ts';
import { distanceBy, oneBy } from './drawn-values.ts';

export interface Twisted extends Omit<SegmentSpec, 'flags' | 'corrupt'> {
  /** Letters to add to ACK, as in a vector; `plain` leaves ACK out. */
  readonly flags?: string;
  readonly plain?: true;
  readonly corrupt?: Corruption;
  /** Added to TSval; `keeps`: the flow goes on from there. */
  readonly tsval?: number;
  readonly keeps?: true;
  /** Carries timestamps although its flow does not, or the other way round. */
  readonly restamped?: true;
}

type Twist = (value: number, is4: boolean) => Twisted;

const flags = (letters: string): Twist => {
  const twisted: Twisted = { flags: letters };
  return () => twisted;
};
const fields =
  (twisted: Twisted): Twist =>
  () =>
    twisted;
/** IPv4 has other fields than IPv6; without one of the kind, the segment stays as it is. */
const by =
  (for4: Twisted, for6: Twisted): Twist =>
  (_, is4) =>
    is4 ? for4 : for6;
const broken =
  (corruption: (value: number, is4: boolean) => Corruption): Twist =>
  (value, is4) => ({ corrupt: corruption(value, is4) });

const hex = (byte: number): string => toHex(Uint8Array.of(byte));
/** Every kind that the field knows, and malformed ones. */
const OPTIONS = [
  '020405b4',
  '030307',
  '0402',
  '0101050a0000000100000002',
  '05120000000100000002000000030000000400',
  '0e03',
  '1312000000000000000000000000000000000000',
  '1c041234',
  '1e0420010101',
  '2202',
  'fd041234',
  'fe0400aa',
  '0500',
  '0809',
  '0806000000010000',
  '080a0000000100000001080a0000000100000001',
] as const;
const IP_OPTIONS = ['01010101', '94040000', '00000000', '07070400000000'.padEnd(16, '0'), '8907040a00000900'] as const;
const EXTENSIONS: readonly (readonly Extension[])[] = [
  [{ kind: 'hop-by-hop' }],
  [{ kind: 'destination' }],
  [{ kind: 'fragment' }],
  [{ kind: 'fragment', more: true }],
  [{ kind: 'routing', left: 1 }],
  [{ kind: 'hop-by-hop' }, { kind: 'destination' }],
];
const IN_IPV4 = TUNNEL_KINDS.filter((kind) => kind !== '6in4');
const IN_IPV6 = TUNNEL_KINDS.filter((kind) => kind !== 'ipip');

/** The first is none, to which everything shrinks. */
const TWISTS: Readonly<Record<string, Twist>> = {
  none: fields({}),
  psh: flags('P'),
  syn: flags('S'),
  fin: flags('F'),
  rst: flags('R'),
  urg: () => ({ flags: 'U', urgent: 1 }),
  'no-ack': fields({ plain: true, flags: 'P' }),
  ece: flags('E'),
  cwr: flags('C'),
  'ece-cwr': flags('EC'),
  ae: flags('N'),
  'reserved-2': flags('2'),
  'reserved-4': flags('4'),
  'reserved-8': flags('8'),
  'urgent-pointer': fields({ urgent: 9 }),
  'ect-0': fields({ ecn: 2 }),
  'ect-1': fields({ ecn: 1 }),
  ce: fields({ ecn: 3 }),
  dscp: fields({ dscp: 10 }),
  'ttl-low': fields({ ttl: 9 }),
  'ttl-high': fields({ ttl: 200 }),
  ttl: (value) => ({ ttl: value & 0xff }),
  'df-clear': by({ df: false }, { flowLabel: 77 }),
  'flow-label': by({ reservedFlag: true }, { flowLabel: 0xf_ffff }),
  'first-fragment': by({ mf: true, df: false }, { extensions: [{ kind: 'fragment', more: true }] }),
  'later-fragment': by({ fragmentOffset: 3, df: false }, { extensions: [{ kind: 'fragment', offset: 3 }] }),
  'whole-fragment': by({ mf: true }, { extensions: [{ kind: 'fragment' }] }),
  'hop-by-hop': by({ ipOptions: '01010101' }, { extensions: [{ kind: 'hop-by-hop' }] }),
  destination: by({ ipOptions: '94040000' }, { extensions: [{ kind: 'destination' }] }),
  routing: by({ ipOptions: '8907040a00000900' }, { extensions: [{ kind: 'routing' }] }),
  ah: by({ corrupt: { protocol: 51 } }, { extensions: [{ kind: 'ah' }] }),
  'nop-options': fields({ options: '01010101' }),
  'eol-options': fields({ options: '00aabbcc' }),
  'sack-permitted': fields({ options: '0402' }),
  sack: fields({ options: '0101050a0000000100000002' }),
  'option-too-long': fields({ options: '0109' }),
  'option-too-short': fields({ options: '0501' }),
  'timestamps-too-short': fields({ options: '0806000000010000' }),
  restamped: fields({ restamped: true }),
  'tsval-ahead': fields({ tsval: 3, keeps: true }),
  'tsval-back': fields({ tsval: -2 }),
  'tsval-far': fields({ tsval: 0x7000_0000, keeps: true }),
  'source-mac': fields({ srcMac: '02:00:00:00:00:09' }),
  'destination-mac': fields({ dstMac: '02:00:00:00:00:0a' }),
  tag: fields({ tags: [{ vid: 5 }] }),
  'priority-tag': fields({ tags: [{ vid: 0, priority: 3 }] }),
  'two-tags': fields({ tags: [{ vid: 7, service: true }, { vid: 5 }] }),
  trailer: (value) => ({ trailer: value % 47, trailerByte: 0xee }),
  'ip-checksum': broken(() => ({ ipChecksum: 'wrong' })),
  'tcp-checksum': broken(() => ({ tcpChecksum: 'wrong' })),
  'tcp-checksum-value': broken((value) => ({ tcpChecksum: value })),
  'ip-version': broken((value) => ({ ipVersion: value & 0xf })),
  'header-length': broken((value) => ({ ihl: value & 0xf })),
  'ip-length': broken((value) => ({ ipLength: value })),
  'ip-length-short': broken((value) => ({ ipLength: value % 128 })),
  protocol: broken((value) => ({ protocol: value & 0xff })),
  'data-offset': broken((value) => ({ dataOffset: value & 0xf })),
  'ether-type': broken((value) => ({ etherType: value })),
  cut: broken((value) => ({ cutTo: 14 + (value % 96) })),
  udp: fields({ transport: 'udp' }),
  'udp-checksum': broken(() => ({ udpChecksum: 'wrong' })),
  'udp-checksum-zero': broken(() => ({ udpChecksum: 0 })),
  'udp-length': broken((value) => ({ udpLength: value % 256 })),
  'udp-slack': fields({ slack: 4 }),
  ipsec: fields({ ipsec: true }),
  'checksum-partial': fields({ csum: 'partial' }),
  'checksum-unnecessary': fields({ csum: 'unnecessary' }),
  'tunnel-gre': fields({ tunnel: { kind: 'gre' } }),
  'tunnel-vxlan': fields({ tunnel: { kind: 'vxlan' } }),
  'tunnel-ip': by({ tunnel: { kind: 'ipip' } }, { tunnel: { kind: '6in4' } }),
  'tunnel-pppoe': (value) => ({ tunnel: { kind: 'pppoe', id: 1 + (value & 1) } }),
  'tunnel-mpls': fields({ tunnel: { kind: 'mpls' } }),
  'tunnel-snap': fields({ tunnel: { kind: 'snap' } }),
  'flags-any': (value) => ({ flags: [...'FSRPUEC'].filter((_, bit) => ((value >> bit) & 1) === 1).join('') }),
  'reserved-any': (value) => ({ flags: oneBy(value, ['N', '2', '4', '8', 'NP', '2P', '8E', 'N248']) }),
  'dscp-any': (value) => ({ dscp: value & 0x3f }),
  'ecn-any': (value) => ({ ecn: value & 3 }),
  'label-bit': (value, is4) => (is4 ? { reservedFlag: true, df: false } : { flowLabel: 1 << (value % 20) }),
  'ttl-beside': (value) => ({ ttl: oneBy(value, [63, 65]) }),
  'urgent-any': (value) => ({ urgent: value }),
  'tag-any': (value) => ({ tags: [{ vid: value & 0xfff, priority: value >> 13, dei: (value & 0x1000) !== 0 }] }),
  'mac-bit': (value) => {
    const address = `${hex(2 ^ (value & 0xfc))}:00:00:00:00:${hex(value >> 8)}`;
    return (value & 1) === 1 ? { srcMac: address } : { dstMac: address };
  },
  'options-any': (value) => ({ options: oneBy(value, OPTIONS) }),
  'ip-extras-any': (value, is4) =>
    is4 ? { ipOptions: oneBy(value, IP_OPTIONS) } : { extensions: oneBy(value, EXTENSIONS) },
  'tsval-by': (value) => ({ tsval: distanceBy(value), keeps: true }),
  'tsval-back-by': (value) => ({ tsval: -distanceBy(value) }),
  'udp-length-unsummed': broken((value) => ({ udpLength: 8 + (value % 1500), udpChecksum: 0 })),
  'ip-checksum-value': broken((value) => ({ ipChecksum: value })),
  'tunnel-any': (value, is4) => {
    const kind = oneBy(value, is4 ? IN_IPV4 : IN_IPV6);
    const ip = OVER_IP.includes(kind) ? { ttl: oneBy(value >> 4, [64, 1, 255]), tos: (value >> 6) & 0xff } : {};
    return { tunnel: { kind, ...ip, ...(IDENTIFIED.includes(kind) ? { id: 1 + ((value >> 4) & 1) } : {}) } };
  },
};

export type TwistName = string;
export const TWIST_NAMES: readonly TwistName[] = Object.keys(TWISTS);
/** Number of twists, from the front, without variants that a number draws: most faults concern them. */
export const COMMON_TWISTS: number = TWIST_NAMES.indexOf('flags-any');

/** `value` from 0 to 65,535. An unknown name is ignored, because a session may come from a file. */
export function twist(name: TwistName, value: number, is4: boolean): Twisted {
  const make = Object.hasOwn(TWISTS, name) ? TWISTS[name] : undefined;
  return make === undefined ? {} : make(value, is4);
}

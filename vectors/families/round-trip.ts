/** R: what segmentation can and cannot give back, where RSC asks for something else. */

import type { Plan } from '../plan.ts';
import { IPV4, IPV6, PLAIN, Scene, USUAL_LENGTH, type Variant } from '../scene.ts';
import type { SegmentSpec } from '../vector.ts';
import { inOrder } from './groups.ts';

/** Payload length, where it is not the usual one, and fields. */
type Sent = SegmentSpec & { readonly length?: number };

export interface RoundTrip {
  readonly name: string;
  readonly title: string;
  readonly sent: readonly Sent[];
  /** Sizes of the units that RSC's rules make, and of those that can be cut again. */
  readonly rsc: readonly number[];
  readonly gro: readonly number[];
  readonly only?: 4 | 6;
  readonly rules?: readonly string[];
  readonly level?: 'should';
}

const ids = (df: boolean, ...values: readonly number[]): Sent[] => values.map((id) => ({ id, df }));
const flags = (...letters: readonly string[]): Sent[] => letters.map((one) => ({ flags: one }));
const lengths = (...all: readonly number[]): Sent[] => all.map((length) => ({ length }));
const each = <K extends keyof SegmentSpec>(key: K, ...values: readonly SegmentSpec[K][]): Sent[] =>
  values.map((value) => ({ [key]: value }));

const DESTINATION_OPTIONS: SegmentSpec['extensions'] = [{ kind: 'destination' }];

export const ROUND_TRIPS: readonly RoundTrip[] = [
  // IPv4 Identification.
  {
    name: 'id/df/counting',
    title: 'DF, Identification counts',
    sent: ids(true, 8, 9, 10),
    rsc: [3],
    gro: [3],
    only: 4,
  },
  { name: 'id/df/fixed', title: 'DF, Identification stays', sent: ids(true, 8, 8, 8), rsc: [3], gro: [3], only: 4 },
  { name: 'id/df/anything', title: 'DF, any Identification', sent: ids(true, 8, 500, 3), rsc: [3], gro: [3], only: 4 },
  {
    name: 'id/df/counting-then-fixed',
    title: 'DF, Identification counts, then stays',
    sent: ids(true, 8, 9, 9),
    rsc: [3],
    gro: [3],
    only: 4,
  },
  {
    name: 'id/df/fixed-then-counting',
    title: 'DF, Identification stays, then counts',
    sent: ids(true, 8, 8, 9),
    rsc: [3],
    gro: [3],
    only: 4,
  },
  {
    name: 'id/clear/counting',
    title: 'DF clear, Identification counts',
    sent: ids(false, 8, 9, 10),
    rsc: [3],
    gro: [3],
    only: 4,
  },
  {
    name: 'id/clear/fixed',
    title: 'DF clear, Identification stays',
    sent: ids(false, 8, 8, 8),
    rsc: [3],
    gro: [1, 1, 1],
    only: 4,
  },
  {
    name: 'id/clear/gap',
    title: 'DF clear, Identification leaves one out',
    sent: ids(false, 8, 9, 11, 12),
    rsc: [4],
    gro: [2, 2],
    only: 4,
  },
  {
    name: 'id/clear/back',
    title: 'DF clear, Identification counts down',
    sent: ids(false, 8, 7, 6),
    rsc: [3],
    gro: [1, 1, 1],
    only: 4,
  },
  {
    name: 'id/clear/wraps',
    title: 'DF clear, Identification wraps',
    sent: ids(false, 65_534, 65_535, 0, 1),
    rsc: [4],
    gro: [4],
    only: 4,
  },
  {
    name: 'id/df-changes',
    title: 'DF clear, then set',
    sent: [...ids(false, 8, 9), ...ids(true, 10, 11)],
    rsc: [2, 2],
    gro: [2, 2],
    only: 4,
  },
  // Sizes.
  { name: 'size/equal', title: 'Equal lengths', sent: lengths(100, 100, 100), rsc: [3], gro: [3] },
  { name: 'size/last-shorter', title: 'The last is shorter', sent: lengths(100, 100, 40), rsc: [3], gro: [3] },
  { name: 'size/last-one-byte', title: 'The last has one byte', sent: lengths(100, 100, 1), rsc: [3], gro: [3] },
  { name: 'size/first-shorter', title: 'The first is shorter', sent: lengths(40, 100, 100), rsc: [3], gro: [1, 2] },
  { name: 'size/middle-shorter', title: 'The second is shorter', sent: lengths(100, 40, 100), rsc: [3], gro: [2, 1] },
  { name: 'size/two-shorter', title: 'Two shorter at the end', sent: lengths(100, 100, 40, 40), rsc: [4], gro: [3, 1] },
  { name: 'size/growing', title: 'Growing lengths', sent: lengths(50, 60, 70), rsc: [3], gro: [1, 1, 1] },
  { name: 'size/shrinking', title: 'Shrinking lengths', sent: lengths(70, 60, 50), rsc: [3], gro: [2, 1] },
  {
    name: 'size/last-longer',
    title: 'The last is one byte longer',
    sent: lengths(100, 100, 101),
    rsc: [3],
    gro: [2, 1],
  },
  // Fields of which a cut frame has the first's.
  {
    name: 'window/middle',
    title: 'The window changes',
    sent: each('window', 900, 900, 800, 800),
    rsc: [4],
    gro: [2, 2],
  },
  {
    name: 'window/last',
    title: 'The last window is another',
    sent: each('window', 900, 900, 901),
    rsc: [3],
    gro: [2, 1],
  },
  { name: 'ack/middle', title: 'The acknowledgment rises', sent: each('ack', 7, 7, 8, 8), rsc: [4], gro: [2, 2] },
  { name: 'ack/each', title: 'Each acknowledges more', sent: each('ack', 7, 8, 9), rsc: [3], gro: [1, 1, 1] },
  { name: 'ttl/middle', title: 'TTL changes', sent: each('ttl', 64, 64, 63, 63), rsc: [4], gro: [2, 2] },
  { name: 'dscp/middle', title: 'DSCP changes', sent: each('dscp', 10, 10, 20, 20), rsc: [2, 2], gro: [2, 2] },
  {
    name: 'flow-label/middle',
    title: 'The flow label changes',
    sent: each('flowLabel', 5, 5, 6, 6),
    rsc: [2, 2],
    gro: [2, 2],
    only: 6,
  },
  {
    name: 'link/source-mac',
    title: 'The source MAC address changes',
    sent: each('srcMac', '02:00:00:00:00:01', '02:00:00:00:00:01', '02:00:00:00:00:09', '02:00:00:00:00:09'),
    rsc: [2, 2],
    gro: [2, 2],
    rules: ['R1', 'C10'],
    level: 'should',
  },
  // ECN.
  { name: 'ecn/ce-throughout', title: 'CE in all', sent: each('ecn', 3, 3, 3), rsc: [3], gro: [3] },
  { name: 'ecn/ce-middle', title: 'CE in the second', sent: each('ecn', 2, 3, 2), rsc: [1, 1, 1], gro: [1, 1, 1] },
  { name: 'ecn/ece-throughout', title: 'ECE in all', sent: flags('AE', 'AE', 'AE'), rsc: [3], gro: [3] },
  { name: 'ecn/ece-last', title: 'ECE on the last', sent: flags('A', 'A', 'AE'), rsc: [2, 1], gro: [2, 1] },
  { name: 'ecn/cwr-throughout', title: 'CWR in all', sent: flags('AC', 'AC', 'AC'), rsc: [3], gro: [3] },
  { name: 'ecn/cwr-first', title: 'CWR on the first', sent: flags('AC', 'A', 'A'), rsc: [1, 2], gro: [1, 2] },
  { name: 'ecn/cwr-middle', title: 'CWR on the second', sent: flags('A', 'AC', 'A'), rsc: [1, 1, 1], gro: [1, 1, 1] },
  {
    name: 'ecn/ae-throughout',
    title: 'AE in all',
    sent: flags('AN', 'AN', 'AN'),
    rsc: [1, 1, 1],
    gro: [3],
    rules: ['R1', 'E3'],
    level: 'should',
  },
  // FIN and PSH.
  { name: 'psh/last', title: 'PSH on the last', sent: flags('A', 'A', 'AP'), rsc: [3], gro: [3] },
  { name: 'psh/middle', title: 'PSH on the second', sent: flags('A', 'AP', 'A', 'A'), rsc: [4], gro: [2, 2] },
  { name: 'psh/first', title: 'PSH on the first', sent: flags('AP', 'A', 'A'), rsc: [3], gro: [1, 2] },
  { name: 'psh/throughout', title: 'PSH on all', sent: flags('AP', 'AP', 'AP'), rsc: [3], gro: [1, 1, 1] },
  { name: 'fin/last', title: 'FIN on the last', sent: flags('A', 'A', 'AF'), rsc: [2, 1], gro: [3] },
  { name: 'fin/last-with-psh', title: 'FIN and PSH on the last', sent: flags('A', 'A', 'AFP'), rsc: [2, 1], gro: [3] },
  { name: 'fin/middle', title: 'FIN on the second', sent: flags('A', 'AF', 'A'), rsc: [1, 1, 1], gro: [2, 1] },
  { name: 'fin/first', title: 'FIN on the first', sent: flags('AF', 'A', 'A'), rsc: [1, 2], gro: [1, 2] },
  {
    name: 'fin/without-payload',
    title: 'FIN without payload after data',
    sent: [{}, {}, { length: 0, flags: 'AF' }],
    rsc: [2, 1],
    gro: [2, 1],
  },
  { name: 'flags/syn', title: 'SYN on the second', sent: flags('A', 'AS', 'A'), rsc: [1, 1, 1], gro: [1, 1, 1] },
  { name: 'flags/rst', title: 'RST on the second', sent: flags('A', 'AR', 'A'), rsc: [1, 1, 1], gro: [1, 1, 1] },
  { name: 'flags/urg', title: 'URG on the second', sent: flags('A', 'AU', 'A'), rsc: [1, 1, 1], gro: [1, 1, 1] },
  {
    name: 'urgent/without-urg',
    title: 'Urgent pointers differ, URG is clear',
    sent: each('urgent', 5, 9, 5),
    rsc: [3],
    gro: [1, 1, 1],
  },
  // TCP options.
  {
    name: 'options/timestamps-equal',
    title: 'Equal timestamps',
    sent: each('timestamps', [5, 1], [5, 1], [5, 1]),
    rsc: [3],
    gro: [3],
  },
  {
    name: 'options/tsval',
    title: 'TSval rises',
    sent: each('timestamps', [5, 1], [5, 1], [6, 1], [6, 1]),
    rsc: [4],
    gro: [2, 2],
  },
  {
    name: 'options/tsecr',
    title: 'TSecr changes',
    sent: each('timestamps', [5, 1], [5, 2], [5, 2]),
    rsc: [3],
    gro: [1, 2],
  },
  {
    name: 'options/timestamps-end',
    title: 'The last has no timestamps',
    sent: [{ timestamps: [5, 1] }, { timestamps: [5, 1] }, {}],
    rsc: [2, 1],
    gro: [2, 1],
  },
  {
    name: 'options/layout',
    title: 'The same timestamps with other padding',
    sent: each(
      'options',
      '0101080a0000000500000001',
      '0101080a0000000500000001',
      '01080a000000050000000101',
      '080a00000005000000010101',
    ),
    rsc: [4],
    gro: [2, 1, 1],
  },
  {
    name: 'options/other-equal',
    title: 'An experimental option, the same in all',
    sent: each('options', 'fd04abcd', 'fd04abcd', 'fd04abcd'),
    rsc: [1, 1, 1],
    gro: [3],
  },
  {
    name: 'options/other-differs',
    title: 'An experimental option, another in the last',
    sent: each('options', 'fd04abcd', 'fd04abcd', 'fd04abce'),
    rsc: [1, 1, 1],
    gro: [2, 1],
  },
  {
    name: 'options/window-scale-last',
    title: 'A window scale option on the last, timestamps on the others',
    sent: [{ timestamps: [5, 1] }, { timestamps: [5, 1] }, { options: '01030300' }],
    rsc: [2, 1],
    gro: [2, 1],
  },
  // What never merges.
  {
    name: 'alone/pure-ack',
    title: 'A pure ACK between data',
    sent: [{ ack: 7 }, { length: 0, ack: 8 }, { ack: 8 }],
    rsc: [1, 1, 1],
    gro: [1, 1, 1],
  },
  {
    name: 'alone/pure-acks',
    title: 'Two equal pure ACKs and a newer one',
    sent: [
      { length: 0, ack: 7 },
      { length: 0, ack: 7 },
      { length: 0, ack: 8 },
    ],
    rsc: [1, 1, 1],
    gro: [1, 1, 1],
  },
  {
    name: 'alone/window-update',
    title: 'A window update after data',
    sent: [{ window: 900 }, { length: 0, window: 901 }],
    rsc: [2],
    gro: [1, 1],
  },
  {
    name: 'alone/tcp-checksum',
    title: 'A wrong TCP checksum on the second',
    sent: [{}, { corrupt: { tcpChecksum: 'wrong' } }, {}],
    rsc: [1, 1, 1],
    gro: [1, 1, 1],
  },
  {
    name: 'alone/ip-checksum',
    title: 'A wrong IPv4 header checksum on the second',
    sent: [{}, { corrupt: { ipChecksum: 'wrong' } }, {}],
    rsc: [1, 1, 1],
    gro: [1, 1, 1],
    only: 4,
  },
  {
    name: 'alone/extension-header',
    title: 'Destination options on the second',
    sent: [{}, { extensions: DESTINATION_OPTIONS }, {}],
    rsc: [1, 1, 1],
    gro: [1, 1, 1],
    only: 6,
  },
  {
    name: 'alone/fragment',
    title: 'A first fragment after data',
    sent: [{ df: false }, { df: false, mf: true }],
    rsc: [1, 1],
    gro: [1, 1],
    only: 4,
  },
  {
    name: 'alone/ip-options',
    title: 'IPv4 options on the second',
    sent: [{}, { ipOptions: '44080500' + '00000000' }, {}],
    rsc: [1, 1, 1],
    gro: [1, 1, 1],
    only: 4,
  },
  {
    name: 'alone/extension-headers',
    title: 'The same destination options in both',
    sent: [{ extensions: DESTINATION_OPTIONS }, { extensions: DESTINATION_OPTIONS }],
    rsc: [1, 1],
    gro: [1, 1],
    only: 6,
  },
  {
    name: 'sequence/gap',
    title: 'A gap of one byte',
    sent: [{ seq: 1000 }, { seq: 1100 }, { seq: 1201 }, { seq: 1301 }],
    rsc: [2, 2],
    gro: [2, 2],
  },
  {
    name: 'sequence/again',
    title: 'The second comes again',
    sent: [{ seq: 1000 }, { seq: 1100 }, { seq: 1100 }, { seq: 1200 }],
    rsc: [2, 2],
    gro: [2, 2],
  },
];

export function* roundTrip(): Generator<Plan> {
  for (const one of ROUND_TRIPS) for (const variant of variantsOf(one)) yield planOf(one, variant);
  for (const variant of PLAIN) {
    const two = new Scene(variant, { connections: 2 }).on(0).always(FIXED).on(1).always(FIXED);
    for (let i = 0; i < 3; i++) two.on(0).data().on(1).data();
    yield {
      id: `round-trip/connections/interleaved/${variant.name}`,
      title: 'Two connections take turns',
      rules: ['R1', 'C11'],
      scene: two,
      moves: {},
      groups: [
        [0, 2, 4],
        [1, 3, 5],
      ],
    };
  }
}

/** Windows are equal unless a vector tests them: a unit with a different last window cannot be cut again. */
const FIXED: SegmentSpec = { window: 1000 };

export function variantsOf({ only }: RoundTrip): readonly Variant[] {
  return only === undefined ? PLAIN : only === 4 ? [IPV4] : [IPV6];
}

function planOf({ name, title, sent, rsc, rules = ['R1'], level }: RoundTrip, variant: Variant): Plan {
  const scene = new Scene(variant).always(FIXED);
  for (const { length = USUAL_LENGTH, ...fields } of sent) scene.data(length, fields);
  return {
    id: `round-trip/${name}/${variant.name}`,
    title,
    rules: [...rules, ...(name.startsWith('alone/') ? ['R2'] : [])],
    ...(level === undefined ? {} : { level }),
    scene,
    moves: {},
    groups: inOrder(...rsc),
  };
}

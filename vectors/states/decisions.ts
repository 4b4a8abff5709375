/** The decisions of states: every rule that stops a merge, and merges that change each field of the unit. */

import type { SegmentSpec } from '../vector.ts';
import type { Decision } from './decision.ts';
import { EXCEPTION_DECISIONS, exception } from './exception-decisions.ts';

const change = (
  name: string,
  title: string,
  rules: readonly string[],
  fields: SegmentSpec,
  more: Partial<Decision> = {},
): Decision => ({ name, title, family: 'coalescing', rules, effect: 'starts', fields, ...more });

const merge = (name: string, title: string, rules: readonly string[], more: Partial<Decision> = {}): Decision => ({
  name: `merge-${name}`,
  title,
  family: 'coalescing',
  rules: ['C5', ...rules],
  effect: 'joins',
  ...more,
});

const FLAGS = ['psh'];
const LENGTHS = ['trailer', 'tags', 'layout'];

export const DECISIONS: readonly Decision[] = [
  ...EXCEPTION_DECISIONS,
  change(
    'ecn',
    'Another codepoint among ECT(0)',
    ['E8a'],
    { ecn: 3 },
    {
      or: [{ ecn: 1 }],
      family: 'exceptions',
      base: { ecn: 2 },
      settles: ['ecn'],
    },
  ),
  change(
    'ecn-lost',
    'Another codepoint among ECT(1)',
    ['E8a'],
    { ecn: 0 },
    {
      or: [{ ecn: 2 }, { ecn: 3 }],
      family: 'exceptions',
      base: { ecn: 1 },
      settles: ['ecn'],
    },
  ),
  change(
    'ecn-set',
    'ECT among Not-ECT',
    ['E8a'],
    { ecn: 2 },
    { or: [{ ecn: 1 }], family: 'exceptions', base: { ecn: 0 }, settles: ['ecn'] },
  ),
  change(
    'ece',
    'ECE',
    ['E8b'],
    { flags: 'AE' },
    { or: [{ flags: 'AEC' }], family: 'exceptions', settles: ['congestion', ...FLAGS] },
  ),
  change('cwr', 'CWR', ['E8b'], { flags: 'AC' }, { family: 'exceptions', settles: ['congestion', ...FLAGS] }),
  change(
    'ece-lost',
    'ECE clear among segments with ECE',
    ['E8b'],
    { flags: 'A' },
    { or: [{ flags: 'AC' }], family: 'exceptions', base: { flags: 'AE' }, settles: ['congestion', ...FLAGS] },
  ),
  change(
    'too-long',
    'A segment that is too long for the unit',
    ['E7'],
    {},
    {
      family: 'exceptions',
      isLong: true,
      joinedByNext: true,
      settles: ['volume'],
    },
  ),
  change('gap', 'A gap', ['C2'], {}, { ahead: 'gap', joinedByNext: true }),
  change('small-gap', 'A gap of one byte', ['C2'], {}, { ahead: 1, joinedByNext: true }),
  change('overlap', 'An overlap of one byte', ['C2', 'B2'], {}, { ahead: -1, joinedByNext: true }),
  change('again', 'The last segment again', ['C2', 'B2'], {}, { ahead: 'old', joinedByNext: true }),
  change(
    'again-otherwise',
    'The last segment again with other bytes',
    ['C2', 'B2'],
    { payloadVersion: 1 },
    {
      ahead: 'old',
      joinedByNext: true,
    },
  ),
  change(
    'older-ack',
    'Data with an older ACK',
    ['C4'],
    {},
    { kind: 'data', level: 'should', settles: ['ack-moves'], joinedByNext: true },
  ),
  change(
    'pure-ack',
    'A pure ACK that acknowledges more',
    ['C6'],
    {},
    { kind: 'ack', settles: ['ack-moves', 'relation'] },
  ),
  change(
    'older-pure-ack',
    'A pure ACK that acknowledges less',
    ['C6'],
    {},
    { kind: 'older-ack', settles: ['ack-moves', 'relation'] },
  ),
  change('keep-alive', 'A keep-alive', ['C6', 'C2'], {}, { kind: 'keep-alive', settles: ['ack-moves', 'relation'] }),
  change(
    'duplicate',
    'A duplicate ACK',
    ['C8'],
    {},
    {
      kind: 'duplicate',
      level: 'should',
      settles: ['ack-moves', 'window-moves', 'relation'],
    },
  ),
  change(
    'duplicate-onto-ack',
    'A duplicate ACK after a pure ACK',
    ['C8'],
    {},
    { kind: 'acked-duplicate', level: 'should', settles: ['ack-moves', 'window-moves', 'relation'] },
  ),
  change('onto-ack', 'Data after a pure ACK', ['C3'], {}, { kind: 'acked-data', joinedByNext: true }),
  change(
    'dscp',
    'Another DSCP',
    ['C10'],
    { dscp: 46 },
    { or: [1, 2, 4, 8, 16, 32].map((dscp) => ({ dscp })), settles: ['dscp'] },
  ),
  change('df-clear', 'DF clear among segments with DF', ['C10'], { df: false }, { only: 'ipv4', settles: ['df'] }),
  change(
    'df-set',
    'DF set among segments without DF',
    ['C10'],
    { df: true },
    { only: 'ipv4', base: { df: false }, settles: ['df'] },
  ),
  change(
    'reserved-flag',
    'The IPv4 reserved flag set',
    ['C10'],
    { reservedFlag: true },
    { only: 'ipv4', settles: ['reserved-flag'], level: 'derived' },
  ),
  change(
    'flow-label',
    'Another flow label',
    ['C10'],
    { flowLabel: 0x54321 },
    {
      or: [1, 0x80, 0x100, 0x8000, 0x1_0000, 0x8_0000].map((flowLabel) => ({ flowLabel })),
      only: 'ipv6',
      settles: ['flow-label'],
    },
  ),
  change(
    'no-timestamps',
    'A segment without timestamps among segments with timestamps',
    ['C10'],
    { timestamps: undefined } as unknown as SegmentSpec,
    {
      only: 'stamped',
    },
  ),
  change(
    'timestamps',
    'A segment with timestamps among segments without timestamps',
    ['C10'],
    { timestamps: [7000, 1] },
    { only: 'unstamped' },
  ),
  change(
    'mac',
    'Another MAC address',
    ['C10'],
    { srcMac: '02:00:00:00:00:0a' },
    {
      or: [{ srcMac: '0a:00:00:00:00:02' }, { dstMac: '02:00:00:00:00:0c' }, { dstMac: '02:00:00:ff:00:01' }],
      level: 'derived',
    },
  ),
  change(
    'older-timestamp',
    'An older TSval',
    ['T2'],
    {},
    {
      family: 'timestamps',
      kind: 'later-timestamp',
      only: 'stamped',
      joinedByNext: true,
    },
  ),
  exception(
    'protocol',
    'A frame that is not TCP',
    ['I8'],
    { corrupt: { protocol: 132 } },
    {
      family: 'indication',
      effect: 'unordered',
      only: 'ipv4',
      level: 'derived',
    },
  ),
  exception(
    'past-end',
    'An IP length past the frame’s end',
    ['I8'],
    { corrupt: { ipLength: 65_535 } },
    {
      family: 'indication',
      effect: 'unordered',
      settles: LENGTHS,
      level: 'derived',
    },
  ),
  exception(
    'data-offset',
    'A data offset under 5',
    ['I8'],
    { corrupt: { dataOffset: 4 } },
    {
      or: [0, 1, 2, 3].map((dataOffset) => ({ corrupt: { dataOffset } })),
      family: 'indication',
      effect: 'unordered',
      level: 'derived',
    },
  ),
  merge('plain', 'Data in order', ['H1', 'H2', 'H3', 'H7', 'O1']),
  merge('push', 'Data with PSH', ['H5'], { fields: { flags: 'AP' }, settles: FLAGS }),
  merge('lower-ttl', 'Data with a lower TTL', ['H4'], {
    fields: { ttl: 9 },
    or: [59, 44, 1].map((ttl) => ({ ttl })),
    base: { ttl: 60 },
    settles: ['ttl', 'ttl-moves'],
  }),
  merge('higher-ttl', 'Data with a higher TTL', ['H4'], {
    fields: { ttl: 200 },
    or: [61, 64, 255].map((ttl) => ({ ttl })),
    base: { ttl: 60 },
    settles: ['ttl', 'ttl-moves'],
  }),
  merge('trailer', 'Data with a trailer', ['H1'], {
    fields: { trailer: 6, trailerByte: 0xbb },
    or: [1, 4, 18, 46].map((trailer) => ({ trailer, trailerByte: 0xbb })),
    settles: ['trailer', 'tags'],
  }),
  merge('marked', 'Data with ECE among segments with ECE', ['H6', 'E8b'], {
    fields: { flags: 'AE' },
    base: { flags: 'AE' },
    settles: ['congestion', ...FLAGS],
  }),
  merge('window-update', 'A window update', ['C7', 'O1'], {
    kind: 'window-update',
    settles: ['window-moves', 'ack-moves', 'relation'],
  }),
  merge('urgent-pointer', 'Data with an urgent pointer', ['C10'], {
    fields: { urgent: 5 },
    or: [{ urgent: 0xffff }, { urgent: 1 }],
    settles: ['urgent-pointer'],
  }),
];

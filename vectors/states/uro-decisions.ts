/** Decisions on a datagram in a state. */

import type { SegmentSpec } from '../vector.ts';

/** `joins`: it joins the unit; `ends`: it joins as the last one; `starts`: it begins the next unit; `alone`: none of these. */
export type UroEffect = 'joins' | 'ends' | 'starts' | 'alone';

export interface UroDecision {
  readonly says: string;
  readonly rules: readonly string[];
  readonly effect: UroEffect;
  readonly fields: (payload: number) => SegmentSpec;
  readonly length?: (payload: number) => number;
  /** Alternatives to `fields`, and lengths; each state has one of all. */
  readonly or?: readonly { readonly fields?: SegmentSpec; readonly length?: (payload: number) => number }[];
  /** Its length decides, too, although it is as long as the others. */
  readonly isAboutLength?: true;
  /** Of one IP version only. */
  readonly only?: 4 | 6;
  /** Dimensions that it determines itself. */
  readonly settles?: readonly string[];
}

const fixed =
  (fields: SegmentSpec): UroDecision['fields'] =>
  () =>
    fields;

export const URO_DECISIONS: Readonly<Record<string, UroDecision>> = {
  merges: { says: 'A datagram of the same length', rules: ['U5', 'U6'], effect: 'joins', fields: fixed({}) },
  unsummed: {
    says: 'A datagram without checksum',
    rules: ['U3', 'U5'],
    effect: 'joins',
    fields: fixed({ corrupt: { udpChecksum: 0 } }),
  },
  shorter: {
    says: 'A shorter datagram',
    rules: ['U2', 'U6'],
    effect: 'ends',
    fields: fixed({}),
    length: (payload) => payload - 1,
  },
  longer: {
    says: 'A longer datagram',
    rules: ['U2'],
    effect: 'starts',
    fields: fixed({}),
    length: (payload) => payload + 1,
  },
  ttl: {
    says: 'A datagram with a higher TTL',
    rules: ['U1'],
    effect: 'starts',
    fields: fixed({ ttl: 201 }),
    or: [65, 66, 255].map((ttl) => ({ fields: { ttl } })),
    settles: ['ttl'],
  },
  'ttl-lower': {
    says: 'A datagram with a lower TTL',
    rules: ['U1'],
    effect: 'starts',
    fields: fixed({ ttl: 3 }),
    or: [63, 62, 1].map((ttl) => ({ fields: { ttl } })),
    settles: ['ttl'],
  },
  dscp: {
    says: 'A datagram with another DSCP',
    rules: ['U1'],
    effect: 'starts',
    fields: fixed({ dscp: 33 }),
    or: [1, 2, 4, 8, 16, 32].map((dscp) => ({ fields: { dscp } })),
    settles: ['dscp'],
  },
  ce: { says: 'A datagram with CE', rules: ['U1'], effect: 'starts', fields: fixed({ ecn: 3 }), settles: ['ecn'] },
  mac: {
    says: 'A datagram with another MAC address',
    rules: ['U1'],
    effect: 'starts',
    fields: fixed({ srcMac: '02:00:00:00:00:09' }),
    or: [{ fields: { dstMac: '02:00:00:00:00:0c' } }, { fields: { srcMac: '0a:00:00:00:00:02' } }],
  },
  df: {
    says: 'A datagram with DF clear',
    rules: ['U1'],
    effect: 'starts',
    fields: fixed({ df: false }),
    only: 4,
    settles: ['df'],
  },
  reserved: {
    says: 'A datagram with the reserved flag set',
    rules: ['U1'],
    effect: 'starts',
    fields: fixed({ reservedFlag: true }),
    only: 4,
    settles: ['reserved-flag'],
  },
  label: {
    says: 'A datagram with another flow label',
    rules: ['U1'],
    effect: 'starts',
    fields: fixed({ flowLabel: 0x4321 }),
    or: [1, 0x80, 0x100, 0x8000, 0x1_0000, 0x8_0000].map((flowLabel) => ({ fields: { flowLabel } })),
    only: 6,
    settles: ['flow-label'],
  },
  empty: { says: 'A datagram without payload', rules: ['U2'], effect: 'alone', fields: fixed({}), length: () => 0 },
  bad: {
    says: 'A datagram with a wrong checksum',
    rules: ['U4'],
    effect: 'alone',
    fields: fixed({ corrupt: { udpChecksum: 'wrong' } }),
    or: [0x00ff, 0x1234].map((udpChecksum) => ({ fields: { corrupt: { udpChecksum } } })),
  },
  'bad-header': {
    says: 'A datagram with a wrong IPv4 header checksum',
    rules: ['U3'],
    effect: 'alone',
    fields: fixed({ corrupt: { ipChecksum: 'wrong' } }),
    only: 4,
  },
  lengths: {
    says: 'A datagram with extra bytes in the IP packet',
    rules: ['U3'],
    effect: 'alone',
    fields: fixed({ slack: 4 }),
    or: [1, 2, 8].map((slack) => ({ fields: { slack } })),
  },
  options: {
    says: 'A datagram with IPv4 options',
    rules: ['U1'],
    effect: 'alone',
    fields: fixed({ ipOptions: '01010101' }),
    or: ['94040000', '0707040000000000'].map((ipOptions) => ({ fields: { ipOptions } })),
    only: 4,
  },
  extension: {
    says: 'A datagram with an extension header',
    rules: ['U1'],
    effect: 'alone',
    fields: fixed({ extensions: [{ kind: 'destination' }] }),
    or: ([{ kind: 'hop-by-hop' }, { kind: 'routing' }, { kind: 'fragment' }] as const).map((one) => ({
      fields: { extensions: [one] },
    })),
    only: 6,
  },
  'after-shorter': {
    says: 'A datagram of full length after a shorter one',
    rules: ['U2'],
    effect: 'starts',
    fields: fixed({}),
    isAboutLength: true,
  },
  'too-long': {
    says: 'A datagram that is too long for the unit',
    rules: ['U9'],
    effect: 'starts',
    fields: fixed({}),
    isAboutLength: true,
  },
};

const UNSUMMED = { udpChecksum: 0 } as const;

/** Of the second array only: other ways to differ. */
export const MORE_URO_DECISIONS: Readonly<Record<string, UroDecision>> = {
  'lengths-unsummed': {
    says: 'A datagram without checksum and with extra bytes in the IP packet',
    rules: ['U3'],
    effect: 'alone',
    fields: fixed({ slack: 4, corrupt: UNSUMMED }),
    or: [1, 2, 8].map((slack) => ({ fields: { slack, corrupt: UNSUMMED } })),
  },
  'much-shorter': {
    says: 'A much shorter datagram',
    rules: ['U2', 'U6'],
    effect: 'ends',
    fields: fixed({}),
    length: (payload) => Math.ceil(payload / 2),
    or: [{ length: () => 1 }, { length: (payload) => Math.ceil(payload / 3) }],
  },
  'much-longer': {
    says: 'A much longer datagram',
    rules: ['U2'],
    effect: 'starts',
    fields: fixed({}),
    length: (payload) => 2 * payload,
    or: [{ length: (payload) => payload + 2 }, { length: (payload) => payload + 256 }],
  },
  header: {
    says: 'A datagram with another header',
    rules: ['U1'],
    effect: 'starts',
    fields: fixed({ dscp: 1 }),
    or: [{ ecn: 1 }, { ecn: 2 }, { dstMac: '02:00:00:00:00:0c' }, { ttl: 63 }, { ttl: 65 }].map((fields) => ({
      fields,
    })),
    settles: ['dscp', 'ecn', 'ttl'],
  },
};
export const ALL_URO_DECISIONS: Readonly<Record<string, UroDecision>> = { ...URO_DECISIONS, ...MORE_URO_DECISIONS };

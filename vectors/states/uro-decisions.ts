/** What is decided on a datagram in a state. */

import type { SegmentSpec } from '../vector.ts';

/** `joins`: it joins the unit; `ends`: as its last; `starts`: it begins the next, which what follows joins; `alone`: neither. */
export type UroEffect = 'joins' | 'ends' | 'starts' | 'alone';

export interface UroDecision {
  readonly says: string;
  readonly rules: readonly string[];
  readonly effect: UroEffect;
  readonly fields: (payload: number) => SegmentSpec;
  readonly length?: (payload: number) => number;
  /** Of one IP version only. */
  readonly only?: 4 | 6;
  /** Dimensions that it settles itself. */
  readonly settles?: readonly string[];
}

const fixed =
  (fields: SegmentSpec): UroDecision['fields'] =>
  () =>
    fields;

export const URO_DECISIONS: Readonly<Record<string, UroDecision>> = {
  merges: { says: 'An equal datagram', rules: ['U5', 'U6'], effect: 'joins', fields: fixed({}) },
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
  ttl: { says: 'A higher TTL', rules: ['U1'], effect: 'starts', fields: fixed({ ttl: 201 }), settles: ['ttl'] },
  'ttl-lower': { says: 'A lower TTL', rules: ['U1'], effect: 'starts', fields: fixed({ ttl: 3 }), settles: ['ttl'] },
  dscp: { says: 'Another DSCP', rules: ['U1'], effect: 'starts', fields: fixed({ dscp: 33 }), settles: ['dscp'] },
  ce: { says: 'CE', rules: ['U1'], effect: 'starts', fields: fixed({ ecn: 3 }), settles: ['ecn'] },
  mac: { says: 'Another source MAC', rules: ['U1'], effect: 'starts', fields: fixed({ srcMac: '02:00:00:00:00:09' }) },
  df: { says: 'DF clear', rules: ['U1'], effect: 'starts', fields: fixed({ df: false }), only: 4, settles: ['df'] },
  reserved: {
    says: 'The reserved flag',
    rules: ['U1'],
    effect: 'starts',
    fields: fixed({ reservedFlag: true }),
    only: 4,
    settles: ['reserved-flag'],
  },
  label: {
    says: 'Another flow label',
    rules: ['U1'],
    effect: 'starts',
    fields: fixed({ flowLabel: 0x4321 }),
    only: 6,
    settles: ['flow-label'],
  },
  empty: { says: 'No payload', rules: ['U2'], effect: 'alone', fields: fixed({}), length: () => 0 },
  bad: {
    says: 'A wrong checksum',
    rules: ['U4'],
    effect: 'alone',
    fields: fixed({ corrupt: { udpChecksum: 'wrong' } }),
  },
  'bad-header': {
    says: 'A wrong IPv4 checksum',
    rules: ['U3'],
    effect: 'alone',
    fields: fixed({ corrupt: { ipChecksum: 'wrong' } }),
    only: 4,
  },
  lengths: {
    says: 'A UDP length under the IP length’s',
    rules: ['U3'],
    effect: 'alone',
    fields: fixed({ slack: 4 }),
  },
  options: { says: 'IPv4 options', rules: ['U1'], effect: 'alone', fields: fixed({ ipOptions: '01010101' }), only: 4 },
  extension: {
    says: 'An extension header',
    rules: ['U1'],
    effect: 'alone',
    fields: fixed({ extensions: [{ kind: 'destination' }] }),
    only: 6,
  },
  'after-shorter': {
    says: 'An equal datagram after a shorter one',
    rules: ['U2'],
    effect: 'starts',
    fields: fixed({}),
  },
  'too-long': { says: 'More than a datagram holds', rules: ['U9'], effect: 'starts', fields: fixed({}) },
};

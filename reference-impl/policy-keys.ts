/** Every key of a policy, with its values and their meanings. Help, parsing and the playground read it. */

import type { Policy } from './policy.ts';
import { PROFILE_NAMES, PROFILES } from './profile.ts';
import { disagreements } from './rules/disagreements.ts';
import { placeOf } from './rules/documents.ts';
import { TUNNEL_KINDS } from './wire/tunnel.ts';

/**
 * `limit`: a number from 1, some also "none"; `addresses`: IP addresses as text, comma-separated; `tunnels`: kinds of
 * tunnels, comma-separated.
 */
export type PolicyValues<Value> =
  | readonly { readonly value: Value; readonly means: string }[]
  | 'limit'
  | 'addresses'
  | 'tunnels';

/** One key, in words. */
export interface PolicyKey<Value = unknown> {
  readonly label: string;
  /** Rows of the catalogue that leave the choice open. */
  readonly rows: readonly string[];
  readonly values: PolicyValues<Value>;
}

/** In the order in which they are listed; the first of the values is the default. */
export const policyKeys: { readonly [K in keyof Policy]: PolicyKey<Policy[K]> } = {
  profile: {
    label: 'Rules',
    rows: [],
    values: PROFILE_NAMES.map((value) => ({ value, means: PROFILES[value].means })),
  },
  duplicateAcks: {
    label: 'Duplicate ACKs',
    rows: ['C8', 'C9'],
    values: [
      { value: 'alone', means: 'a duplicate ACK goes alone, like any pure ACK' },
      { value: 'counted', means: 'it joins a tracked pure ACK, and DupAckCount counts it' },
    ],
  },
  timestamps: {
    label: 'Timestamps',
    rows: ['T1'],
    values: [
      { value: 'coalesced', means: 'segments with timestamps merge' },
      { value: 'exception', means: 'the option is an exception, like any other' },
    ],
  },
  paddingOptions: {
    label: 'Options of NOP and EOL only',
    rows: ['E4'],
    values: [
      { value: 'exception', means: 'they are an exception' },
      { value: 'merged', means: 'segments with them merge' },
    ],
  },
  ipv6Limit: {
    label: 'IPv6 limit of 65,535 bounds the',
    rows: ['E7'],
    values: [
      { value: 'payload', means: '65,535 bounds the payload length: the largest legal datagram' },
      { value: 'total', means: '65,535 bounds header and payload together' },
    ],
  },
  checksums: {
    label: 'Checksums of units',
    rows: ['H7'],
    values: [
      { value: 'recomputed', means: 'the checksums of an SCU are recomputed' },
      { value: 'flagged', means: 'they are left unchanged and flagged as invalid' },
    ],
  },
  loneSegCount: {
    label: 'CoalescedSegCount of a lone frame',
    rows: ['O1'],
    values: [
      { value: 0, means: 'CoalescedSegCount is 0 if nothing joined' },
      { value: 1, means: 'it is 1 as soon as a segment is tracked' },
    ],
  },
  maxConnections: { label: 'Maximum number of connections', rows: ['E1'], values: 'limit' },
  fullTable: {
    label: 'Newcomer to a full table',
    rows: ['E1'],
    values: [
      { value: 'alone', means: 'if no entry is free, the newcomer goes alone' },
      { value: 'evict', means: 'the oldest SCU is finalized for it' },
    ],
  },
  maxSegments: { label: 'Maximum number of segments in a unit', rows: ['C12'], values: 'limit' },
  maxBytes: { label: 'Maximum number of payload bytes in a unit', rows: ['C12'], values: 'limit' },
  stopAtPush: {
    label: 'Stop at PSH',
    rows: ['C12'],
    values: [
      { value: false, means: 'an SCU goes on after a segment with PSH' },
      { value: true, means: 'nothing joins an SCU that has a PSH' },
    ],
  },
  stopAtTtlChange: {
    label: 'Stop if the TTL changes',
    rows: ['C12'],
    values: [
      { value: false, means: 'segments merge whatever their TTL' },
      { value: true, means: 'a segment with another TTL or hop limit does not join' },
    ],
  },
  tagged: {
    label: 'VLAN-tagged segments',
    rows: ['I5'],
    values: [
      { value: 'coalesced', means: '802.1Q-tagged segments merge' },
      { value: 'alone', means: 'they are left alone' },
    ],
  },
  tunnels: { label: 'Tunnels in which segments merge', rows: ['I5'], values: 'tunnels' },
  hostAddresses: { label: 'This host’s addresses', rows: ['I6'], values: 'addresses' },
};

/** Every key with its values, one row each: "duplicateAcks=alone" and its meaning, with both readings if the sources disagree. */
export function policyRows(): (readonly [setting: string, meaning: string])[] {
  return (Object.entries(policyKeys) as [keyof Policy, PolicyKey][]).flatMap(([key, { label, rows, values }]) => {
    const from = rows.length === 0 ? '' : ` (${rows.join(', ')})`;
    if (values === 'limit') return [[`${key}=N`, `${label}${from}`] as const];
    if (values === 'tunnels') return [[`${key}=KIND,..`, `${label}${from}: ${TUNNEL_KINDS.join(', ')}`] as const];
    if (values === 'addresses') return [[`${key}=ADDRESS,..`, `${label}${from}; segments to others go alone`] as const];
    const readings = disagreements.filter((entry) => entry.key === key)[0]?.readings;
    return values.map(({ value, means }, i) => {
      const clause = readings?.[i]?.clause;
      const place = clause === undefined ? '' : `; ${placeOf(clause)}`;
      return [`${key}=${String(value)}`, `${means}${from}${i === 0 ? ', the default' : ''}${place}`] as const;
    });
  });
}

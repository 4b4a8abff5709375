/** Switches for the liberties that the rules grant. */

import { DEFAULT_POLICY, type Policy } from '../../../reference-impl/policy.ts';
import { h } from './dom.ts';

interface Switch<Value = unknown> {
  readonly label: string;
  readonly rule: string;
  /** Values to choose from; "limit": a positive number or none; "addresses": a list. */
  readonly values: readonly Value[] | 'limit' | 'addresses';
}

const SWITCHES: { readonly [K in keyof Policy]: Switch<Policy[K]> } = {
  duplicateAcks: { label: 'Duplicate ACKs', rule: 'C8, C9', values: ['alone', 'counted'] },
  timestamps: { label: 'Timestamps', rule: 'T1', values: ['coalesced', 'exception'] },
  paddingOptions: { label: 'Options of NOP and EOL only', rule: 'E4', values: ['exception', 'merged'] },
  ipv6Limit: { label: 'IPv6 limit of 65,535 bounds the', rule: 'E7', values: ['payload', 'total'] },
  checksums: { label: 'Checksums of units', rule: 'H7', values: ['recomputed', 'flagged'] },
  loneSegCount: { label: 'CoalescedSegCount of a lone frame', rule: 'O1', values: [0, 1] },
  maxConnections: { label: 'Most connections', rule: 'E1', values: 'limit' },
  fullTable: { label: 'Newcomer to a full table', rule: 'E1', values: ['alone', 'evict'] },
  maxSegments: { label: 'Most segments in a unit', rule: 'C12', values: 'limit' },
  maxBytes: { label: 'Most payload bytes in a unit', rule: 'C12', values: 'limit' },
  stopAtPush: { label: 'Stop at PSH', rule: 'C12', values: [false, true] },
  stopAtTtlChange: { label: 'Stop where TTL changes', rule: 'C12', values: [false, true] },
  tagged: { label: 'VLAN-tagged segments', rule: 'I5', values: ['coalesced', 'alone'] },
  hostAddresses: { label: 'This host’s addresses', rule: 'I6', values: 'addresses' },
};

export function policyForm(onChange: (policy: Policy) => void): HTMLElement {
  const policy: Record<string, unknown> = { ...DEFAULT_POLICY };
  const fields = Object.entries(SWITCHES).map(([key, { label, rule, values }]) => {
    const change = (value: unknown): void => {
      policy[key] = value;
      onChange({ ...policy } as unknown as Policy);
    };
    return h(
      'label',
      { class: 'field' },
      h('span', {}, label, ' ', h('small', {}, rule)),
      control(key, values, change),
    );
  });
  return h('div', { class: 'policy' }, ...fields);
}

function control(key: string, values: Switch['values'], change: (value: unknown) => void): HTMLElement {
  const id = `policy-${key}`;
  if (values === 'limit') {
    const standard = DEFAULT_POLICY[key as 'maxSegments'];
    const shown = Number.isFinite(standard) ? `${standard}` : 'none';
    const input = h('input', { id, type: 'number', min: 1, step: 1, placeholder: shown });
    input.addEventListener('change', () =>
      change(Number(input.value) >= 1 ? Math.floor(Number(input.value)) : standard),
    );
    return input;
  }
  if (values === 'addresses') {
    const input = h('input', { id, type: 'text', placeholder: 'all; or a list with commas', spellcheck: 'false' });
    input.addEventListener('change', () => change(input.value.split(/[\s,]+/).filter((word) => word !== '')));
    return input;
  }
  const select = h('select', { id }, ...values.map((value, i) => h('option', { value: i }, wordFor(value))));
  select.addEventListener('change', () => change(values[Number(select.value)]));
  return select;
}

function wordFor(value: unknown): string {
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
}

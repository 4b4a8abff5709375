/** Switches for the choices that the rules leave open. */

import { DEFAULT_POLICY, type Policy } from '../../../reference-impl/policy.ts';
import { type PolicyKey, policyKeys } from '../../../reference-impl/policy-keys.ts';
import { h } from './dom.ts';

export function policyForm(onChange: (policy: Policy) => void): HTMLElement {
  const policy: Record<string, unknown> = { ...DEFAULT_POLICY };
  const fields = Object.entries(policyKeys).map(([key, { label, rows, values }]) => {
    const change = (value: unknown): void => {
      policy[key] = value;
      onChange({ ...policy } as unknown as Policy);
    };
    return h(
      'label',
      { class: 'field' },
      h('span', {}, label, ' ', h('small', {}, rows.join(', '))),
      control(key, values, change),
    );
  });
  return h('div', { class: 'policy' }, ...fields);
}

function control(key: string, values: PolicyKey['values'], change: (value: unknown) => void): HTMLElement {
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
  if (values === 'addresses' || values === 'tunnels') {
    const placeholder = values === 'addresses' ? 'all; or a list with commas' : 'none; or a list with commas';
    const input = h('input', { id, type: 'text', placeholder, spellcheck: 'false' });
    input.addEventListener('change', () => change(input.value.split(/[\s,]+/).filter((word) => word !== '')));
    return input;
  }
  const select = h(
    'select',
    { id },
    ...values.map(({ value, means }, i) => h('option', { value: i, title: means }, wordFor(value))),
  );
  select.addEventListener('change', () => change(values[Number(select.value)]?.value));
  return select;
}

function wordFor(value: unknown): string {
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
}

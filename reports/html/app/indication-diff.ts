/** One indication of the target next to those that the rules give for the same segments. */

import type { Policy } from '../../../reference-impl/policy.ts';
import { indicationName, NO_ARRIVAL } from '../../case-text.ts';
import { count, h } from './dom.ts';
import { type Field, frameFields } from './frame-fields.ts';
import { hexPair } from './hex-view.ts';
import { counterparts, type Scene, type SceneIndication } from './scene.ts';
import { table } from './table.ts';

export function indicationDiff(index: number, indication: SceneIndication, scene: Scene, policy: Policy): HTMLElement {
  const others = counterparts(indication, scene, policy);
  const body = h('div', {});
  const show = (which: number): void => body.replaceChildren(...compared(indication, others[which]));
  show(0);
  const arrivals = indication.arrivals.map((n) => `#${n}`).join(' ') || NO_ARRIVAL;
  const choice = h(
    'select',
    { onchange: (event) => show(Number((event.target as HTMLSelectElement).value)) },
    ...others.map((other, i) =>
      h('option', { value: i }, `indication of ${other.arrivals.map((n) => `#${n}`).join(' ')}`),
    ),
  );
  return h(
    'section',
    { class: 'diff' },
    h('h3', {}, `${indicationName(indication, index, scene.steps)} `, h('span', { class: 'muted' }, arrivals)),
    others.length > 1 &&
      h(
        'p',
        {},
        `The rules make ${count(others.length, 'indication')} of these segments. `,
        h('label', {}, 'Compared with the ', choice),
      ),
    body,
  );
}

function compared(indication: SceneIndication, other: SceneIndication | undefined): HTMLElement[] {
  const actual = fieldsOf(indication);
  if (other === undefined) {
    const rows = actual.map(({ name, value }) => h('tr', {}, h('th', { scope: 'row' }, name), h('td', {}, value)));
    return [
      h('p', {}, 'The rules make no indication that corresponds to this one.'),
      table('Fields', ['Field', 'Actual'], rows, 'fields'),
      ...deviceHeader(indication),
    ];
  }
  const expected = fieldsOf(other);
  const names = [...new Set([...expected, ...actual].map(({ name }) => name))];
  const rows = names.map((name) => {
    const wanted = expected.find((field) => field.name === name)?.value;
    const was = actual.find((field) => field.name === name)?.value;
    const isUnseen = was === undefined && name in OOB_NAMES;
    const differs = wanted !== was && !isUnseen;
    return h(
      'tr',
      differs ? { class: 'is-wrong' } : {},
      h('th', { scope: 'row' }, differs ? h('span', { class: 'ne', title: 'differs' }, '≠ ') : '', name),
      h('td', {}, wanted ?? '–'),
      h(
        'td',
        {},
        differs ? h('mark', {}, was ?? 'absent') : isUnseen ? h('span', { class: 'muted' }, 'not observed') : was,
      ),
    );
  });
  return [
    table('Fields, expected and actual', ['Field', 'Expected', 'Actual'], rows, 'fields'),
    h('p', { class: 'remark' }, '≠ differs from the reference: a fault only where a finding says so.'),
    ...deviceHeader(indication),
    hexPair(other.frame, indication.frame),
  ];
}

/** The header of a virtio device. The reference has none to compare it with. */
function deviceHeader({ virtio }: SceneIndication): HTMLElement[] {
  if (virtio === undefined) return [];
  const rows = Object.entries(virtio).map(([name, value]) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, name),
      h('td', {}, typeof value === 'object' ? JSON.stringify(value) : String(value)),
    ),
  );
  return [table('Header of the virtio device', ['Header of the virtio device', 'Actual'], rows, 'fields')];
}

const OOB_NAMES: Readonly<Record<string, true>> = {
  segCount: true,
  dupAckCount: true,
  timestampDelta: true,
  uroSegCount: true,
  uroSegSize: true,
  ipChecksum: true,
  tcpChecksum: true,
  valueInvalid: true,
};

function fieldsOf({ frame, oob }: SceneIndication): Field[] {
  const outOfBand = Object.entries(oob).filter(([, value]) => value !== undefined);
  return [...frameFields(frame), ...outOfBand.map(([name, value]) => ({ name, value: String(value) }))];
}

/** Each segment and its outcome. */

import { decisionWords } from '../../../reference-impl/trace.ts';
import type { RuleTexts } from '../../rule-texts.ts';
import { arrivalsOf, connectionName } from './connections.ts';
import { h } from './dom.ts';
import { formatFlags } from './flags.ts';
import { ruleLink } from './rule-link.ts';
import type { Scene } from './scene.ts';
import { type Head, table } from './table.ts';

export function segmentsTable(scene: Scene, rules: RuleTexts, isReference: boolean = false): HTMLElement {
  const rows = (scene.named ?? arrivalsOf(scene.arrivals)).map(({ segment, connection, relativeSeq }, n) => {
    const decision = scene.decisions.find(({ arrival }) => arrival === n);
    const isTcp = segment.kind === 'segment';
    const where =
      scene.indications?.flatMap(({ arrivals, number }, i) =>
        arrivals.includes(n) ? [`indication ${number ?? i}`] : [],
      ) ?? [];
    const broken = [...new Set(scene.findings.filter(({ arrivals }) => arrivals.includes(n)).map(({ rule }) => rule))];
    return h(
      'tr',
      broken.length > 0 ? { class: 'is-wrong' } : {},
      h('th', { scope: 'row' }, `#${n + (scene.firstArrival ?? 0)}`),
      h('td', {}, connectionName(connection)),
      h('td', { class: 'number' }, isTcp ? `${relativeSeq < 0 ? '−' : '+'}${Math.abs(relativeSeq)}` : '–'),
      h('td', { class: 'number' }, isTcp ? segment.payloadLength : '–'),
      h('td', {}, isTcp ? formatFlags(segment.flags) : segment.kind === 'other' ? segment.reason : segment.kind),
      h(
        'td',
        { class: 'wide' },
        decision === undefined
          ? '–'
          : [
              h('strong', {}, decisionWords(decision.did)),
              ' ',
              ruleLink(decision.rule),
              ' ',
              h('span', { class: 'muted' }, rules.summary(decision.rule, decision.name)),
            ],
      ),
      h('td', {}, scene.indications === undefined ? '–' : where.length === 0 ? 'did not come out' : where.join(', ')),
      !isReference && h('td', {}, broken.length === 0 ? '' : ['✕ ', ...broken.map((rule) => ruleLink(rule))]),
    );
  });
  const heads: readonly Head[] = [
    'Segment',
    'Conn.',
    ['Seq', 'number'],
    ['Bytes', 'number'],
    'Flags',
    'What the rules do, and why',
    isReference ? 'Indication' : 'Target',
  ];
  return table('Segments', [...heads, ...(isReference ? [] : ['Finding'])], rows, 'segments');
}

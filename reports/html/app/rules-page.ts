/** The catalogue, and one row of it: its rules, and the results of the vectors about it. */

import { VERDICTS } from '../../events.ts';
import type { ListedCase } from '../packed.ts';
import { clauseSource } from './clause-source.ts';
import type { Context } from './context.ts';
import { count, h } from './dom.ts';
import { addressOf, isAbout } from './filters.ts';
import { ruleLink } from './rule-link.ts';
import { table } from './table.ts';
import { tally } from './tally.ts';
import { encodeId } from './vector-page.ts';
import { verdictBadge, WORST_FIRST } from './verdicts.ts';

const MOST = 200;

export function rulesPage({ run, rules }: Context): HTMLElement {
  const rows = rules.rows.map((id) => {
    const { counts } = tally(run.cases.filter((one) => isAbout(one, id)));
    const broken = run.cases.filter((one) => one.findings.some(({ rule }) => rule === id)).length;
    return h(
      'tr',
      {},
      h('th', { scope: 'row' }, ruleLink(id)),
      h('td', { class: 'wide' }, ...rules.row(id).map(({ summary }) => h('div', {}, summary))),
      h('td', { class: 'number' }, VERDICTS.reduce((sum, verdict) => sum + counts[verdict], 0).toLocaleString('en')),
      h('td', { class: 'number' }, broken === 0 ? h('span', { class: 'muted' }, '0') : h('strong', {}, `✕ ${broken}`)),
    );
  });
  return h(
    'div',
    {},
    h('h1', { tabindex: '-1' }, 'Rules'),
    h(
      'p',
      { class: 'lead' },
      'The catalogue that the target was judged by. A vector is counted under each rule that it is about.',
    ),
    table('Rules', ['Rule', 'What it says', ['Vectors', 'number'], ['Broken in', 'number']], rows),
  );
}

export function rulePage(id: string, context: Context): HTMLElement {
  const { run, rules } = context;
  const texts = rules.row(id);
  const about = run.cases.filter((one) => isAbout(one, id));
  const broken = about.filter((one) => one.findings.some(({ rule }) => rule === id)).length;
  const { counts } = tally(about);
  const sorted = WORST_FIRST.flatMap((verdict) => about.filter((one) => one.verdict === verdict));
  return h(
    'article',
    {},
    h('p', { class: 'pager' }, h('a', { href: '#/rules' }, '↑ All rules')),
    h('h1', { tabindex: '-1' }, `Rule ${id}`),
    texts.length === 0 ? h('p', { class: 'empty' }, 'The run has no rule of this name.') : undefined,
    ...texts.map(({ name, level, summary, clause }) =>
      h(
        'section',
        { class: 'clause' },
        h('h2', {}, name, ' ', h('span', { class: 'fact' }, level)),
        h('p', { class: 'lead' }, summary),
        h('p', {}, clauseSource(clause)),
      ),
    ),
    h('h2', {}, 'Vectors'),
    h(
      'p',
      {},
      `${count(about.length, 'vector')}; broken in ${broken}. `,
      h('a', { href: addressOf({ rule: id }) }, 'Open in the table'),
    ),
    h(
      'p',
      { class: 'facts' },
      ...VERDICTS.filter((verdict) => counts[verdict] > 0).map((verdict) =>
        h(
          'a',
          { class: 'plain', href: addressOf({ rule: id, verdict }) },
          verdictBadge(verdict),
          ` ${counts[verdict]} `,
        ),
      ),
    ),
    about.length === 0
      ? undefined
      : table(
          'Vectors about this rule',
          ['Verdict', 'Vector', 'Finding'],
          sorted.slice(0, MOST).map((one) => row(one, id)),
          'vectors',
        ),
    about.length > MOST ? h('p', { class: 'muted' }, `The first ${MOST} are shown.`) : undefined,
  );
}

function row(one: ListedCase, rule: string): HTMLElement {
  const finding = one.findings.find((candidate) => candidate.rule === rule);
  return h(
    'tr',
    {},
    h('td', {}, verdictBadge(one.verdict, one.known !== undefined)),
    h(
      'td',
      { class: 'wide' },
      h('a', { class: 'id', href: `#${encodeId(one.vector)}` }, one.vector),
      h('span', { class: 'title' }, one.title),
    ),
    h('td', {}, finding?.message ?? ''),
  );
}

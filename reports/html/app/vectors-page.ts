/** The table of vectors: filters above, a page of rows below. */

import { VERDICTS } from '../../events.ts';
import { familyOf } from '../../family.ts';
import type { ListedCase } from '../packed.ts';
import type { Context } from './context.ts';
import { count, h, percent } from './dom.ts';
import { addressOf, type Filters, filtered, NO_FILTERS } from './filters.ts';
import { ruleLink } from './rule-link.ts';
import { type Head, table } from './table.ts';
import { encodeId } from './vector-page.ts';
import { verdictBadge } from './verdicts.ts';

/** Rows in the document at a time: a table of thousands would be slow to draw and to read. */
const PAGE = 100;
const TYPING_MS = 120;

/** `onList` is called with the listed vectors, in order. */
export function vectorsPage(
  given: Filters,
  { run, rules }: Context,
  onList: (ids: readonly string[]) => void,
): HTMLElement {
  const filters: Record<string, string> = { ...given };
  const current = (): Filters => filters as unknown as Filters;
  const result = h('div', {});
  const status = h('p', { class: 'status', role: 'status' });
  let pageAt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let rows: readonly ListedCase[] = [];

  const draw = (): void => {
    const from = pageAt * PAGE;
    const shown = rows.slice(from, from + PAGE);
    const what = rows.length === run.cases.length ? '' : ` of ${run.cases.length.toLocaleString('en')}`;
    status.textContent = `${count(rows.length, 'vector')}${what}${rows.length > PAGE ? `, ${from + 1} to ${from + shown.length} shown` : ''}.`;
    const heads: readonly Head[] = ['Verdict', 'Vector', 'Rules', ['Merged', 'number']];
    result.replaceChildren(
      rows.length === 0
        ? h('p', { class: 'empty' }, 'No vector matches all of the filters.')
        : table('Vectors', heads, shown.map(rowOf), 'vectors'),
      pages(),
    );
  };
  const pages = (): HTMLElement => {
    const last = Math.ceil(rows.length / PAGE) - 1;
    const go = (to: number) => (): void => {
      pageAt = to;
      draw();
      result.querySelector<HTMLElement>('tbody a')?.focus();
      status.scrollIntoView({ block: 'nearest' });
    };
    return h(
      'nav',
      { class: 'pages', 'aria-label': 'Pages of the table', hidden: last < 1 },
      h('button', { type: 'button', disabled: pageAt === 0, onclick: go(pageAt - 1) }, '← Previous'),
      h('span', {}, `Page ${pageAt + 1} of ${last + 1}`),
      h('button', { type: 'button', disabled: pageAt >= last, onclick: go(pageAt + 1) }, 'Next →'),
    );
  };
  const apply = (): void => {
    rows = filtered(run.cases, current());
    pageAt = 0;
    onList(rows.map(({ vector }) => vector));
    draw();
  };
  const change = (key: keyof Filters, value: string): void => {
    filters[key] = value;
    history.replaceState(null, '', addressOf(current()));
    clearTimeout(timer);
    timer = setTimeout(apply, key === 'text' || key === 'not' ? TYPING_MS : 0);
  };
  const search = (key: 'text' | 'not', label: string, hint: string): HTMLElement =>
    h(
      'label',
      { class: `field ${key}` },
      h('span', {}, label),
      h('input', {
        type: 'search',
        id: `filter-${key}`,
        value: given[key],
        placeholder: hint,
        autocomplete: 'off',
        spellcheck: 'false',
        oninput: (event) => change(key, (event.target as HTMLInputElement).value),
      }),
    );
  const choice = (
    key: keyof Filters,
    label: string,
    options: readonly (readonly [value: string, text: string])[],
  ): HTMLElement => {
    const select = h(
      'select',
      { id: `filter-${key}`, onchange: () => change(key, select.value) },
      ...options.map(([value, text]) => h('option', { value, selected: value === given[key] }, text)),
    );
    return h('label', { class: 'field choice' }, h('span', {}, label), select);
  };
  apply();
  const flags = [...new Set(run.cases.flatMap((one) => one.flags))].sort();
  const families = [...new Set(run.cases.map(({ vector }) => familyOf(vector)))];
  return h(
    'div',
    {},
    h('h1', { tabindex: '-1' }, 'Vectors'),
    h(
      'form',
      { class: 'filters', role: 'search', onsubmit: (event) => event.preventDefault() },
      search('text', 'Contains', 'words of id, title, finding'),
      search('not', 'Does not contain', 'words'),
      choice('verdict', 'Verdict', [['', 'all'], ['bad', 'fail, error or warn'], ...plain(VERDICTS)]),
      choice('family', 'Family', [['', 'all'], ...plain(families)]),
      choice('rule', 'Rule', [
        ['', 'all'],
        ...rules.rows.map((id) => [id, `${id} ${cut(rules.summary(id))}`] as const),
      ]),
      choice('flag', 'Flag', [['', 'all'], ...plain(flags)]),
      choice('order', 'Order', [
        ['worst', 'worst first'],
        ['run', 'as played'],
      ]),
      h('a', { class: 'reset', href: addressOf(NO_FILTERS) }, 'Clear filters'),
    ),
    status,
    result,
  );
}

function plain(values: readonly string[]): (readonly [string, string])[] {
  return values.map((value) => [value, value] as const);
}

function cut(text: string): string {
  return text.length <= 48 ? text : `${text.slice(0, 47)}…`;
}

function rowOf(one: ListedCase): HTMLElement {
  const broken = [...new Set(one.findings.map(({ rule }) => rule))];
  const finding = one.findings[0]?.message ?? one.reason;
  return h(
    'tr',
    {},
    h('td', {}, verdictBadge(one.verdict, one.known !== undefined)),
    h(
      'td',
      { class: 'wide' },
      h('a', { href: `#${encodeId(one.vector)}`, class: 'id' }, one.vector),
      h(
        'span',
        { class: 'title' },
        finding === undefined ? one.title : `${one.title}. ${cut(finding.replaceAll(/\s+/g, ' '))}`,
      ),
    ),
    h(
      'td',
      { class: 'rules' },
      ...one.rules.map(ruleLink),
      ...broken.filter((rule) => !one.rules.includes(rule)).map(ruleLink),
    ),
    h('td', { class: 'number' }, one.verdict === 'unsupported' || one.verdict === 'error' ? '–' : percent(one.ratio)),
  );
}

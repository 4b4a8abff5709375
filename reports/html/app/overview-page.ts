/** The run at a glance: its result, its target, its machine, and its limits. */

import { VERDICTS } from '../../events.ts';
import { profileText } from '../../profile-text.ts';
import { provenance } from '../../provenance.ts';
import { causes } from './causes.ts';
import type { Context } from './context.ts';
import { copyLine } from './copy-line.ts';
import { count, h, percent } from './dom.ts';
import { addressOf } from './filters.ts';
import { ruleLink } from './rule-link.ts';
import { type Head, table } from './table.ts';
import { brokenRules, byFamily, type Counts, tally, unobserved } from './tally.ts';
import { MEANINGS, verdictSign, WORST_FIRST } from './verdicts.ts';

export function overviewPage(context: Context): HTMLElement {
  const { run } = context;
  const { counts, ratio } = tally(run.cases);
  return h(
    'div',
    { class: 'overview' },
    headline(context, counts),
    causes(context),
    h(
      'ul',
      { class: 'tiles' },
      ...VERDICTS.map((verdict) =>
        h(
          'li',
          { class: counts[verdict] === 0 ? 'is-zero' : '' },
          h(
            'a',
            { class: `tile v-${verdict}`, href: addressOf({ verdict }) },
            h('span', { class: 'tile-count' }, counts[verdict].toLocaleString('en')),
            h(
              'span',
              { class: 'tile-name' },
              h('span', { class: 'sign', 'aria-hidden': 'true' }, verdictSign(verdict)),
              ` ${verdict}`,
            ),
            h('span', { class: 'tile-meaning' }, MEANINGS[verdict]),
          ),
        ),
      ),
    ),
    bar(counts, run.cases.length),
    h(
      'p',
      { class: 'lead' },
      h('strong', {}, ratio === undefined ? 'No coalescing ratio' : percent(ratio)),
      ratio === undefined
        ? ': no vector was judged.'
        : ' of the merges that the reference makes, on average over the vectors: the coalescing ratio. Merging less is legal.',
    ),
    h('h2', {}, 'Families'),
    families(context),
    broken(context),
    known(context),
    baseline(context),
    h('h2', {}, 'What this run does not show'),
    silence(context),
    h('h2', {}, 'The run'),
    facts(context),
    h('h2', {}, 'Run it again'),
    copyLine(run.session.command),
  );
}

function headline({ run }: Context, counts: Counts): HTMLElement {
  const { session, end } = run;
  const total = run.cases.length;
  const isConforming = end?.exit === 0;
  const text = end === undefined ? 'Unfinished' : isConforming ? 'Conforming' : 'Not conforming';
  const parts = WORST_FIRST.filter((verdict) => counts[verdict] > 0).map(
    (verdict) => `${counts[verdict].toLocaleString('en')} ${verdict}`,
  );
  return h(
    'header',
    { class: 'headline' },
    h(
      'p',
      { class: 'target' },
      session.target,
      session.targetVersion === '' ? '' : h('span', { class: 'muted' }, ` ${session.targetVersion}`),
    ),
    h(
      'h1',
      { tabindex: '-1', class: isConforming ? 'is-good' : 'is-bad' },
      h('span', { 'aria-hidden': 'true', class: 'sign' }, isConforming ? '✓' : '✕'),
      ` ${text}`,
    ),
    h('p', { class: 'sum' }, `${count(total, 'vector')}: ${parts.join(', ') || 'none'}.`),
    ...notices({ session, end, total }).map((notice) => h('p', { class: 'note' }, notice)),
  );
}

function notices({
  session,
  end,
  total,
}: {
  session: Context['run']['session'];
  end: Context['run']['end'];
  total: number;
}): string[] {
  const notices: string[] = [];
  const profile = profileText(session);
  if (profile !== undefined) notices.push(profile);
  if (session.partial !== undefined)
    notices.push(`Partial: ${session.partial}. This is a part of the vectors, not the whole run.`);
  else if (session.shard !== '1/1')
    notices.push(
      `Shard ${session.shard} alone: ${session.vectors} of ${session.selected ?? 'more'} vectors, not the whole run.`,
    );
  if (end === undefined) notices.push(`The run stopped early: ${total} of ${session.vectors} vectors were judged.`);
  else if (end.notRun !== undefined)
    notices.push(`The run was interrupted: ${count(end.notRun, 'vector was', 'vectors were')} not played.`);
  return notices;
}

function bar(counts: Counts, total: number): HTMLElement | undefined {
  if (total === 0) return undefined;
  const parts = VERDICTS.filter((verdict) => counts[verdict] > 0);
  const label = parts.map((verdict) => `${verdict} ${percent(counts[verdict] / total)}`).join(', ');
  return h(
    'div',
    { class: 'bar', role: 'img', 'aria-label': label },
    ...parts.map((verdict) => {
      const part = h('span', { class: `v-${verdict}`, title: `${verdict}: ${counts[verdict]}` });
      part.style.flexGrow = String(counts[verdict]);
      return part;
    }),
  );
}

function families({ run }: Context): HTMLElement {
  const rows = [...byFamily(run.cases)].map(([family, cases]) => {
    const { counts, ratio } = tally(cases);
    const cells = VERDICTS.map((verdict) =>
      h(
        'td',
        { class: 'number' },
        counts[verdict] === 0
          ? h('span', { class: 'muted' }, '0')
          : h('a', { href: addressOf({ family, verdict }) }, counts[verdict].toLocaleString('en')),
      ),
    );
    return h(
      'tr',
      {},
      h('th', { scope: 'row' }, h('a', { href: addressOf({ family }) }, family)),
      h('td', { class: 'bar-cell' }, bar(counts, cases.length)),
      ...cells,
      h('td', { class: 'number' }, ratio === undefined ? '–' : percent(ratio)),
    );
  });
  return table(
    'Verdicts by family',
    ['Family', 'Share', ...[...VERDICTS, 'Merged'].map((head): Head => [head, 'number'])],
    rows,
    'families',
  );
}

function broken({ run, rules }: Context): HTMLElement {
  const all = brokenRules(run.cases);
  if (all.length === 0) return h('section', {}, h('h2', {}, 'Broken rules'), h('p', {}, 'None.'));
  const rows = all.map(([rule, vectors]) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, ruleLink(rule)),
      h('td', { class: 'wide' }, rules.summary(rule)),
      h('td', { class: 'number' }, h('a', { href: addressOf({ rule, verdict: 'bad' }) }, count(vectors, 'vector'))),
    ),
  );
  return h(
    'section',
    {},
    h('h2', {}, 'Broken rules'),
    table('Broken rules', ['Rule', 'What it says', ['Found in', 'number']], rows),
  );
}

function known({ run }: Context): HTMLElement | undefined {
  const reasons = new Map<string, number>();
  for (const { known: its } of run.cases)
    if (its !== undefined) reasons.set(its.reason, (reasons.get(its.reason) ?? 0) + 1);
  if (reasons.size === 0) return undefined;
  return h(
    'section',
    {},
    h('h2', {}, 'Known failures'),
    h('ul', {}, ...[...reasons].map(([reason, n]) => h('li', {}, `${reason} (${count(n, 'vector')})`))),
  );
}

/** The entries of the file of known failures to change. */
function baseline({ run }: Context): HTMLElement | undefined {
  const problems = run.end?.baseline?.problems ?? [];
  if (problems.length === 0) return undefined;
  const lines = problems.map(({ entry, message, change = '' }) =>
    h('li', {}, h('code', {}, entry), ' ', message, ' ', change),
  );
  return h('section', {}, h('h2', {}, 'The baseline must change'), h('ul', {}, ...lines));
}

function silence({ run }: Context): HTMLElement {
  const { judged, what } = unobserved(run.cases);
  const unsupported = new Map<string, number>();
  for (const { verdict, reason = 'no reason given' } of run.cases)
    if (verdict === 'unsupported') unsupported.set(reason, (unsupported.get(reason) ?? 0) + 1);
  const never = [...what].filter(([, n]) => n === judged).map(([one]) => one);
  const lines = [
    ...(never.length === 0 ? [] : [`Never observed, and therefore not judged: ${never.join(', ')}.`]),
    ...[...what].filter(([, n]) => n < judged).map(([one, n]) => `Not observed in ${count(n, 'vector')}: ${one}.`),
    ...[...unsupported].map(([reason, n]) => `Not played (${count(n, 'vector')}): ${reason}.`),
  ];
  if (lines.length === 0) return h('p', {}, 'All vectors were played, and everything that they need was observed.');
  return h('ul', { class: 'silence' }, ...lines.map((line) => h('li', {}, line)));
}

function facts({ run: { session, end, cases } }: Context): HTMLElement {
  const row = (name: string, ...value: (string | HTMLElement)[]): HTMLElement =>
    h('div', {}, h('dt', {}, name), h('dd', {}, ...value));
  const settings = (all: Readonly<Record<string, unknown>>): HTMLElement =>
    h(
      'ul',
      { class: 'settings' },
      ...Object.entries(all).map(([key, value]) => h('li', {}, h('code', {}, `${key}=${settingText(value)}`))),
    );
  const ms = cases.reduce((sum, one) => sum + one.ms, 0);
  return h(
    'dl',
    { class: 'facts-list' },
    row('Target', session.target),
    row('Target’s version', session.targetVersion || 'not announced'),
    row('Suite', `rsc-conformance ${session.version}`),
    row('Vectors', `${count(session.vectors, 'vector')}, digest `, h('code', {}, session.digest)),
    ...provenance(session).map(([name, value]) => row(name, h('code', {}, value))),
    row('Shard', session.shard === '1/1' ? '1/1 (whole)' : session.shard),
    row(
      'Started',
      h('time', { datetime: session.started }, session.started.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')),
    ),
    row('Judged in', `${(ms / 1000).toFixed(1)} s`),
    ...(session.baseline === undefined ? [] : [row('Baseline', h('code', {}, session.baseline))]),
    row('Strict', session.strict ? 'yes: a warning fails' : 'no'),
    row('Exit status', end === undefined ? 'none: the run stopped early' : String(end.exit)),
    row('Policy', settings(session.policy)),
    row('Capabilities', settings(session.capabilities)),
  );
}

function settingText(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(',');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

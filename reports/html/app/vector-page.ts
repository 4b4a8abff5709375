/** A vector: its picture first, then findings, segments, fields, clauses, and how to play it again. */

import { indicationName, madeOf, replayText } from '../../case-text.ts';
import type { FindingEvent } from '../../events.ts';
import type { ListedCase, PackedCase } from '../packed.ts';
import { clauseSource } from './clause-source.ts';
import type { Context } from './context.ts';
import { copyLine } from './copy-line.ts';
import { count, h } from './dom.ts';
import { framesChooser } from './frames-chooser.ts';
import { indicationDiff } from './indication-diff.ts';
import { PART, partsPager } from './parts-pager.ts';
import { picture } from './picture.ts';
import { ruleLink } from './rule-link.ts';
import { type Scene, sceneOf } from './scene.ts';
import { windowOf } from './scene-window.ts';
import { segmentsTable } from './segments-table.ts';
import { verdictBadge } from './verdicts.ts';

/** Indications whose fields are shown at once; the reader opens the others. */
const MOST_OPEN = 4;
/** Findings shown at once. */
const MOST_FINDINGS = 8;
/** Maximum number of listed findings. */
const MOST_LISTED = 200;

export function vectorPage(one: ListedCase, around: readonly string[], context: Context): HTMLElement {
  const { run } = context;
  const named = [...new Set([...one.findings.map(({ rule }) => rule), ...one.rules])];
  const whole = run.withFrames.get(one.vector);
  return h(
    'article',
    { class: 'vector' },
    pager(one.vector, around),
    h('h1', { tabindex: '-1' }, one.title || one.vector),
    h('p', { class: 'vector-id' }, verdictBadge(one.verdict, one.known !== undefined), ' ', h('code', {}, one.vector)),
    h(
      'p',
      { class: 'facts' },
      ...(one.rules.length === 0 ? [] : ['Rules ', ...one.rules.flatMap((rule) => [ruleLink(rule), ' '])]),
      one.level === '' ? '' : h('span', { class: 'fact' }, one.level),
      ...one.flags.map((flag) => h('a', { class: 'fact', href: `#/vectors?flag=${encodeURIComponent(flag)}` }, flag)),
    ),
    one.known === undefined ? undefined : h('p', { class: 'note' }, 'Known failure: ', one.known.reason),
    one.unexpected === undefined
      ? undefined
      : h('p', { class: 'note' }, 'Not as the baseline says: ', one.unexpected.message),
    one.reason === undefined ? undefined : h('pre', { class: 'note' }, one.reason),
    ...(whole === undefined ? [framesChooser(run), findings(one.findings)] : played(whole, context)),
    h('h2', {}, 'The rules'),
    ...named.map((id) => clauses(id, context)),
    one.notObserved.length === 0
      ? undefined
      : h(
          'p',
          { class: 'unobserved' },
          h('strong', {}, 'Not observed: '),
          `${one.notObserved.join(', ')}. These were not judged.`,
        ),
    h('h2', {}, 'Play it again'),
    copyLine(replayText(run.session, one.vector)),
  );
}

function played(one: PackedCase, context: Context): (HTMLElement | undefined)[] {
  const { rules, policy, tools } = context;
  const scene = sceneOf(one, policy, tools.streams);
  const [shown, segments, outcomes] = [h('div'), h('div'), h('div')];
  const first = Math.min(...one.findings.flatMap(({ arrivals }) => arrivals.slice(0, 1)));
  const parts = partsPager(scene.arrivals.length, Number.isFinite(first) ? first : 0, (from, to) => {
    const part = scene.arrivals.length <= PART ? scene : windowOf(scene, from, to);
    shown.replaceChildren(picture(part, rules));
    segments.replaceChildren(segmentsTable(part, rules));
    outcomes.replaceChildren(...indications(one, scene, context, from, to));
  });
  return [parts, shown, findings(one.findings), h('h2', {}, 'Segments'), segments, outcomes];
}

function pager(id: string, around: readonly string[]): HTMLElement {
  const at = around.indexOf(id);
  const link = (to: string | undefined, text: string, rel: string): HTMLElement =>
    to === undefined ? h('span', { class: 'muted' }, text) : h('a', { href: `#${encodeId(to)}`, rel }, text);
  return h(
    'nav',
    { class: 'pager', 'aria-label': 'Vectors in the list' },
    h('a', { href: '#/vectors', id: 'back-to-list' }, '↑ All vectors'),
    at < 0
      ? ''
      : h('span', { class: 'muted' }, `${(at + 1).toLocaleString('en')} of ${around.length.toLocaleString('en')}`),
    link(at < 0 ? undefined : around[at - 1], '← Previous', 'prev'),
    link(at < 0 ? undefined : around[at + 1], 'Next →', 'next'),
  );
}

export function encodeId(id: string): string {
  return id.split('/').map(encodeURIComponent).join('/');
}

function findings(all: readonly FindingEvent[]): HTMLElement | undefined {
  if (all.length === 0) return undefined;
  const list = (some: readonly FindingEvent[]): HTMLElement => h('ol', { class: 'findings' }, ...some.map(finding));
  const rest = all.slice(MOST_FINDINGS, MOST_LISTED);
  return h(
    'section',
    {},
    h('h2', {}, count(all.length, 'finding')),
    list(all.slice(0, MOST_FINDINGS)),
    rest.length === 0
      ? undefined
      : h(
          'details',
          { class: 'more' },
          h('summary', {}, count(all.length - MOST_FINDINGS, 'more finding')),
          list(rest),
        ),
    all.length > MOST_LISTED ? h('p', { class: 'muted' }, `The first ${MOST_LISTED} are listed.`) : undefined,
  );
}

function finding({ rule, level, field, expected, actual, message }: FindingEvent): HTMLElement {
  const pair = (name: string, ...value: (string | HTMLElement)[]): HTMLElement =>
    h('div', {}, h('dt', {}, name), h('dd', {}, h('code', {}, ...value)));
  return h(
    'li',
    {},
    h(
      'p',
      {},
      h('span', { 'aria-hidden': 'true', class: 'cross' }, '✕ '),
      ruleLink(rule),
      h('span', { class: 'fact' }, level),
      ' ',
      message,
    ),
    h('dl', { class: 'pair' }, pair('Field', field), pair('Expected', expected), pair('Actual', h('mark', {}, actual))),
  );
}

/** Findings about this part, and those about no arrival. */
function indications(one: PackedCase, scene: Scene, { policy }: Context, from: number, to: number): HTMLElement[] {
  const its = [...(scene.indications ?? []).entries()].filter(
    ([, { arrivals }]) => arrivals.length === 0 || arrivals.some((n) => n >= from && n < to),
  );
  if (its.length === 0) return [];
  const isNamed = (arrivals: readonly number[]): boolean =>
    one.findings.some((finding) => finding.arrivals.some((arrival) => arrivals.includes(arrival)));
  let open = 0;
  const parts = its.map(([i, indication]) => {
    const opens =
      (isNamed(indication.arrivals) || indication.arrivals.length === 0) &&
      one.findings.length > 0 &&
      open++ < MOST_OPEN;
    const details = h(
      'details',
      { open: opens },
      h(
        'summary',
        {},
        `${indicationName(indication, i, scene.steps)}: ${madeOf(indication)}, ${indication.frame.length} bytes`,
      ),
    );
    let isFilled = false;
    const fill = (): void => {
      if (isFilled || !details.open) return;
      isFilled = true;
      details.append(indicationDiff(i, indication, scene, policy));
    };
    details.addEventListener('toggle', fill);
    fill();
    return details;
  });
  return [h('h2', {}, 'Fields and bytes'), ...counters(one), ...parts];
}

function counters({ statistics }: PackedCase): HTMLElement[] {
  if (statistics === undefined) return [];
  const { pkts, octets, events, aborts } = statistics;
  const text = `CoalescedPkts ${pkts}, CoalescedOctets ${octets}, CoalesceEvents ${events}, Aborts ${aborts}.`;
  return [h('p', { class: 'muted' }, `The target counted: ${text}`)];
}

function clauses(id: string, { rules }: Context): HTMLElement {
  const texts = rules.row(id);
  return h(
    'div',
    { class: 'clause' },
    h('h3', {}, ruleLink(id)),
    texts.length === 0
      ? h('p', { class: 'muted' }, 'This row of the catalogue has no rule of its own.')
      : h(
          'ul',
          {},
          ...texts.map(({ summary, level, clause }) =>
            h('li', {}, summary, ' ', h('span', { class: 'fact' }, level), clauseSource(clause)),
          ),
        ),
  );
}

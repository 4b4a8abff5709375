/** The causes of the failures, which a reader of a failed run needs first. */

import { causeLines, diagnosisHead } from '../../cause-text.ts';
import type { CauseEvent } from '../../events.ts';
import { isKnownCause } from '../../run-summary.ts';
import type { Context } from './context.ts';
import { copyLine } from './copy-line.ts';
import { count, h } from './dom.ts';
import { ruleLink } from './rule-link.ts';
import { encodeId } from './vector-page.ts';

/** Number of vectors listed by name; the table of vectors has the rest. */
const MOST_NAMES = 300;

export function causes({ run }: Context): HTMLElement | undefined {
  const { diagnosis } = run.end ?? {};
  if (diagnosis === undefined || diagnosis.causes.length === 0) return undefined;
  const news = diagnosis.causes.filter((cause) => !isKnownCause(cause));
  return h(
    'section',
    { class: 'causes' },
    h('h2', {}, 'Causes'),
    h('p', {}, `${diagnosisHead(diagnosis)}.`),
    h('ol', {}, ...news.map(causeItem)),
  );
}

function causeItem(cause: CauseEvent): HTMLElement {
  const [title = '', where = '', , , like = ''] = causeLines(cause);
  const hidden = cause.vectors.length - MOST_NAMES;
  return h(
    'li',
    {},
    h('strong', { class: `v-${cause.severity}` }, title),
    h(
      'p',
      {},
      ...cause.rules.flatMap((rule) => [rule === 'error' ? rule : ruleLink(rule), ' ']),
      where.replace(/^[^:]*: /, ''),
    ),
    h('p', {}, 'Smallest: ', h('a', { class: 'id', href: `#${encodeId(cause.smallest)}` }, cause.smallest)),
    copyLine(cause.replay),
    h('p', { class: 'muted' }, `${like}.`),
    h(
      'details',
      {},
      h('summary', {}, count(cause.vectors.length, 'vector')),
      h(
        'ul',
        {},
        ...cause.vectors
          .slice(0, MOST_NAMES)
          .map((vector) => h('li', {}, h('a', { class: 'id', href: `#${encodeId(vector)}` }, vector))),
        hidden > 0 ? h('li', {}, `... and ${hidden} more`) : undefined,
      ),
    ),
  );
}

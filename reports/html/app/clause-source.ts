import type { RuleText } from '../../events.ts';
import { clauseText } from '../../rule-texts.ts';
import { h } from './dom.ts';

/** The source of a rule; a link if the events contain an address. */
export function clauseSource(clause: RuleText['clause']): HTMLElement {
  const text = clauseText(clause);
  const { url } = clause;
  return h(
    'span',
    { class: 'source' },
    url?.startsWith('https://') ? h('a', { href: url, rel: 'noreferrer' }, text) : text,
  );
}

import { h } from './dom.ts';

export function ruleLink(rule: string): HTMLElement {
  return h('a', { class: 'rule', href: `#/rules/${encodeURIComponent(rule)}` }, rule);
}

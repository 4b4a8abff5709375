import { h } from './dom.ts';

/** A table that scrolls sideways where it must, by keyboard as well. */
export function table(
  caption: string,
  heads: readonly string[],
  rows: readonly HTMLElement[],
  kind: string = '',
): HTMLElement {
  return h(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption },
    h(
      'table',
      { class: kind },
      h('caption', { class: 'hidden' }, caption),
      h('thead', {}, h('tr', {}, ...heads.map((head) => h('th', { scope: 'col' }, head)))),
      h('tbody', {}, ...rows),
    ),
  );
}

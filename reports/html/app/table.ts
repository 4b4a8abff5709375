import { h } from './dom.ts';

/** A column's head; numbers are aligned to the right. */
export type Head = string | readonly [text: string, kind: 'number'];

/** A table that scrolls sideways if necessary, also by keyboard. */
export function table(
  caption: string,
  heads: readonly Head[],
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
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          ...heads.map((head) =>
            typeof head === 'string'
              ? h('th', { scope: 'col' }, head)
              : h('th', { scope: 'col', class: head[1] }, head[0]),
          ),
        ),
      ),
      h('tbody', {}, ...rows),
    ),
  );
}

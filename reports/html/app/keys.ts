/** Keyboard shortcuts, on every page, except while the reader types. */

import { h } from './dom.ts';

const KEYS: readonly (readonly [key: string, does: string])[] = [
  ['/', 'search the vectors'],
  ['j, k', 'next, previous row of a table of vectors'],
  ['Enter', 'open the row'],
  ['n, p', 'next, previous vector of the list'],
  ['u', 'back to the list'],
  ['o, v, r', 'overview, vectors, rules'],
  ['?', 'these keys'],
];

export function installKeys(): HTMLDialogElement {
  const dialog = h(
    'dialog',
    { id: 'keys', 'aria-labelledby': 'keys-title' },
    h('h2', { id: 'keys-title' }, 'Keys'),
    h('dl', {}, ...KEYS.map(([key, does]) => h('div', {}, h('dt', {}, h('kbd', {}, key)), h('dd', {}, does)))),
    h('form', { method: 'dialog' }, h('button', {}, 'Close')),
  );
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || dialog.open) return;
    const target = event.target as Element | null;
    if (target?.closest('input, select, textarea') !== null && target !== null) {
      if (event.key === 'Escape') (target as HTMLElement).blur();
      return;
    }
    if (act(event.key, dialog)) event.preventDefault();
  });
  return dialog;
}

function act(key: string, dialog: HTMLDialogElement): boolean {
  if (key === '?') dialog.showModal();
  else if (key === '/') search();
  else if (key === 'j' || key === 'k') move(key === 'j' ? 1 : -1);
  else if (key === 'n') document.querySelector<HTMLElement>('a[rel=next]')?.click();
  else if (key === 'p') document.querySelector<HTMLElement>('a[rel=prev]')?.click();
  else if (key === 'u') document.getElementById('back-to-list')?.click();
  else if (key === 'o') location.hash = '#/';
  else if (key === 'v') location.hash = '#/vectors';
  else if (key === 'r') location.hash = '#/rules';
  else return false;
  return true;
}

function search(): void {
  const focus = (): void => document.getElementById('filter-text')?.focus();
  if (document.getElementById('filter-text') === null) {
    location.hash = '#/vectors';
    addEventListener('hashchange', () => setTimeout(focus), { once: true });
  } else focus();
}

function move(by: number): void {
  const links = [...document.querySelectorAll<HTMLElement>('table.vectors a.id')];
  const at = links.indexOf(document.activeElement as HTMLElement);
  links[at < 0 ? 0 : Math.min(Math.max(at + by, 0), links.length - 1)]?.focus();
}

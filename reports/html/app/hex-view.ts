/** Two frames in hex side by side, with the differing bytes marked. Long stretches that agree are left out. */

import { h } from './dom.ts';

const ROW = 16;
/** Rows that agree shown around one that differs; the headers are shown always. */
const CONTEXT = 1;
const HEADER_ROWS = 4;
/** Most rows shown: what is behind is counted. */
const MOST = 160;

export function hexPair(expected: Uint8Array, actual: Uint8Array): HTMLElement {
  const rows = Math.ceil(Math.max(expected.length, actual.length) / ROW);
  const differs = Array.from({ length: rows }, (_, row) => rowDiffers(expected, actual, row));
  const shown = differs.map(
    (_, row) => row < HEADER_ROWS || differs.slice(Math.max(0, row - CONTEXT), row + CONTEXT + 1).includes(true),
  );
  const lines: HTMLElement[] = [];
  for (let row = 0; row < rows && lines.length < MOST; row++) {
    if (shown[row] === true) lines.push(line(expected, actual, row));
    else {
      let end = row;
      while (end + 1 < rows && shown[end + 1] === false) end++;
      lines.push(
        gap(`${Math.min((end + 1) * ROW, Math.max(expected.length, actual.length)) - row * ROW} bytes that agree`),
      );
      row = end;
    }
  }
  const rest = differs.slice((Number(lines.at(-1)?.dataset['row']) || rows) + 1).filter(Boolean).length;
  if (lines.length >= MOST && rest > 0) lines.push(gap(`${rest} more rows differ`));
  return h(
    'div',
    { class: 'scroll hex', tabindex: '0', role: 'region', 'aria-label': 'Bytes, expected and actual' },
    h(
      'table',
      {},
      h('caption', { class: 'hidden' }, 'Bytes in hex; bytes that differ are marked and underlined'),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col' }, 'Offset'),
          h('th', { scope: 'col' }, `Expected, ${expected.length} bytes`),
          h('th', { scope: 'col' }, `Actual, ${actual.length} bytes`),
        ),
      ),
      h('tbody', {}, ...lines),
    ),
  );
}

function rowDiffers(a: Uint8Array, b: Uint8Array, row: number): boolean {
  for (let at = row * ROW; at < (row + 1) * ROW; at++) if (a[at] !== b[at]) return true;
  return false;
}

function line(expected: Uint8Array, actual: Uint8Array, row: number): HTMLElement {
  const offset = (row * ROW).toString(16).padStart(4, '0');
  return h(
    'tr',
    { 'data-row': row },
    h('th', { scope: 'row' }, offset),
    h('td', {}, ...bytes(expected, actual, row)),
    h('td', {}, ...bytes(actual, expected, row)),
  );
}

/** Runs of bytes, marked where the other frame has something else. */
function bytes(own: Uint8Array, other: Uint8Array, row: number): (Node | string)[] {
  const parts: (Node | string)[] = [];
  let run = '';
  let isMarked = false;
  const flush = (): void => {
    if (run !== '') parts.push(isMarked ? h('mark', {}, run.trimEnd()) : run, isMarked && run.endsWith(' ') ? ' ' : '');
    run = '';
  };
  for (let at = row * ROW; at < Math.min((row + 1) * ROW, own.length); at++) {
    const differs = own[at] !== other[at];
    if (differs !== isMarked) flush();
    isMarked = differs;
    run += `${(own[at] ?? 0).toString(16).padStart(2, '0')} `;
  }
  flush();
  return parts;
}

function gap(text: string): HTMLElement {
  return h('tr', { class: 'gap' }, h('td', { colspan: 3 }, `⋯ ${text}`));
}

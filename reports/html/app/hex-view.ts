/** Two frames in hex side by side, with the differing bytes marked. Long stretches that agree are left out. */

import { byteDiff } from './byte-diff.ts';
import { h } from './dom.ts';

const ROW = 16;
/** Number of equal rows shown around a differing one; headers are always shown. */
const CONTEXT = 1;
const HEADER_ROWS = 4;
/** Maximum number of rows; the rest is counted. */
const MOST = 160;

export function hexPair(expected: Uint8Array, actual: Uint8Array): HTMLElement {
  const rows = Math.ceil(Math.max(expected.length, actual.length) / ROW);
  const diff = byteDiff(expected, actual);
  const differs = Array.from({ length: rows }, (_, row) => isMarked(diff.expected, row) || isMarked(diff.actual, row));
  const shown = differs.map(
    (_, row) => row < HEADER_ROWS || differs.slice(Math.max(0, row - CONTEXT), row + CONTEXT + 1).includes(true),
  );
  const lines: HTMLElement[] = [];
  for (let row = 0; row < rows && lines.length < MOST; row++) {
    if (shown[row] === true) lines.push(line(row, [expected, diff.expected], [actual, diff.actual]));
    else {
      let end = row;
      while (end + 1 < rows && shown[end + 1] === false) end++;
      lines.push(
        gap(`${Math.min((end + 1) * ROW, Math.max(expected.length, actual.length)) - row * ROW} bytes without a mark`),
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

type Marked = readonly [bytes: Uint8Array, marks: readonly boolean[]];

function isMarked(marks: readonly boolean[], row: number): boolean {
  return marks.slice(row * ROW, (row + 1) * ROW).includes(true);
}

function line(row: number, expected: Marked, actual: Marked): HTMLElement {
  const offset = (row * ROW).toString(16).padStart(4, '0');
  return h(
    'tr',
    { 'data-row': row },
    h('th', { scope: 'row' }, offset),
    h('td', {}, ...rowOf(expected, row)),
    h('td', {}, ...rowOf(actual, row)),
  );
}

/** Runs of bytes, some of them marked. */
function rowOf([bytes, marks]: Marked, row: number): (Node | string)[] {
  const parts: (Node | string)[] = [];
  const end = Math.min((row + 1) * ROW, bytes.length);
  for (let at = row * ROW; at < end; ) {
    let to = at + 1;
    while (to < end && marks[to] === marks[at]) to++;
    const run = Array.from(bytes.subarray(at, to), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    parts.push(marks[at] === true ? h('mark', {}, run) : run, to < end ? ' ' : '');
    at = to;
  }
  return parts;
}

function gap(text: string): HTMLElement {
  return h('tr', { class: 'gap' }, h('td', { colspan: 3 }, `⋯ ${text}`));
}

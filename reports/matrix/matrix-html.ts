/** A matrix as one HTML file: works without network, colour and script, in light and dark, and with the keyboard. */

import { familyOf } from '../family.ts';
import { countsText } from '../run-summary.ts';
import { type Cell, type Change, cellText, type Matrix, meaning, ruleCellText } from './matrix.ts';
import { MATRIX_SCRIPT, MATRIX_STYLE } from './matrix-page.ts';

export function matrixHtml(matrix: Matrix): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">`,
    '<meta name="color-scheme" content="light dark">',
    '<title>RSC conformance: matrix</title>',
    `<style>${MATRIX_STYLE}</style>`,
    '</head>',
    '<body>',
    '<main>',
    '<h1>RSC conformance: matrix</h1>',
    ...matrix.caveats.map((caveat) => `<p class="caveat"><strong>Mind:</strong> ${html(caveat)}</p>`),
    ...runs(matrix),
    ...difference(matrix),
    ...rules(matrix),
    ...vectors(matrix),
    '</main>',
    `<script>${MATRIX_SCRIPT}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

export function html(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function runs({ columns, labels }: Matrix): string[] {
  const rows = columns.map(({ run, source }, i) => {
    const limits = run.limits();
    const list = limits.length === 0 ? 'none' : `<ul>${limits.map((limit) => `<li>${html(limit)}</li>`).join('')}</ul>`;
    const { session } = run;
    const suite = session === undefined ? '' : `${html(session.version)}, vectors ${html(session.digest.slice(0, 12))}`;
    const again = session === undefined ? '' : `<code>${html(session.command)}</code>`;
    return `<tr><th scope="row">${html(labels[i] ?? '')}</th><td>${html(run.outcome)}</td><td>${html(countsText(run.counts))}</td><td>${list}</td><td>${suite}</td><td>${html(run.madeBy ?? '')}</td><td>${again}</td><td><code>${html(source)}</code></td></tr>`;
  });
  return section('runs', 'Runs', [
    ...tableOf('Runs', ['Target', 'Outcome', 'Verdicts', 'Limits', 'Suite', 'Of and on', 'Again', 'Events'], rows),
  ]);
}

function difference({ difference: found, labels }: Matrix): string[] {
  if (found === undefined) return [];
  const part = (title: string, changes: readonly Change[]): string[] =>
    changes.length === 0
      ? [`<h3>${title}: none</h3>`]
      : [
          `<h3>${title}: ${changes.length}</h3>`,
          ...tableOf(
            title,
            ['Vector', 'Before', 'After', 'Why'],
            changes.map(
              ({ vector, before, after }) =>
                `<tr><th scope="row"><code>${html(vector)}</code></th>${cell(before)}${cell(after)}<td>${html(after.why || before.why)}</td></tr>`,
            ),
          ),
        ];
  const { fixed, broken, changed, onlyBefore, onlyAfter } = found;
  return section('difference', `From ${html(labels[0] ?? '')} to ${html(labels[1] ?? '')}`, [
    ...part('Fixed', fixed),
    ...part('Broken', broken),
    ...part('Changed', changed),
    `<p>Played only before: ${onlyBefore.length}; only after: ${onlyAfter.length}.</p>`,
  ]);
}

function rules({ rules: rows, texts, labels }: Matrix): string[] {
  return section('rules', 'Rules', [
    '<p>“Named in” counts the vectors whose findings name the rule, whatever they are about; “kept in”, where none does, the judged vectors about it.</p>',
    ...tableOf(
      'Rules',
      ['Rule', 'Meaning', 'Clause', ...labels.map(html)],
      rows.map(({ rule, cells }) => {
        const tds = cells.map((one) => `<td class="v-${one.verdict ?? 'none'}">${html(ruleCellText(one))}</td>`);
        return `<tr id="rule-${html(rule)}"><th scope="row">${html(rule)}</th><td>${html(meaning(texts, rule))}</td><td>${html(texts.clauses(rule))}</td>${tds.join('')}</tr>`;
      }),
    ),
  ]);
}

function vectors({ vectors: rows, labels }: Matrix): string[] {
  const families = new Map<string, string[]>();
  for (const { vector, cells } of rows) {
    const texts = cells.map(cellText);
    const isSame = texts.every((text) => text === texts[0]);
    const line = `<tr id="${html(vector)}"${isSame ? '' : ' data-differs'}><th scope="row"><a href="#${html(encodeURI(vector))}"><code>${html(vector)}</code></a></th>${cells.map(cell).join('')}</tr>`;
    const family = familyOf(vector);
    families.set(family, [...(families.get(family) ?? []), line]);
  }
  return section('vectors', 'Vectors', [
    '<form id="filter" hidden>',
    '<label>Text in a row <input id="text" type="search" autocomplete="off"></label>',
    '<label><input id="differs" type="checkbox"> only where the runs differ</label>',
    '<output id="count" aria-live="polite"></output>',
    '</form>',
    ...[...families].flatMap(([family, lines]) => [
      `<details open><summary>${html(family)} (${lines.length})</summary>`,
      ...tableOf(`Vectors of ${family}`, ['Vector', ...labels.map(html)], lines),
      '</details>',
    ]),
  ]);
}

function cell(one: Cell | undefined): string {
  const named = one === undefined || one.named.length === 0 ? '' : ` ${html(one.named.join(' '))}`;
  const why =
    one === undefined || one.why === '' ? '' : ` title="${html(one.why.slice(0, 300).replaceAll(/\s+/g, ' '))}"`;
  return `<td class="v-${one?.verdict ?? 'none'}"${why}>${html(cellText(one))}${named}</td>`;
}

function section(id: string, title: string, lines: readonly string[]): string[] {
  return [`<section aria-labelledby="h-${id}">`, `<h2 id="h-${id}">${title}</h2>`, ...lines, '</section>'];
}

/** Wide tables scroll on their own, also with the keyboard. `head` and `rows` are HTML. */
function tableOf(caption: string, head: readonly string[], rows: readonly string[]): string[] {
  const cells = head.map((name) => `<th scope="col">${name}</th>`).join('');
  return [
    `<div class="scroll" role="region" aria-label="${html(caption)}" tabindex="0"><table>`,
    `<caption>${html(caption)}</caption>`,
    `<thead><tr>${cells}</tr></thead>`,
    '<tbody>',
    ...rows,
    '</tbody></table></div>',
  ];
}

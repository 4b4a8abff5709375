/** A matrix in Markdown: every rule, and the vectors that have an unexpected result in some run. */

import { code, plain, table } from '../markdown-text.ts';
import { countsText, vectorCount } from '../run-summary.ts';
import { type Cell, type Change, cellText, type Matrix, meaning, ruleCellText } from './matrix.ts';

/** More rows than anyone reads; the HTML has them all. */
const MOST_ROWS = 400;

export function matrixMarkdown(matrix: Matrix): string {
  const { labels, rules, texts, vectors } = matrix;
  const names = labels.map(plain);
  const shown = vectors.filter(({ cells }) => !cells.every(isFine));
  const same = vectors.length - shown.length;
  const hidden = Math.max(0, shown.length - MOST_ROWS);
  return [
    '# RSC conformance: matrix',
    '',
    ...matrix.caveats.map((caveat) => `> ${plain(caveat)}\n`),
    ...runs(matrix),
    ...difference(matrix),
    '',
    '## Rules',
    '',
    '"named in": vectors whose findings name the rule, whatever they are about; "kept in": judged vectors about it, where none does.',
    '',
    ...table(
      ['Rule', 'Meaning', 'Clause', ...names],
      rules.map(({ rule, cells }) => [
        plain(rule),
        plain(meaning(texts, rule)),
        plain(texts.clauses(rule)),
        ...cells.map(ruleCellText),
      ]),
    ),
    '',
    '## Vectors',
    '',
    `${vectorCount(same)} of ${vectors.length} pass everywhere (pass-less included) and are left out.`,
    '',
    ...(shown.length === 0
      ? []
      : table(
          ['Vector', ...names],
          shown.slice(0, MOST_ROWS).map(({ vector, cells }) => [code(vector), ...cells.map(detail)]),
        )),
    ...(hidden === 0 ? [] : ['', `... and ${hidden} more: the matrix in HTML has all of them.`]),
    '',
  ].join('\n');
}

function isFine(cell: Cell | undefined): boolean {
  return cell !== undefined && (cell.verdict === 'pass' || cell.verdict === 'pass-less');
}

function detail(cell: Cell | undefined): string {
  if (cell === undefined || cell.named.length === 0) return cellText(cell);
  return `${cellText(cell)}: ${cell.named.map(plain).join(' ')}`;
}

function runs({ columns, labels }: Matrix): string[] {
  return columns.flatMap(({ run, source }, i) => [
    `- **${plain(labels[i] ?? '')}** (${code(source)}): ${run.outcome}; ${countsText(run.counts)}`,
    ...(run.session === undefined
      ? []
      : [
          `  - Suite ${plain(run.session.version)}, vectors ${plain(run.session.digest.slice(0, 12))}; ${code(run.session.command)}`,
        ]),
    ...(run.madeBy === undefined ? [] : [`  - ${plain(run.madeBy)}`]),
    ...run.limits().map((limit) => `  - ${plain(limit)}`),
  ]);
}

function difference({ difference: found, labels }: Matrix): string[] {
  if (found === undefined) return [];
  const [before = '', after = ''] = labels.map(plain);
  const { fixed, broken, changed, onlyBefore, onlyAfter } = found;
  const part = (title: string, changes: readonly Change[]): string[] => [
    '',
    `### ${title}: ${changes.length}`,
    ...(changes.length === 0
      ? []
      : [
          '',
          ...table(
            ['Vector', 'Before', 'After', 'Why'],
            changes
              .slice(0, MOST_ROWS)
              .map((change) => [
                code(change.vector),
                detail(change.before),
                detail(change.after),
                plain(change.after.why || change.before.why),
              ]),
          ),
          ...(changes.length > MOST_ROWS ? ['', `... and ${changes.length - MOST_ROWS} more.`] : []),
        ]),
  ];
  return [
    '',
    `## From ${before} to ${after}`,
    ...part('Fixed', fixed),
    ...part('Broken', broken),
    ...part('Changed', changed),
    '',
    `Played only before: ${onlyBefore.length}; only after: ${onlyAfter.length}.`,
  ];
}

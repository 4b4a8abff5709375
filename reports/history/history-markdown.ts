/** A history in Markdown: one row per run, and the failing vectors and the ratio as two rows of blocks. */

import { plain, table } from '../markdown-text.ts';
import { countsText } from '../run-summary.ts';
import { dayOf, type HistoryLine, labelsText } from './history.ts';

const BLOCKS = '▁▂▃▄▅▆▇█';

export function historyMarkdown(lines: readonly HistoryLine[]): string {
  const failing = lines.map(({ run }) => run.failing);
  const ratios = lines.map(({ run }) => run.ratio ?? 0);
  return [
    '# RSC conformance: history',
    '',
    '```text',
    `failing vectors  ${blocks(failing)}  ${Math.min(...failing)} to ${Math.max(...failing)}`,
    `coalescing       ${blocks(ratios, 100)}  ${Math.min(...ratios).toFixed(1)} to ${Math.max(...ratios).toFixed(1)} %`,
    '```',
    '',
    ...table(
      ['Run', 'Target', 'Labels', 'Outcome', 'Verdicts', 'Ratio', 'Causes', 'Came', 'Went', 'Mind'],
      lines.map(({ run, came, went, caveat }) => [
        plain(dayOf(run)),
        plain(`${run.session?.target ?? ''} ${run.session?.targetVersion ?? ''}`.trim()),
        plain(labelsText(run)),
        run.outcome,
        plain(countsText(run.counts)),
        run.ratio === undefined ? '' : `${run.ratio.toFixed(1)} %`,
        String(run.causes.length),
        plain(came.join('; ')),
        plain(went.join('; ')),
        plain(caveat ?? ''),
      ]),
    ),
    '',
  ].join('\n');
}

/** One block per value, the highest at `most` or at the largest value. */
function blocks(values: readonly number[], most: number = Math.max(1, ...values)): string {
  return values.map((value) => BLOCKS[Math.round((Math.min(value, most) / most) * (BLOCKS.length - 1))]).join('');
}

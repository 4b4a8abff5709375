/** A history as one HTML file without script: a plot, and one row per run. */

import { html } from '../matrix/matrix-html.ts';
import { MATRIX_STYLE } from '../matrix/matrix-page.ts';
import { countsText } from '../run-summary.ts';
import { dayOf, type HistoryLine, labelsText, type PastRun } from './history.ts';

const WIDTH = 960;
const HEIGHT = 240;
const LEFT = 60;
const BOTTOM = 30;

export function historyHtml(lines: readonly HistoryLine[]): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    '<meta name="color-scheme" content="light dark">',
    '<title>RSC conformance: history</title>',
    `<style>${MATRIX_STYLE}svg { width: 100%; height: auto; max-width: ${WIDTH}px; } svg text { fill: currentColor; font-size: 12px; } .ratio { fill: none; stroke: var(--link); stroke-width: 2; } .bar { fill: var(--fail); } .axis { stroke: var(--line); }</style>`,
    '</head>',
    '<body>',
    '<main>',
    '<h1>RSC conformance: history</h1>',
    plot(lines.map(({ run }) => run)),
    '<div class="scroll" role="region" aria-label="Runs" tabindex="0"><table>',
    '<caption>Runs, the oldest first</caption>',
    `<thead><tr>${['Run', 'Target', 'Labels', 'Outcome', 'Verdicts', 'Ratio', 'Causes', 'Came', 'Went', 'Mind', 'Events'].map((name) => `<th scope="col">${name}</th>`).join('')}</tr></thead>`,
    '<tbody>',
    ...lines.map(row),
    '</tbody></table></div>',
    '</main>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function row({ run, came, went, caveat }: HistoryLine): string {
  const list = (titles: readonly string[]): string =>
    titles.length === 0 ? '' : `<ul>${titles.map((title) => `<li>${html(title)}</li>`).join('')}</ul>`;
  const cells = [
    html(`${run.session?.target ?? ''} ${run.session?.targetVersion ?? ''}`.trim()),
    html(labelsText(run)),
    `<span class="v-${run.exit === 0 ? 'pass' : 'fail'}">${run.outcome}</span>`,
    html(countsText(run.counts)),
    run.ratio === undefined ? '' : `${run.ratio.toFixed(1)} %`,
    String(run.causes.length),
    list(came),
    list(went),
    html(caveat ?? ''),
    `<code>${html(run.source)}</code>`,
  ];
  return `<tr><th scope="row">${html(dayOf(run))}</th>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

/** Bars: vectors that fail; line: the coalescing ratio, 0 to 100 %. */
function plot(runs: readonly PastRun[]): string {
  const most = Math.max(1, ...runs.map(({ failing }) => failing));
  const step = (WIDTH - LEFT) / Math.max(1, runs.length);
  const height = HEIGHT - BOTTOM;
  const x = (i: number): number => LEFT + (i + 0.5) * step;
  const bars = runs.map(({ failing }, i) => {
    const tall = Math.round((failing / most) * (height - 20));
    return `<rect class="bar" x="${(x(i) - step * 0.3).toFixed(1)}" y="${height - tall}" width="${(step * 0.6).toFixed(1)}" height="${tall}"><title>${failing} failing</title></rect>`;
  });
  const points = runs.flatMap(({ ratio }, i) =>
    ratio === undefined
      ? []
      : [`${x(i).toFixed(1)},${(height - (Math.min(ratio, 100) / 100) * (height - 20)).toFixed(1)}`],
  );
  const label = `Failing vectors from ${runs[0]?.failing ?? 0} to ${runs.at(-1)?.failing ?? 0} over ${runs.length} runs`;
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${html(label)}">`,
    `<line class="axis" x1="${LEFT}" y1="${height}" x2="${WIDTH}" y2="${height}"/>`,
    `<text x="${LEFT - 8}" y="24" text-anchor="end">${most}</text><text x="${LEFT - 8}" y="${height}" text-anchor="end">0</text>`,
    ...bars,
    `<polyline class="ratio" points="${points.join(' ')}"/>`,
    `<text x="${LEFT}" y="${HEIGHT - 8}">bars: failing vectors; line: coalescing ratio, up to 100 %</text>`,
    '</svg>',
  ].join('');
}

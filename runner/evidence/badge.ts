/** A result as a badge: one line of text, and the same as SVG. */

import type { RunSummary } from '../../reports/run-summary.ts';

/** "RSC conforming, 5232 vectors" */
export function badgeText(run: RunSummary): string {
  return `RSC ${run.outcome}, ${run.total} vectors`;
}

/** Wide enough for DejaVu Sans at 11 pixels, which most browsers have something like. */
const CHARACTER = 6.6;
const PADDING = 10;

export function badgeSvg(run: RunSummary): string {
  const [left, right] = ['RSC', badgeText(run).replace(/^RSC /, '')];
  const [leftWidth, rightWidth] = [left, right].map((text) => Math.ceil(text.length * CHARACTER + 2 * PADDING)) as [
    number,
    number,
  ];
  const width = leftWidth + rightWidth;
  const color = run.isConforming ? '#1a7f37' : '#b3261e';
  const label = badgeText(run);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="20" role="img" aria-label="${label}">
<title>${label}</title>
<rect width="${width}" height="20" rx="3" fill="#444"/>
<path d="M${leftWidth} 0h${rightWidth - 3}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3h-${rightWidth - 3}z" fill="${color}"/>
<g fill="#fff" text-anchor="middle" font-family="DejaVu Sans,Verdana,Geneva,sans-serif" font-size="11">
<text x="${leftWidth / 2}" y="14">${left}</text>
<text x="${leftWidth + rightWidth / 2}" y="14">${right}</text>
</g>
</svg>
`;
}

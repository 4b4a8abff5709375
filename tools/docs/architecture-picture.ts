/** `docs/images/architecture-*.svg`: how data flows through the suite, for a light and a dark page. */

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly title: string;
  readonly folder: string;
  readonly lines: readonly string[];
}

interface Arrow {
  /** Corners, from the tail to the head, as `x,y`. */
  readonly points: string;
  readonly label: string;
  readonly at: readonly [x: number, y: number];
}

interface Theme {
  readonly page: string;
  readonly box: string;
  readonly line: string;
  readonly text: string;
  readonly faint: string;
}

const THEMES: Readonly<Record<'light' | 'dark', Theme>> = {
  light: { page: '#ffffff', box: '#f3f5f8', line: '#57606a', text: '#1f2328', faint: '#57606a' },
  dark: { page: '#0d1117', box: '#1c2330', line: '#8d96a0', text: '#e6edf3', faint: '#9da7b3' },
};

const [WIDTH, HEIGHT] = [1100, 372];
const BOX_HEIGHT = 104;

const BOXES: readonly Box[] = [
  {
    x: 16,
    y: 60,
    width: 176,
    title: 'Rules',
    folder: 'reference-impl/rules',
    lines: ['one object per rule,', 'with level and clause'],
  },
  {
    x: 16,
    y: 244,
    width: 176,
    title: 'Reference',
    folder: 'reference-impl',
    lines: ['the coalescer that', 'applies every rule'],
  },
  {
    x: 268,
    y: 60,
    width: 160,
    title: 'Vectors',
    folder: 'vectors',
    lines: ['frames, DPC ends,', 'expected outcome'],
  },
  {
    x: 504,
    y: 60,
    width: 160,
    title: 'Session',
    folder: 'runner/session',
    lines: ['plays the vectors', 'on the target'],
  },
  {
    x: 504,
    y: 244,
    width: 160,
    title: 'Target',
    folder: 'runner/targets',
    lines: ['a program, a NIC,', 'QEMU, Linux, DPDK'],
  },
  { x: 740, y: 60, width: 140, title: 'Judge', folder: 'runner/judge', lines: ['verdict, findings'] },
  {
    x: 728,
    y: 244,
    width: 164,
    title: 'Two captures',
    folder: 'runner/capture-judge',
    lines: ['sent, received'],
  },
  { x: 956, y: 60, width: 128, title: 'Events', folder: 'events.jsonl', lines: ['one line of JSON', 'per event'] },
  {
    x: 956,
    y: 244,
    width: 128,
    title: 'Reports',
    folder: 'reports',
    lines: ['HTML, JUnit,', 'Markdown, ...'],
  },
];

const ARROWS: readonly Arrow[] = [
  { points: '104,164 104,244', label: 'applied by', at: [112, 208] },
  { points: '192,296 348,296 348,164', label: 'checks them', at: [212, 288] },
  { points: '428,112 504,112', label: 'plan', at: [450, 104] },
  { points: '560,164 560,244', label: 'frames', at: [512, 208] },
  { points: '608,244 608,164', label: 'indications', at: [616, 208] },
  { points: '664,112 740,112', label: 'frames', at: [682, 104] },
  { points: '104,60 104,28 810,28 810,60', label: 'the same rules decide what the judge allows', at: [330, 20] },
  { points: '810,244 810,164', label: 'per connection', at: [818, 208] },
  { points: '880,112 956,112', label: 'verdicts', at: [892, 104] },
  { points: '1020,164 1020,244', label: '', at: [0, 0] },
];

/** Path, relative to the package, to the text of the picture. */
export function architecturePictures(): Map<string, string> {
  return new Map(
    Object.entries(THEMES).map(([name, theme]) => [`docs/images/architecture-${name}.svg`, pictureOf(theme)]),
  );
}

function pictureOf(theme: Theme): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" font-family="system-ui, sans-serif" font-size="13">`,
    '<title>Rules make the reference and the vectors; a session plays the vectors on a target; the judge writes events; reports read them</title>',
    `<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="${theme.line}"/></marker></defs>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="${theme.page}"/>`,
    ...ARROWS.map((arrow) => arrowOf(arrow, theme)),
    ...BOXES.map((box) => boxOf(box, theme)),
    '</svg>',
    '',
  ].join('\n');
}

function boxOf({ x, y, width, title, folder, lines }: Box, theme: Theme): string {
  const middle = x + width / 2;
  const words = lines.map(
    (line, i) => `<text x="${middle}" y="${y + 72 + 18 * i}" fill="${theme.faint}" text-anchor="middle">${line}</text>`,
  );
  return [
    `<rect x="${x}" y="${y}" width="${width}" height="${BOX_HEIGHT}" rx="8" fill="${theme.box}" stroke="${theme.line}"/>`,
    `<text x="${middle}" y="${y + 26}" fill="${theme.text}" text-anchor="middle" font-size="16" font-weight="600">${title}</text>`,
    `<text x="${middle}" y="${y + 46}" fill="${theme.text}" text-anchor="middle" font-family="ui-monospace, monospace" font-size="12">${folder}</text>`,
    ...words,
  ].join('\n');
}

function arrowOf({ points, label, at: [x, y] }: Arrow, theme: Theme): string {
  return [
    `<polyline points="${points}" fill="none" stroke="${theme.line}" stroke-width="1.5" marker-end="url(#head)"/>`,
    ...(label === '' ? [] : [`<text x="${x}" y="${y}" fill="${theme.faint}">${label}</text>`]),
  ].join('\n');
}

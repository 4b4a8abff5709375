/** The picture of a scene: arrivals above, what came out below, bands between, time from left to right. */

import { NO_ARRIVAL } from '../../case-text.ts';
import type { RuleTexts } from '../../rule-texts.ts';
import { type Arrival, arrivalsOf, connectionName } from './connections.ts';
import { count, h, s } from './dom.ts';
import { flagNames } from './flags.ts';
import { type Band, type IndicationBox, type Layout, layOut } from './picture-layout.ts';
import type { Scene } from './scene.ts';

const Y = {
  decision: 20,
  flag: 44,
  arrival: 56,
  arrivalEnd: 108,
  indication: 204,
  indicationEnd: 252,
  flagBelow: 271,
} as const;

/** `isReference`: the indications are the reference's, so there is nothing to compare them with. */
export function picture(scene: Scene, rules: RuleTexts, isReference: boolean = false): HTMLElement {
  const layout = layOut(isReference ? { ...scene, expected: [] } : scene);
  const arrivals = scene.named ?? arrivalsOf(scene.arrivals);
  const showsExpected = !isReference && !sameIndications(scene);
  const expectedAt = Y.flagBelow + 20;
  const axis = showsExpected ? expectedAt + 58 : Y.flagBelow + 18;
  const height = axis + 34;
  const text = description(scene, isReference);
  const drawing = s(
    'svg',
    {
      viewBox: `0 0 ${layout.width} ${height}`,
      width: layout.width,
      height,
      role: 'img',
      'aria-label': text,
      class: 'picture',
    },
    patterns(),
    lane('Rule', Y.decision),
    lane('Arrived', (Y.arrival + Y.arrivalEnd) / 2 + 4),
    lane(isReference ? 'The rules make' : 'Came out', (Y.indication + Y.indicationEnd) / 2 + 4),
    showsExpected && lane('The rules make', expectedAt + 24),
    timeAxis(layout, axis),
    layout.bands.map((band) => bandShape(band, arrivals, scene)),
    layout.arrivals.map((box) => arrivalShape(box, arrivals[box.arrival], scene, layout.cell, rules)),
    layout.indications.map((box) => indicationShape(box, scene, layout.cell, arrivals)),
    showsExpected && layout.expected.map((box) => expectedShape(box, expectedAt, layout.cell, scene.firstArrival ?? 0)),
    scene.indications === undefined &&
      s(
        'text',
        { class: 'p-none', x: 100, y: (Y.indication + Y.indicationEnd) / 2 + 4 },
        'not played: the target gave nothing',
      ),
    scene.indications?.length === 0 &&
      s('text', { class: 'p-none', x: 100, y: (Y.indication + Y.indicationEnd) / 2 + 4 }, 'nothing came out'),
  );
  return h(
    'figure',
    { class: 'figure' },
    h('div', { class: 'scroll', tabindex: '0', role: 'group', 'aria-label': 'Picture; scrolls sideways' }, drawing),
    h('figcaption', {}, text, ' ', legend(scene)),
  );
}

function lane(text: string, y: number): SVGElement {
  return s('text', { class: 'p-lane', x: 0, y }, text);
}

/** Hatching marks a fault, so that it is visible without colours. */
function patterns(): SVGElement {
  return s(
    'defs',
    {},
    s(
      'pattern',
      { id: 'hatch', width: 7, height: 7, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
      s('rect', { class: 'p-hatch-ground', width: 7, height: 7 }),
      s('rect', { class: 'p-hatch', width: 2.5, height: 7 }),
    ),
  );
}

function timeAxis({ width, marks }: Layout, y: number): SVGElement {
  return s(
    'g',
    { class: 'p-axis' },
    s('line', { x1: 84, x2: width - 4, y1: y, y2: y }),
    s('path', { d: `M${width - 10} ${y - 4}l7 4l-7 4` }),
    s('text', { x: 0, y: y + 4, class: 'p-lane' }, 'Time'),
    marks.map(({ kind, label, x }) => [
      s('line', { class: `p-mark p-mark-${kind}`, x1: x, x2: x, y1: 30, y2: y }),
      s('text', { x, y: y + 20, 'text-anchor': 'middle' }, label),
    ]),
  );
}

function findingsAt(scene: Scene, arrival: number): string[] {
  const named = scene.findings.filter(({ arrivals }) => arrivals.length > 0 && arrivals.length <= 2);
  return [...new Set(named.filter(({ arrivals }) => arrivals.includes(arrival)).map(({ rule }) => rule))];
}

function findingsOf(scene: Scene, indication: readonly number[]): string[] {
  const touching = scene.findings.filter(
    ({ arrivals }) =>
      arrivals.some((arrival) => indication.includes(arrival)) &&
      arrivals.every((arrival) => indication.includes(arrival) || scene.arrivals[arrival] === undefined),
  );
  return [...new Set(touching.map(({ rule }) => rule))];
}

function bandShape({ arrival, indication, from, to }: Band, arrivals: readonly Arrival[], scene: Scene): SVGElement {
  const middle = (Y.arrivalEnd + Y.indication) / 2;
  const isWrong = findingsAt(scene, arrival).length > 0;
  const d =
    `M${from[0]} ${Y.arrivalEnd}C${from[0]} ${middle} ${to[0]} ${middle} ${to[0]} ${Y.indication}` +
    `L${to[1]} ${Y.indication}C${to[1]} ${middle} ${from[1]} ${middle} ${from[1]} ${Y.arrivalEnd}Z`;
  return s(
    'path',
    { class: `p-band ${hueOf(arrivals[arrival])}${isWrong ? ' p-wrong' : ''}`, d, 'data-arrival': arrival },
    s(
      'title',
      {},
      `#${arrival + (scene.firstArrival ?? 0)} went into indication ${scene.indications?.[indication]?.number ?? indication}`,
    ),
  );
}

function hueOf(arrival: Arrival | undefined): string {
  return arrival?.connection === undefined ? 'hue-none' : `hue-${arrival.connection % 6}`;
}

function arrivalShape(
  { arrival: n, x, width }: Layout['arrivals'][number],
  arrival: Arrival | undefined,
  scene: Scene,
  cell: number,
  rules: RuleTexts,
): SVGElement {
  const middle = x + width / 2;
  const shown = n + (scene.firstArrival ?? 0);
  const decision = scene.decisions.find((one) => one.arrival === n);
  const rule = decision === undefined ? '' : `${decision.rule}: ${rules.summary(decision.rule, decision.name)}`;
  const isException = decision?.did === 'alone' || decision?.did === 'restarted';
  const wrong = findingsAt(scene, n);
  const isMissing = scene.indications !== undefined && !scene.indications.some(({ arrivals }) => arrivals.includes(n));
  // A missing frame is not always a fault: broken frames may be dropped, and a reset drops all.
  const isLost = isMissing && wrong.length > 0;
  const segment = arrival?.segment;
  const flags = segment?.kind === 'segment' ? flagNames(segment.flags).filter((flag) => flag !== 'ACK') : [];
  const size = segment?.kind === 'segment' ? `${segment.payloadLength} B` : (segment?.reason ?? '');
  const roomy = cell >= 70;
  const connection = connectionName(arrival?.connection);
  return s(
    'g',
    { class: 'p-arrival', 'data-arrival': n },
    s('title', {}, `#${shown}, connection ${connection}, ${size} ${flags.join(' ')} ${decision?.did ?? ''} ${rule}`),
    isException && s('rect', { class: 'p-tag', x, width, y: Y.decision - 13, height: 18, rx: 4 }),
    (isException || cell >= 50) &&
      s(
        'text',
        { class: isException ? 'p-exception' : 'p-decision', x: middle, y: Y.decision, 'text-anchor': 'middle' },
        decisionLabel(decision?.did, decision?.rule, cell),
      ),
    wrong.length > 0 && flag(middle, Y.flag, wrong.join(' '), cell),
    s('rect', {
      class: `p-box ${hueOf(arrival)}${wrong.length > 0 ? ' p-wrong' : ''}`,
      x,
      y: Y.arrival,
      width,
      height: Y.arrivalEnd - Y.arrival,
      rx: 4,
    }),
    s(
      'text',
      { class: 'p-number', x: middle, y: Y.arrival + 17, 'text-anchor': 'middle' },
      cell >= 50 ? `#${shown}` : shown,
    ),
    cell >= 50 &&
      s('text', { class: 'p-small', x: middle, y: Y.arrival + 32, 'text-anchor': 'middle' }, shortened(size, cell)),
    s(
      'text',
      { class: 'p-small', x: middle, y: Y.arrival + 46, 'text-anchor': 'middle' },
      roomy ? shortened([connection, ...flags].join(' '), cell) : connection,
    ),
    isMissing && [
      s('line', {
        class: isLost ? 'p-lost' : 'p-missing',
        x1: middle,
        x2: middle,
        y1: Y.arrivalEnd + 2,
        y2: Y.arrivalEnd + 34,
      }),
      s(
        'text',
        { class: isLost ? 'p-lost-text' : 'p-missing-text', x: middle, y: Y.arrivalEnd + 50, 'text-anchor': 'middle' },
        isLost ? (cell >= 50 ? '✕ lost' : '✕') : cell >= 50 ? 'not out' : '–',
      ),
    ],
  );
}

function decisionLabel(did: string | undefined, rule: string | undefined, cell: number): string {
  if (cell < 70) return did === 'alone' || did === 'restarted' ? (rule ?? '') : did === 'started' ? 'start' : '+';
  if (did === 'alone') return `alone ${rule}`;
  if (did === 'restarted') return `new ${rule}`;
  return did === 'started' ? 'starts' : 'merges';
}

function shortened(text: string, cell: number): string {
  const most = Math.floor(cell / 6.4);
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

function flag(x: number, y: number, text: string, cell: number): SVGElement {
  const width = Math.min(Math.max(34, 24 + 7.5 * text.length), cell - 2);
  return s(
    'g',
    { class: 'p-flag' },
    s('rect', { x: x - width / 2, y: y - 13, width, height: 18, rx: 9 }),
    s('text', { x, y: y, 'text-anchor': 'middle' }, cell < 40 ? '✕' : `✕ ${text}`),
  );
}

function indicationShape(
  { index, indication, x, width }: IndicationBox,
  scene: Scene,
  cell: number,
  arrivals: readonly Arrival[],
): SVGElement {
  const wrong = findingsOf(scene, indication.arrivals);
  const n = indication.arrivals.length;
  const hue = hueOf(arrivals[indication.arrivals[0] ?? -1]);
  const middle = x + width / 2;
  const number = indication.number ?? index;
  const first0 = scene.firstArrival ?? 0;
  const what = n === 0 ? NO_ARRIVAL : n === 1 ? 'alone' : width < 90 ? `${n} seg.` : count(n, 'segment');
  return s(
    'g',
    { class: 'p-indication' },
    s(
      'title',
      {},
      `indication ${number}: ${n === 0 ? what : indication.arrivals.map((arrival) => `#${arrival + first0}`).join(' ')}, ${indication.frame.length} bytes, DPC ${indication.dpc + (scene.firstDpc ?? 0)}${wrong.length === 0 ? '' : `, breaks ${wrong.join(', ')}`}`,
    ),
    s('rect', {
      class: `p-box ${hue}${wrong.length > 0 ? ' p-wrong' : ''}${n === 0 ? ' p-unexplained' : ''}`,
      x,
      y: Y.indication,
      width,
      height: Y.indicationEnd - Y.indication,
      rx: 4,
    }),
    s(
      'text',
      { class: 'p-number', x: middle, y: Y.indication + 20, 'text-anchor': 'middle' },
      width >= 90 ? `indication ${number}` : number,
    ),
    (cell >= 50 || n > 2) &&
      s('text', { class: 'p-small', x: middle, y: Y.indication + 37, 'text-anchor': 'middle' }, shortened(what, width)),
    wrong.length > 0 && flag(middle, Y.flagBelow, wrong.join(' '), Math.max(cell, width)),
  );
}

function expectedShape({ indication, x, width }: IndicationBox, y: number, cell: number, base: number): SVGElement {
  const arrivals = indication.arrivals.map((n) => n + base);
  const last = arrivals.at(-1) ?? 0;
  const isRun = last - (arrivals[0] ?? 0) === arrivals.length - 1;
  const name =
    arrivals.length === 1 ? `#${last}` : isRun ? `#${arrivals[0]}–#${last}` : arrivals.map((n) => `#${n}`).join(' ');
  return s(
    'g',
    {},
    s(
      'title',
      {},
      `the rules make ${arrivals.map((n) => `#${n}`).join(' ')}${indication.endedBy === undefined ? '' : `, ended by ${indication.endedBy}`}`,
    ),
    s('rect', { class: 'p-expected', x, y, width, height: 36, rx: 4 }),
    s(
      'text',
      { class: 'p-small', x: x + width / 2, y: y + 22, 'text-anchor': 'middle' },
      cell < 50 && arrivals.length === 1 ? last : shortened(name, width),
    ),
  );
}

function sameIndications({ indications, expected }: Scene): boolean {
  if (indications === undefined) return false;
  const text = (all: Scene['expected']): string =>
    all.map(({ dpc, arrivals }) => `${dpc}:${arrivals.join()}`).join(';');
  return text(indications) === text(expected);
}

function description(scene: Scene, isReference: boolean): string {
  const { arrivals, indications, expected, findings } = scene;
  const made = count(expected.length, 'indication');
  const came = `${count(arrivals.length, 'segment')} arrived.`;
  if (isReference) return `${came} The rules make ${count(indications?.length ?? 0, 'indication')} of them.`;
  if (indications === undefined) return `${came} The target did not play; the rules make ${made} of them.`;
  const broken = [...new Set(findings.map(({ rule }) => rule))];
  return `${came} ${count(indications.length, 'indication')} came out; the rules make ${made}.${broken.length === 0 ? '' : ` Broken: ${broken.join(', ')}.`}`;
}

function legend(scene: Scene): HTMLElement | undefined {
  if (scene.findings.length === 0) return undefined;
  return h('span', { class: 'muted' }, 'Hatched and marked ✕: what a finding refers to.');
}

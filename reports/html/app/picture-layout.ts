/** The layout of a picture: pure arithmetic, in pixels, time from left to right. */

import { settingText } from '../../../reference-impl/setting-text.ts';
import type { FrameStep } from '../../../reference-impl/step.ts';
import type { Scene, SceneIndication } from './scene.ts';

export interface ArrivalBox {
  readonly arrival: number;
  readonly x: number;
  readonly width: number;
}

export interface IndicationBox {
  /** Its position in the order of what came out. */
  readonly index: number;
  readonly indication: SceneIndication;
  readonly x: number;
  readonly width: number;
}

/** From an arrival to its place in an indication. */
export interface Band {
  readonly arrival: number;
  readonly indication: number;
  readonly from: readonly [left: number, right: number];
  readonly to: readonly [left: number, right: number];
}

export interface Mark {
  readonly kind: 'dpc' | 'set' | 'wait';
  readonly label: string;
  readonly x: number;
}

export interface Layout {
  readonly width: number;
  readonly cell: number;
  readonly arrivals: readonly ArrivalBox[];
  readonly indications: readonly IndicationBox[];
  readonly expected: readonly IndicationBox[];
  readonly bands: readonly Band[];
  readonly marks: readonly Mark[];
}

/** Room for the names of the lanes. */
const LEFT = 104;
const MARK = 44;
const GAP = 6;

/**
 * Arrivals in a row, DPC by DPC; below each DPC or setting, the indications of its answer. The longer of the two sets
 * the width.
 */
export function layOut(scene: Pick<Scene, 'steps' | 'indications' | 'expected' | 'firstDpc'>): Layout {
  const cell = cellFor(scene.steps.filter((step) => 'rx' in step).length);
  const arrivals: ArrivalBox[] = [];
  const indications: IndicationBox[] = [];
  const expected: IndicationBox[] = [];
  const marks: Mark[] = [];
  const lanes = [
    { boxes: indications, all: [...(scene.indications ?? []).entries()], next: LEFT },
    { boxes: expected, all: [...scene.expected.entries()], next: LEFT },
  ];
  let x = LEFT;
  let arrival = 0;
  let dpc = 0;
  const close = (isDue: (indication: SceneIndication) => boolean): boolean => {
    let isAny = false;
    for (const lane of lanes) {
      const due = lane.all.filter(([, candidate]) => isDue(candidate));
      lane.all = lane.all.filter(([, candidate]) => !isDue(candidate));
      isAny ||= due.length > 0;
      for (const [index, indication] of due) {
        const width = Math.max(1, indication.arrivals.length) * cell;
        lane.boxes.push({ index, indication, x: lane.next, width: width - GAP });
        lane.next += width;
      }
    }
    x = Math.max(x, ...lanes.map(({ next }) => next));
    return isAny;
  };
  for (const [at, step] of scene.steps.entries()) {
    if ('rx' in step) {
      arrivals.push({ arrival: arrival++, x, width: cell - GAP });
      x += cell;
      continue;
    }
    let isAnswered = 'set' in step && close((its) => its.step === at);
    if ('dpc' in step) {
      const current = dpc++;
      // A setting outside the picture caused the answer: its indications are shown with their DPC.
      close((its) => its.dpc === current);
      isAnswered = true;
    }
    marks.push({
      kind: kindOf(step),
      label: labelOf(step, dpc - 1 + (scene.firstDpc ?? 0)),
      x: x + MARK / 2 - GAP / 2,
    });
    x += MARK;
    if (isAnswered) for (const lane of lanes) lane.next = x;
  }
  close(() => true);
  return {
    width: Math.max(x, LEFT + 240) + 12,
    cell,
    arrivals,
    indications,
    expected,
    bands: bandsOf(arrivals, indications),
    marks,
  };
}

function cellFor(arrivals: number): number {
  if (arrivals <= 6) return 112;
  if (arrivals <= 12) return 76;
  return arrivals <= 24 ? 50 : 30;
}

function kindOf(step: FrameStep): Mark['kind'] {
  if ('dpc' in step) return 'dpc';
  return 'wait' in step ? 'wait' : 'set';
}

function labelOf(step: FrameStep, dpc: number): string {
  if ('dpc' in step) return `DPC ${dpc} ends`;
  if ('wait' in step) return `${step.wait} µs`;
  return 'set' in step ? settingText(step.set) : '';
}

function bandsOf(arrivals: readonly ArrivalBox[], indications: readonly IndicationBox[]): Band[] {
  return indications.flatMap(({ index, indication, x, width }) => {
    const slot = width / Math.max(1, indication.arrivals.length);
    return indication.arrivals.flatMap((arrival, i): Band[] => {
      const from = arrivals[arrival];
      if (from === undefined) return [];
      const to = [x + i * slot, x + (i + 1) * slot] as const;
      return [{ arrival, indication: index, from: [from.x, from.x + from.width], to }];
    });
  });
}

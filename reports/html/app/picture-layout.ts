/** Where everything in a picture lies: pure arithmetic, in pixels, time from left to right. */

import { settingText } from '../../../reference-impl/setting-text.ts';
import type { Scene, SceneStep, SceneUnit } from './scene.ts';

export interface ArrivalBox {
  readonly arrival: number;
  readonly x: number;
  readonly width: number;
}

export interface UnitBox {
  /** Its position in the order of what came out. */
  readonly index: number;
  readonly unit: SceneUnit;
  readonly x: number;
  readonly width: number;
}

/** From an arrival to its place in a unit. */
export interface Band {
  readonly arrival: number;
  readonly unit: number;
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
  readonly units: readonly UnitBox[];
  readonly expected: readonly UnitBox[];
  readonly bands: readonly Band[];
  readonly marks: readonly Mark[];
}

/** Room for the names of the lanes. */
const LEFT = 104;
const MARK = 44;
const GAP = 6;

/** Arrivals in a row, DPC by DPC; under each DPC what came out in its answer. Whatever is longer sets the DPC's width. */
export function layOut(scene: Pick<Scene, 'steps' | 'units' | 'expected' | 'firstDpc'>): Layout {
  const cell = cellFor(scene.steps.filter((step) => 'frame' in step).length);
  const arrivals: ArrivalBox[] = [];
  const units: UnitBox[] = [];
  const expected: UnitBox[] = [];
  const marks: Mark[] = [];
  const lanes = [
    { boxes: units, all: [...(scene.units ?? []).entries()], next: LEFT },
    { boxes: expected, all: [...scene.expected.entries()], next: LEFT },
  ];
  let x = LEFT;
  let arrival = 0;
  let dpc = 0;
  const close = (isDue: (dpc: number) => boolean): void => {
    for (const lane of lanes) {
      for (const [index, unit] of lane.all.filter(([, candidate]) => isDue(candidate.dpc))) {
        const width = Math.max(1, unit.arrivals.length) * cell;
        lane.boxes.push({ index, unit, x: lane.next, width: width - GAP });
        lane.next += width;
      }
    }
    x = Math.max(x, ...lanes.map(({ next }) => next));
  };
  for (const step of scene.steps) {
    if ('frame' in step) {
      arrivals.push({ arrival: arrival++, x, width: cell - GAP });
      x += cell;
      continue;
    }
    if ('dpc' in step) {
      const current = dpc++;
      close((its) => its === current);
    }
    marks.push({
      kind: kindOf(step),
      label: labelOf(step, dpc - 1 + (scene.firstDpc ?? 0)),
      x: x + MARK / 2 - GAP / 2,
    });
    x += MARK;
    if ('dpc' in step) for (const lane of lanes) lane.next = x;
  }
  close((its) => its >= dpc);
  return {
    width: Math.max(x, LEFT + 240) + 12,
    cell,
    arrivals,
    units,
    expected,
    bands: bandsOf(arrivals, units),
    marks,
  };
}

function cellFor(arrivals: number): number {
  if (arrivals <= 6) return 112;
  if (arrivals <= 12) return 76;
  return arrivals <= 24 ? 50 : 30;
}

function kindOf(step: SceneStep): Mark['kind'] {
  if ('dpc' in step) return 'dpc';
  return 'wait' in step ? 'wait' : 'set';
}

function labelOf(step: SceneStep, dpc: number): string {
  if ('dpc' in step) return `DPC ${dpc} ends`;
  if ('wait' in step) return `${step.wait} µs`;
  return 'set' in step ? settingText(step.set) : '';
}

function bandsOf(arrivals: readonly ArrivalBox[], units: readonly UnitBox[]): Band[] {
  return units.flatMap(({ index, unit, x, width }) => {
    const slot = width / Math.max(1, unit.arrivals.length);
    return unit.arrivals.flatMap((arrival, i): Band[] => {
      const from = arrivals[arrival];
      if (from === undefined) return [];
      const to = [x + i * slot, x + (i + 1) * slot] as const;
      return [{ arrival, unit: index, from: [from.x, from.x + from.width], to }];
    });
  });
}

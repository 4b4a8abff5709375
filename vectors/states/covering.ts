/** Covering arrays of strength 2: rows in which every pair of levels of two dimensions occurs together at least once. */

import { randomBelow } from './random-below.ts';

export interface Dimension {
  readonly name: string;
  readonly levels: readonly string[];
  /**
   * This many levels from the front are cheap: if no level covers a new pair, one of them is taken. If left out, all
   * are cheap.
   */
  readonly cheap?: number;
  /** Levels that not every target can play: all other pairs are first covered without them. */
  readonly late?: readonly string[];
}

/** A level of each dimension, by number. */
export type Row = readonly number[];

/** Whether two levels can occur together: dimension and level, twice. */
export type Allows = (i: number, a: number, j: number, b: number) => boolean;

export interface Coverage {
  readonly covered: number;
  readonly possible: number;
  /** Pairs that can occur together and do not, in words. */
  readonly holes: readonly string[];
}

/** How many greedy rows may fail before all rows are searched. */
const ATTEMPTS = 8;

/**
 * Greedy, with the same result every time. A pair that fits into no row is left out, and so is a pair of the given
 * rows.
 */
export function coveringArray(dimensions: readonly Dimension[], allows: Allows, present: readonly Row[] = []): Row[] {
  const table = new PairTable(dimensions);
  for (const row of present) table.add(row);
  const late = dimensions.map(({ levels, late: names = [] }) => levels.map((level) => names.includes(level)));
  const isLate = (i: number, a: number): boolean => late[i]?.[a] === true;
  const early: Allows = (i, a, j, b) => !isLate(i, a) && !isLate(j, b) && allows(i, a, j, b);
  const roll = randomBelow(1);
  return [early, allows].flatMap((each) => rowsFor(dimensions, each, table, roll));
}

/** Rows for all pairs that are not covered yet. */
function rowsFor(
  dimensions: readonly Dimension[],
  allows: Allows,
  table: PairTable,
  roll: (below: number) => number,
): Row[] {
  const rows: Row[] = [];
  for (const [i, a, j, b] of table.pairs()) {
    if (table.has(i, a, j, b) || !allows(i, a, j, b)) continue;
    let row: number[] | undefined;
    for (let attempt = 0; row === undefined && attempt < ATTEMPTS; attempt++)
      row = completed(dimensions, allows, table, [i, a, j, b], roll);
    row ??= anyRow(dimensions, allows, [i, a, j, b]);
    if (row === undefined) continue;
    table.add(row);
    rows.push(row);
  }
  return rows;
}

export function coverageOf(dimensions: readonly Dimension[], allows: Allows, rows: readonly Row[]): Coverage {
  const table = new PairTable(dimensions);
  for (const row of rows) table.add(row);
  const holes: string[] = [];
  let possible = 0;
  for (const [i, a, j, b] of table.pairs()) {
    const isCovered = table.has(i, a, j, b);
    if (!isCovered && !isFeasible(dimensions, allows, [i, a, j, b])) continue;
    possible++;
    if (!isCovered) holes.push(pairText(dimensions, i, a, j, b));
  }
  return { covered: possible - holes.length, possible, holes };
}

const feasible = new WeakMap<Allows, Map<string, boolean>>();

/** Whether any row has the pair; searched once. */
function isFeasible(
  dimensions: readonly Dimension[],
  allows: Allows,
  pair: readonly [number, number, number, number],
): boolean {
  const known = feasible.get(allows) ?? new Map<string, boolean>();
  feasible.set(allows, known);
  const key = pair.join();
  const is = known.get(key) ?? anyRow(dimensions, allows, pair) !== undefined;
  known.set(key, is);
  return is;
}

/** A row with the pair in it; each other dimension, in any order, takes the level that covers most. */
function completed(
  dimensions: readonly Dimension[],
  allows: Allows,
  table: PairTable,
  [i, a, j, b]: readonly [number, number, number, number],
  roll: (below: number) => number,
): number[] | undefined {
  const row: number[] = dimensions.map(() => -1);
  row[i] = a;
  row[j] = b;
  const rest = dimensions.map((_, k) => k).filter((k) => k !== i && k !== j);
  for (let k = rest.length - 1; k > 0; k--) {
    const other = roll(k + 1);
    [rest[k], rest[other]] = [rest[other] as number, rest[k] as number];
  }
  for (const k of rest) {
    let best = -1;
    let most = -1;
    const { levels, cheap = levels.length } = dimensions[k] as Dimension;
    const first = roll(cheap);
    for (let turn = 0; turn < levels.length; turn++) {
      const level = turn < cheap ? (first + turn) % cheap : turn;
      let fresh = 0;
      const fits = row.every((other, at) => {
        if (other < 0) return true;
        if (!allows(k, level, at, other)) return false;
        if (!table.has(k, level, at, other)) fresh++;
        return true;
      });
      if (fits && fresh > most) [best, most] = [level, fresh];
    }
    if (best < 0) return undefined;
    row[k] = best;
  }
  return row;
}

/** A row with the pair in it, if there is one: all are searched, the dimension with the fewest levels left first. */
function anyRow(
  dimensions: readonly Dimension[],
  allows: Allows,
  [i, a, j, b]: readonly [number, number, number, number],
): number[] | undefined {
  const narrowed = (left: readonly (readonly number[])[], at: number, level: number): number[][] =>
    left.map((levels, k) => (k === at ? [level] : levels.filter((other) => allows(at, level, k, other))));
  const search = (left: readonly (readonly number[])[], settled: ReadonlySet<number>): number[] | undefined => {
    if (left.some(({ length }) => length === 0)) return undefined;
    let next = -1;
    left.forEach(({ length }, k) => {
      if (!settled.has(k) && (next < 0 || length < (left[next] as readonly number[]).length)) next = k;
    });
    if (next < 0) return left.map(([level]) => level as number);
    for (const level of left[next] as readonly number[]) {
      const row = search(narrowed(left, next, level), new Set([...settled, next]));
      if (row !== undefined) return row;
    }
    return undefined;
  };
  const all = dimensions.map(({ levels }) => levels.map((_, level) => level));
  if (!allows(i, a, j, b)) return undefined;
  return search(narrowed(narrowed(all, i, a), j, b), new Set([i, j]));
}

function pairText(dimensions: readonly Dimension[], i: number, a: number, j: number, b: number): string {
  const text = (at: number, level: number): string => `${dimensions[at]?.name}=${dimensions[at]?.levels[level]}`;
  return `${text(i, a)} with ${text(j, b)}`;
}

class PairTable {
  readonly #dimensions: readonly Dimension[];
  readonly #offsets: readonly number[];
  readonly #size: number;
  readonly #seen: Uint8Array;

  constructor(dimensions: readonly Dimension[]) {
    this.#dimensions = dimensions;
    let size = 0;
    this.#offsets = dimensions.map(({ levels }) => {
      const offset = size;
      size += levels.length;
      return offset;
    });
    this.#size = size;
    this.#seen = new Uint8Array(size * size);
  }

  *pairs(): Generator<readonly [number, number, number, number]> {
    for (const [i, one] of this.#dimensions.entries())
      for (const [j, other] of this.#dimensions.entries())
        if (i < j)
          for (let a = 0; a < one.levels.length; a++) for (let b = 0; b < other.levels.length; b++) yield [i, a, j, b];
  }

  has(i: number, a: number, j: number, b: number): boolean {
    return this.#seen[this.#place(i, a, j, b)] === 1;
  }

  add(row: Row): void {
    row.forEach((a, i) => {
      row.forEach((b, j) => {
        if (i !== j) this.#seen[this.#place(i, a, j, b)] = 1;
      });
    });
  }

  #place(i: number, a: number, j: number, b: number): number {
    return ((this.#offsets[i] as number) + a) * this.#size + (this.#offsets[j] as number) + b;
  }
}

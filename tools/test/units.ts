/** Which tests there are, what each costs, and which of them are quick. */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { TestUnit, UnitCost } from './messages.ts';

/** Recorded with `npm test -- --record`; read for the order and for what is quick. */
const COSTS = 'tools/test/costs.json';
/** What costs more CPU time is left out of `test:quick`. */
const QUICK_SECONDS = 0.8;
/** In which order what takes less is run does not matter. */
const LONG_SECONDS = 5;

/** Seconds of a unit, by its first file. */
interface Costs {
  readonly cpu: Readonly<Record<string, number>>;
  /** Of those that take long, waiting included. */
  readonly wall: Readonly<Record<string, number>>;
}

/** What these tests share packs and installs the package once a process: they are one unit, too. */
const PACKS = '/packed-install.js';

/** The longest first, so that no process is left with one at the end. */
export function testUnits(isQuick: boolean): TestUnit[] {
  const { cpu, wall } = readCosts();
  // A file without a measurement may cost anything.
  const cost = ([file = '']: TestUnit): number => cpu[file] ?? 0;
  const length = ([file = '']: TestUnit): number => wall[file] ?? 0;
  const built = readdirSync('dist', { recursive: true, encoding: 'utf8' }).filter(hasSource).sort();
  const named = (end: string): string[] => built.filter((path) => path.endsWith(end)).map((path) => join('dist', path));
  const tests = named('.test.js');
  const packing = tests.filter((file) => readFileSync(file, 'utf8').includes(PACKS));
  // The suites are one unit: the last of them takes the families that the others leave.
  const units = [named('.suite.js'), packing, ...tests.filter((file) => !packing.includes(file)).map((file) => [file])];
  const [suites] = units;
  const isChosen = (unit: TestUnit): boolean => !isQuick || unit === suites || cost(unit) <= QUICK_SECONDS;
  return units.filter((unit) => unit.length > 0 && isChosen(unit)).sort((a, b) => length(b) - length(a));
}

/** What was not run keeps its cost. */
export function recordCosts(measured: ReadonlyMap<TestUnit, UnitCost>): void {
  const recorded = readCosts();
  const updated = (
    seconds: Readonly<Record<string, number>>,
    by: keyof UnitCost,
    least = 0,
  ): Record<string, number> => {
    const all = new Map(Object.entries(seconds).filter(([file]) => hasSource(relative('dist', file))));
    for (const [[file = ''], { [by]: cost }] of measured) {
      all.delete(file);
      if (cost !== undefined && cost >= least) all.set(file, Math.round(cost * 10) / 10);
    }
    return Object.fromEntries([...all].sort(([a], [b]) => (a < b ? -1 : 1)));
  };
  const costs: Costs = { cpu: updated(recorded.cpu, 'cpu'), wall: updated(recorded.wall, 'wall', LONG_SECONDS) };
  writeFileSync(COSTS, `${JSON.stringify(costs, undefined, 2)}\n`);
}

function readCosts(): Costs {
  return JSON.parse(readFileSync(COSTS, 'utf8')) as Costs;
}

/** The compiled test of a deleted source stays in dist until dist is cleaned. */
function hasSource(built: string): boolean {
  return built.endsWith('.js') && existsSync(built.replace(/js$/, 'ts'));
}

/** Which tests there are, what each costs, and which of them are quick. */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { TestUnit } from './messages.ts';

/** CPU seconds of each unit, by its first file. Recorded with `npm test -- --record`, and read for the order alone. */
const COSTS = 'tools/test/costs.json';
/** What costs more is left out of `test:quick`. */
const QUICK_SECONDS = 0.8;

/** What these tests share packs and installs the package once a process: they are one unit, too. */
const PACKS = '/packed-install.js';

/** The dearest first, so that no process is left with a long one at the end. */
export function testUnits(isQuick: boolean): TestUnit[] {
  const costs = readCosts();
  // A file without a measurement may cost anything.
  const cost = ([file = '']: TestUnit): number => costs[file] ?? 0;
  const built = readdirSync('dist', { recursive: true, encoding: 'utf8' }).filter(hasSource).sort();
  const named = (end: string): string[] => built.filter((path) => path.endsWith(end)).map((path) => join('dist', path));
  const tests = named('.test.js');
  const packing = tests.filter((file) => readFileSync(file, 'utf8').includes(PACKS));
  // The suites are one unit: the last of them takes the families that the others leave.
  const units = [named('.suite.js'), packing, ...tests.filter((file) => !packing.includes(file)).map((file) => [file])];
  const [suites] = units;
  const isChosen = (unit: TestUnit): boolean => !isQuick || unit === suites || cost(unit) <= QUICK_SECONDS;
  return units.filter((unit) => unit.length > 0 && isChosen(unit)).sort((a, b) => cost(b) - cost(a));
}

export function recordCosts(seconds: ReadonlyMap<TestUnit, number>): void {
  const costs = new Map(Object.entries(readCosts()).filter(([file]) => hasSource(relative('dist', file))));
  for (const [[file = ''], cost] of seconds) costs.set(file, Math.round(cost * 10) / 10);
  const sorted = [...costs].sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(COSTS, `${JSON.stringify(Object.fromEntries(sorted), undefined, 2)}\n`);
}

function readCosts(): Record<string, number> {
  return JSON.parse(readFileSync(COSTS, 'utf8')) as Record<string, number>;
}

/** A test whose source is gone stays in dist until somebody cleans it. */
function hasSource(built: string): boolean {
  return built.endsWith('.js') && existsSync(built.replace(/js$/, 'ts'));
}

/** A process that runs units of tests with mocha, one after the other, as the driver hands them out. */

import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import Mocha from 'mocha';
import type { TestUnit, UnitResult } from './messages.ts';

const { timeout } = JSON.parse(readFileSync('.mocharc.json', 'utf8')) as { timeout: number };
const TICKS_A_SECOND = 100;

process.on('message', (unit: TestUnit) => {
  runUnit(unit).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      process.send?.({
        passed: 0,
        skipped: 0,
        failures: [`${unit}\n${text}`],
        cost: undefined,
      } satisfies UnitResult);
    },
  );
});

// The driver is through, or gone: what a test left open does not hold the gate up.
process.on('disconnect', () => process.exit());

async function runUnit(unit: TestUnit): Promise<UnitResult> {
  const failures: string[] = [];
  const counts = { passed: 0, skipped: 0 };
  const before = cpuSeconds();
  const begun = performance.now();
  const where = relative(process.cwd(), unit[0] ?? '');
  // The base of all reporters prints nothing: the driver says what came of it.
  const mocha = new Mocha({ timeout, forbidOnly: true, reporter: Mocha.reporters.Base });
  for (const file of unit) mocha.addFile(file);
  await mocha.loadFilesAsync();
  await new Promise<void>((done) => {
    mocha
      .run(() => done())
      .on('pass', () => counts.passed++)
      .on('pending', () => counts.skipped++)
      .on('fail', (test, error: Error) =>
        failures.push(`${where}: ${test.fullTitle()}\n${error.stack ?? error.message}`),
      );
  });
  mocha.dispose();
  if (counts.passed + counts.skipped + failures.length === 0) failures.push(`${where}: has no test`);
  const after = cpuSeconds();
  const cpu = before === undefined || after === undefined ? undefined : after - before;
  return { ...counts, failures, cost: { cpu, wall: (performance.now() - begun) / 1000 } };
}

/** This process's and its ended children's; Linux only. */
function cpuSeconds(): number | undefined {
  try {
    const [, fields = ''] = readFileSync('/proc/self/stat', 'utf8').split(') ');
    // From the third on: utime, stime, cutime and cstime are fields 14 to 17.
    const ticks = fields.split(' ').slice(11, 15);
    return ticks.reduce((sum, each) => sum + Number(each), 0) / TICKS_A_SECOND;
  } catch {
    return undefined;
  }
}

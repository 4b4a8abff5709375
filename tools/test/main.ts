/**
 * `npm test`: every test and suite, in four processes side by side; "N passed, N failed" alone on the last line.
 *
 *     main.js [--quick] [--record] [FILE..]
 *
 * Each process loads the vectors once, and takes the next unit when it is through with one. A process that ends before it
 * has answered is a failure of the unit that it had; so is one that never answers.
 */

import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { TestUnit, UnitCost, UnitResult } from './messages.ts';
import { recordCosts, testUnits } from './units.ts';

const { values, positionals } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, record: { type: 'boolean', default: false } },
  allowPositionals: true,
});
/** Two more than there are processors, two at most: a third of the time is waiting, for a device or another program. */
const JOBS = Math.min(2, availableParallelism()) + 2;

/** Far more than the longest unit needs on a slow machine. Mocha's own limit cannot end a test that waits in a system call. */
const LIMIT_MS = 3_600_000;

const queue = positionals.length > 0 ? positionals.map((file) => [file]) : testUnits(values.quick);
const total = { units: queue.length, done: 0, passed: 0, skipped: 0, failures: [] as string[] };
const costs = new Map<TestUnit, UnitCost>();

await Promise.all(Array.from({ length: JOBS }, work));
if (values.record) recordCosts(costs);
const details = total.failures.map((text, i) => `${i + 1}) ${text}\n\n`).join('');
const skipped = total.skipped === 0 ? '' : `${total.skipped} skipped\n`;
process.stdout.write(`\n\n${details}${skipped}${total.passed} passed, ${total.failures.length} failed\n`);
// A driver that lost a unit would say too little.
if (total.done !== total.units) throw new Error(`${total.done} of ${total.units} units were run`);
process.exitCode = total.failures.length > 0 || total.passed === 0 ? 1 : 0;

/** One process after the other: the next one only where one broke off. */
async function work(): Promise<void> {
  while (queue.length > 0) {
    const child = fork(join(import.meta.dirname, 'worker.js'));
    for (let unit = queue.shift(); unit !== undefined; unit = queue.shift()) {
      const result = await run(child, unit);
      count(unit, result);
      if (child.exitCode !== null || child.signalCode !== null) break;
    }
    if (child.connected) child.disconnect();
  }
}

function run(child: ChildProcess, unit: TestUnit): Promise<UnitResult> {
  return new Promise((resolve) => {
    const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
    const answered = (result: unknown): void => {
      clearTimeout(limit);
      child.off('exit', ended);
      resolve(result as UnitResult);
    };
    const ended = (code: number | null, signal: NodeJS.Signals | null): void => {
      clearTimeout(limit);
      child.off('message', answered);
      const failures = [`${unit[0]}: its process ended before it was through (${signal ?? `status ${code}`})`];
      resolve({ passed: 0, skipped: 0, failures, cost: undefined });
    };
    child.once('message', answered).once('exit', ended);
    child.send(unit);
  });
}

function count(unit: TestUnit, { passed, skipped, failures, cost }: UnitResult): void {
  total.done++;
  total.passed += passed;
  total.skipped += skipped;
  total.failures.push(...failures);
  if (cost !== undefined) costs.set(unit, cost);
  // At once, so that you can read them before the end.
  process.stdout.write(failures.length > 0 ? `!\n${failures.join('\n\n')}\n` : '.');
}

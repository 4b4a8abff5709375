/** Drives mocha over the built suites; what it shows is the session's business, so its own reporter is silent. */

import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Mocha from 'mocha';

/** A file a family, beside the built runner. */
const SUITES = join(dirname(dirname(fileURLToPath(import.meta.url))), 'suites');

class SilentReporter {}

export interface SuiteRun {
  /** Tests that failed: a verdict that is not conforming, or a suite that broke. */
  readonly failures: number;
  readonly firstError: unknown;
}

export async function runSuites(onAbort: (abort: () => void) => void): Promise<SuiteRun> {
  const mocha = new Mocha({
    reporter: SilentReporter as unknown as Mocha.ReporterConstructor,
    timeout: 0,
    ui: 'bdd',
  });
  for (const file of readdirSync(SUITES).sort()) if (file.endsWith('.suite.js')) mocha.addFile(join(SUITES, file));
  await mocha.loadFilesAsync();
  return new Promise((resolve) => {
    let firstError: unknown;
    const runner = mocha.run((failures) => resolve({ failures, firstError }));
    runner.on('fail', (_test: unknown, error: unknown) => {
      firstError ??= error;
    });
    onAbort(() => runner.abort());
  });
}

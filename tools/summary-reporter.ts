/** mocha's reporter for `npm test`: failures with their stacks, then "N passed, N failed" alone on the last line. */

import Mocha from 'mocha';

const DOTS_A_LINE = 100;
const { EVENT_RUN_END, EVENT_TEST_FAIL, EVENT_TEST_PASS, EVENT_TEST_PENDING } = Mocha.Runner.constants;

export default class SummaryReporter {
  constructor(runner: Mocha.Runner) {
    const failures: string[] = [];
    const counts = { passed: 0, pending: 0, failed: 0 };
    let dots = 0;
    const dot = (mark: string): void => {
      process.stdout.write(++dots % DOTS_A_LINE === 0 ? `${mark}\n` : mark);
    };
    runner.on(EVENT_TEST_PASS, () => {
      counts.passed++;
      if (counts.passed % 10 === 0) dot('.');
    });
    runner.on(EVENT_TEST_PENDING, () => {
      counts.pending++;
      dot('-');
    });
    runner.on(EVENT_TEST_FAIL, (test: Mocha.Test, error: Error) => {
      counts.failed++;
      failures.push(`${test.fullTitle()}\n${error.stack ?? error.message}`);
      dot('!');
    });
    runner.on(EVENT_RUN_END, () => {
      const skipped = counts.pending === 0 ? '' : `${counts.pending} skipped\n`;
      const details = failures.map((text, i) => `${i + 1}) ${text}\n\n`).join('');
      process.stdout.write(`\n\n${details}${skipped}${counts.passed} passed, ${counts.failed} failed\n`);
    });
  }
}

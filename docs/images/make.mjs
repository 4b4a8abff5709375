// Makes the pictures of the documentation from a real run: npm run pictures. Needs a C compiler and Chromium.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const FAILURE = 'exceptions/ece-cwr/clear-to-ece/middle/ipv4';
const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'rsc-pictures-'));
const run = (command, ...args) => execFileSync(command, args, { cwd: root, stdio: 'inherit' });

try {
  run('make', '--silent', '-C', 'examples/c-program');
  // The example fails on purpose: exit status 1.
  try {
    const target = 'program:examples/c-program/coalescer';
    run(process.execPath, 'dist/runner/cli/main.js', 'run', '--target', target, '--out', folder, '--reporter', 'html');
  } catch (error) {
    if (error.status !== 1) throw error;
  }
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  const page = await browser.newPage({ viewport: { width: 1080, height: 900 }, deviceScaleFactor: 1.5 });
  await page.goto(`${pathToFileURL(join(folder, 'report.html')).href}#${FAILURE}`);
  await page.waitForSelector('svg.picture');
  await page.screenshot({ path: join(root, 'docs/images/report-failure.png') });
  await browser.close();
} finally {
  rmSync(folder, { recursive: true });
}

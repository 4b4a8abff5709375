/** `npm run pictures`: makes the pictures of the documentation from a real run. Needs a C compiler and Chromium. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { PACKAGE_ROOT } from '../runner/base/version.ts';

const FAILURE = 'exceptions/ece-cwr/clear-to-ece/second/ipv4';
/** The example fails on purpose. */
const NOT_CONFORMING = 1;

const folder = mkdtempSync(join(tmpdir(), 'rsc-pictures-'));
try {
  run('make', '--silent', '-C', 'examples/c-program');
  playExample();
  await takePicture(`${pathToFileURL(join(folder, 'report.html')).href}#${FAILURE}`);
} finally {
  rmSync(folder, { recursive: true });
}

function playExample(): void {
  const target = 'program:examples/c-program/coalescer';
  try {
    run(process.execPath, 'dist/runner/cli/main.js', 'run', '--target', target, '--out', folder, '--reporter', 'html');
  } catch (error) {
    if ((error as { status?: number }).status !== NOT_CONFORMING) throw error;
  }
}

async function takePicture(url: string): Promise<void> {
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1080, height: 900 }, deviceScaleFactor: 1.5 });
    await page.goto(url);
    await page.waitForSelector('svg.picture');
    await page.screenshot({ path: join(PACKAGE_ROOT, 'docs/images/report-failure.png') });
  } finally {
    await browser.close();
  }
}

function run(command: string, ...args: string[]): void {
  execFileSync(command, args, { cwd: PACKAGE_ROOT, stdio: 'inherit' });
}

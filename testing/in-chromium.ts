/** Shared by browser tests: starts Chromium and opens a page in it. */

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const CANDIDATES = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Far more than a slow machine needs: it only ends waits for something that never comes. */
const LIMIT_MS = 120_000;
const PAUSE_MS = 20;

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly target: readonly string[] }[];
}

/** Undefined: there is none, which is allowed outside CI. */
export async function launch(): Promise<Browser | undefined> {
  const executablePath = CANDIDATES.find((path) => path !== undefined && existsSync(path));
  if (executablePath !== undefined)
    return chromium.launch({ executablePath, args: ['--no-sandbox'], timeout: LIMIT_MS });
  const message = 'no Chromium: install it (Debian: apt-get install chromium), or name one in CHROMIUM';
  if (process.env['CI'] === 'true') throw new Error(message);
  process.stderr.write(`Skipped: the page in a browser: ${message}\n`);
  return undefined;
}

/** Opens the page, and closes it; fails if the page wrote to its console, or sent a request to a network. */
export async function visit(
  browser: Browser | undefined,
  file: string,
  address: string,
  look: (page: Page) => Promise<void>,
  options: BrowserContextOptions = {},
): Promise<void> {
  const context = await (browser as Browser).newContext(options);
  context.setDefaultTimeout(LIMIT_MS);
  const page = await context.newPage();
  const messages: string[] = [];
  page.on('console', (message) => messages.push(message.text()));
  page.on('pageerror', (error) => messages.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(pathToFileURL(file).href)) messages.push(`request for ${request.url()}`);
  });
  try {
    await page.goto(`${pathToFileURL(file).href}${address}`);
    await page.waitForSelector('main h1');
    await look(page);
    expect(messages).to.deep.equal([]);
  } finally {
    await context.close();
  }
}

/** Waits until an expression is true: Playwright's own way needs eval, which the page forbids. */
export async function until(page: Page, expression: string): Promise<void> {
  for (let waited = 0; (await page.evaluate(expression)) !== true; waited += PAUSE_MS) {
    if (waited > LIMIT_MS) throw new Error(`never: ${expression}`);
    await page.waitForTimeout(PAUSE_MS);
  }
}

/** Goes to an address within the page, and returns once the page has changed. */
export async function follow(page: Page, hash: string): Promise<void> {
  await page.evaluate(`new Promise((resolve) => {
    addEventListener('hashchange', () => setTimeout(resolve), { once: true });
    if (location.hash === ${JSON.stringify(hash)}) resolve();
    else location.hash = ${JSON.stringify(hash)};
  })`);
}

/** What axe-core finds in the page's current state. */
export async function violations(page: Page): Promise<string[]> {
  if ((await page.evaluate('typeof axe')) === 'undefined') await page.evaluate(AXE);
  const found = (await page.evaluate('axe.run().then(({ violations }) => violations)')) as readonly Violation[];
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}

/** Whether the whole page scrolls sideways. */
export function overflow(page: Page): Promise<unknown> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

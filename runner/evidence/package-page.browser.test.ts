import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { registry } from '../../reference-impl/rules/index.ts';
import { follow, launch, until, violations, visit } from '../../testing/in-chromium.ts';
import { loadCorpus } from '../../vectors/corpus.ts';
import { withCauses } from '../diagnosis/with-causes.ts';
import { EventFile } from '../events/event-file.ts';
import { readAll } from '../events/read-events.ts';
import { Session } from '../session/session.ts';
import { ReferenceTarget } from '../targets/reference/reference-target.ts';
import { readArchive } from './archive.ts';
import { packageEvidence } from './package-evidence.ts';

const FAILING = 'exceptions/ece-cwr/clear-to-ece/middle/ipv4';
const PASSING = 'coalescing/runs/last-short/ipv4';
const { vectors, digest } = loadCorpus();

describe('the page of a package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rsc-package-page-'));
  let browser: Browser | undefined;

  before(async function () {
    browser = await launch();
    // On a machine of one's own Chromium may be missing; where the project is judged it may not.
    if (browser === undefined) this.skip();
  });

  after(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  async function packed(): Promise<ReadonlyMap<string, Buffer>> {
    const path = join(folder, 'events.jsonl');
    const file = new EventFile(path);
    await new Session({
      target: new ReferenceTarget({ rules: registry.filter(({ id }) => id !== 'E8b') }),
      planned: vectors.filter(({ id }) => id === FAILING || id === PASSING),
      digest,
      sink: withCauses((event) => file.event(event)),
    }).run();
    file.close();
    return readArchive(await packageEvidence(await readAll(path)));
  }

  it('has the frames of failing vectors, and takes those of the others from the events next to it', async () => {
    const zip = await packed();
    const at = (name: string): string => join(folder, name);
    for (const name of ['report.html', 'events.jsonl.gz']) writeFileSync(at(name), zip.get(name) as Buffer);
    writeFileSync(at('other.jsonl'), '{"type":"session"}\n');
    await visit(browser, at('report.html'), `#${FAILING}`, async (page) => {
      const pictures = page.locator('svg.picture');
      expect(await pictures.count()).to.equal(1);
      await follow(page, `#${PASSING}`);
      expect(await pictures.count()).to.equal(0);
      expect(await page.locator('.drop').textContent()).to.include('in events.jsonl.gz, next to this page');
      expect(await violations(page)).to.deep.equal([]);
      await page.setInputFiles('#frames-file', at('other.jsonl'));
      await until(page, "/of this run/.test(document.querySelector('.drop [role=status]').textContent)");
      await page.setInputFiles('#frames-file', at('events.jsonl.gz'));
      await page.waitForSelector('svg.picture');
      const rows = await page.locator('table.segments tbody tr').allTextContents();
      expect(rows.join()).to.include('indication 0').and.not.to.include('did not come out');
      expect(await violations(page)).to.deep.equal([]);
      await follow(page, `#${FAILING}`);
      expect(await page.locator('.findings li').count()).to.be.greaterThan(0);
    });
  });
});

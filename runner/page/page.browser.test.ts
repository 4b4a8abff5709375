import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { registry } from '../../reference-impl/rules/index.ts';
import { familyOf } from '../../reports/family.ts';
import { follow, launch, overflow, until, violations, visit as visitIn } from '../../testing/in-chromium.ts';
import { eventsOfPart, longEvents, resetEvents, segment } from '../../testing/made-up-events.ts';
import { loadCorpus } from '../../vectors/corpus.ts';
import { PcapWriter } from '../captures/pcap-writer.ts';
import { Session } from '../session/session.ts';
import { ReferenceTarget } from '../targets/reference/reference-target.ts';
import { htmlReporter } from './html-reporter.ts';
import { playgroundPage } from './playground.ts';

/** A vector that a coalescer without E8b fails. */
const FAILING = 'exceptions/ece-cwr/clear-to-ece/middle/ipv4';
const { vectors: corpus, digest } = loadCorpus();
/** Enough for many pages of a list: part of each family, and all that E8b is about. */
const vectors = corpus.filter(({ id }, i) => i % 8 === 0 || id.startsWith('exceptions/ece-cwr/'));
const FAMILIES = new Set(vectors.map(({ id }) => familyOf(id))).size;
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true };

describe('the page in Chromium', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rsc-page-'));
  const reportFile = join(folder, 'report.html');
  const playgroundFile = join(folder, 'playground.html');
  const captureFile = join(folder, 'dropped.pcap');
  let browser: Browser | undefined;

  before('a run against a coalescer that forgot E8b', async function () {
    browser = await launch();
    // On a machine of one's own Chromium may be missing; where the project is judged it may not.
    if (browser === undefined) this.skip();
    const report = htmlReporter();
    const rules = registry.filter(({ id }) => id !== 'E8b');
    const target = new ReferenceTarget({ rules });
    await new Session({ target, planned: vectors, digest, sink: (event) => report.event(event) }).run();
    writeFileSync(reportFile, report.text());
    writeFileSync(playgroundFile, playgroundPage());
    await writeCapture(captureFile);
  });

  after(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  const visit = (
    address: string,
    look: (page: Page) => Promise<void>,
    options: BrowserContextOptions = {},
    file: string = reportFile,
  ): Promise<void> => visitIn(browser, file, address, look, options);

  it('takes less than a kilobyte a vector', () => {
    const bare = readFileSync(playgroundFile).length;
    expect((readFileSync(reportFile).length - bare) / vectors.length).to.be.within(100, 1000);
  });

  it('gives an overview', () =>
    visit('', async (page) => {
      const text = await page.locator('main').textContent();
      expect(text).to.match(/Not conforming/);
      expect(text).to.match(/[\d,]+ vectors: \d+ fail/);
      expect(text).to.include('of the merges that the reference makes');
      expect(text).to.include(digest);
      expect(text).to.match(/Never observed[^.]*forwarded segments/);
      expect(text).to.include('rsc-conformance run');
      expect(await page.locator('table.families tbody tr').count()).to.equal(FAMILIES);
      await page.locator('a.tile.v-fail').click();
      await page.waitForSelector('table.vectors');
      expect(page.url()).to.match(/#\/vectors\?verdict=fail$/);
    }));

  it('filters by text, NOT, verdict, rule, family and flag, and keeps the filters in the address', () =>
    visit('#/vectors', async (page) => {
      const status = page.locator('main .status');
      const expectCount = async (pattern: RegExp): Promise<number> => {
        await until(page, `${pattern}.test(document.querySelector('main .status').textContent)`);
        return Number(/[\d,]+/.exec((await status.textContent()) ?? '')?.[0].replace(',', ''));
      };
      await expectCount(/^[\d,]+ vectors, 1 to 100/);
      await page.fill('#filter-text', 'clear-to-ece middle');
      const found = await expectCount(/of [\d,]+/);
      expect(found).to.be.within(2, 20);
      await page.fill('#filter-not', 'ipv6');
      expect(await expectCount(new RegExp(`^(?!${found} )\\d+ vectors? of`))).to.equal(found / 2);
      await page.fill('#filter-text', '');
      await page.fill('#filter-not', '');
      await page.selectOption('#filter-verdict', 'fail');
      await page.selectOption('#filter-rule', 'E8b');
      await page.selectOption('#filter-family', 'exceptions');
      await page.selectOption('#filter-flag', 'ece-cwr-ignored');
      await expectCount(/^\d{1,3} vectors of/);
      const rows = await page.locator('table.vectors tbody tr').allTextContents();
      expect(rows.length).to.be.greaterThan(4);
      for (const row of rows) expect(row).to.match(/fail.*exceptions\/.*E8b/);
      const address = page.url();
      await page.reload();
      expect(await page.locator('table.vectors tbody tr').count()).to.equal(rows.length);
      expect(page.url()).to.equal(address);
      await page.fill('#filter-text', 'no-such-vector');
      await expectCount(/^0 vectors/);
    }));

  it('is driven by keys', () =>
    visit('', async (page) => {
      await page.keyboard.press('/');
      await until(page, "document.activeElement.id === 'filter-text'");
      await page.keyboard.type('clear-to-ece/middle');
      await until(page, "document.querySelectorAll('table.vectors tbody tr').length < 10");
      await page.keyboard.press('Escape');
      await page.keyboard.press('j');
      await page.keyboard.press('j');
      await page.keyboard.press('k');
      await page.keyboard.press('Enter');
      await page.waitForSelector('article.vector');
      expect(page.url()).to.match(/#exceptions\/ece-cwr\/clear-to-ece\/middle\/ipv4$/);
      await page.keyboard.press('n');
      await until(page, "location.hash.endsWith('ipv6')");
      await page.keyboard.press('u');
      await page.waitForSelector('#filter-text');
      expect(await page.inputValue('#filter-text')).to.equal('clear-to-ece/middle');
      await page.keyboard.press('Shift+?');
      expect(await page.locator('dialog#keys').isVisible()).to.equal(true);
    }));

  it('shows a failing vector by its deep link: picture, decisions, fields, bytes, clause, replay', () =>
    visit(`#${FAILING}`, async (page) => {
      const article = page.locator('article.vector');
      expect(await article.locator('.vector-id').textContent()).to.match(/fail.*clear-to-ece/);
      const picture = page.locator('svg.picture');
      expect(await picture.getAttribute('aria-label')).to.match(
        /5 segments arrived\. 1 indication came out; the rules make 3/,
      );
      expect(await picture.locator('.p-arrival').count()).to.equal(5);
      expect(await picture.locator('.p-indication').count()).to.equal(1);
      expect(await picture.locator('path.p-band').count()).to.equal(5);
      expect(await picture.locator('path.p-band.p-wrong').getAttribute('data-arrival')).to.equal('2');
      expect(await picture.locator('.p-flag').allTextContents()).to.deep.equal(['✕ E8b', '✕ E8b']);
      expect(await picture.textContent()).to.include('DPC 0 ends');
      const [arrival, unit] = [
        picture.locator('.p-arrival rect.p-box').first(),
        picture.locator('.p-indication rect.p-box'),
      ];
      const below = (await unit.boundingBox())?.y ?? 0;
      expect(below).to.be.greaterThan(((await arrival.boundingBox())?.y ?? 0) + 60);
      expect(await page.locator('table.segments tbody tr').count()).to.equal(5);
      expect(await page.locator('table.segments tbody tr').nth(2).textContent()).to.match(/#2.*ECE.*E8b.*✕/);
      expect(await page.locator('.findings li').textContent()).to.match(/Expected.*not merged.*Actual.*merged/);
      expect(await page.locator('table.fields tr.is-wrong').allTextContents()).to.satisfy((rows: string[]) =>
        rows.some((row) => /≠ segCount25/.test(row)),
      );
      expect(await page.locator('.remark').textContent()).to.include('a fault only where a finding says so');
      expect(await page.locator('.hex mark').count()).to.be.greaterThan(2);
      expect(await article.textContent()).to.include('Exception Conditions that Terminate Coalescing');
      expect(await page.locator('.command code').last().textContent()).to.include(`--filter ${FAILING}`);
    }));

  it('calls nothing lost that no finding reports', () => {
    const report = htmlReporter();
    for (const event of resetEvents()) report.event(event);
    const file = join(folder, 'reset.html');
    writeFileSync(file, report.text());
    return visit(
      '#virtio/reset',
      async (page) => {
        const picture = page.locator('svg.picture');
        expect(await picture.locator('.p-missing').count()).to.equal(1);
        expect(await picture.locator('.p-lost').count()).to.equal(0);
        expect(await picture.textContent())
          .to.include('reset')
          .and.not.to.include('✕');
        await page.locator('details summary').click();
        expect(await page.locator('.diff').textContent()).to.match(/Header of the virtio device.*gsoType0/);
      },
      {},
      file,
    );
  });

  it('shows a rule: which vectors, which verdicts', () =>
    visit('#/rules/E8b', async (page) => {
      const text = await page.locator('main').textContent();
      expect(text).to.match(/\d+ vectors; broken in \d+/);
      expect(text).to.include('TCP ECE or CWR differs');
      await page.locator('table.vectors a.id').first().click();
      await page.waitForSelector('article.vector');
    }));

  it('says that a run is a part, what is known, and what is not as the baseline says', () => {
    const report = htmlReporter();
    for (const event of eventsOfPart()) report.event(event);
    const file = join(folder, 'part.html');
    writeFileSync(file, report.text());
    return visit(
      '',
      async (page) => {
        expect(await page.locator('.note').allTextContents()).to.deep.equal([
          'Partial: shard 2/3 is missing. This is a part of the vectors, not the whole run.',
          'The run was interrupted: 1 vector was not played.',
        ]);
        const text = await page.locator('main').textContent();
        expect(text).to.include('Known failures').and.to.include('a defect <of> ours (1 vector)');
        expect(text).to.include('known.json:3 It passes now.');
        await page.evaluate("location.hash = '#/vectors?verdict=bad'");
        await page.locator('table.vectors a.id', { hasText: 'a/passes' }).click();
        expect(await page.locator('article .note').textContent()).to.equal('Not as the baseline says: It passes now.');
      },
      {},
      file,
    );
  });

  it('shows thousands of segments part by part, and that of the finding first', () => {
    const report = htmlReporter();
    for (const event of longEvents(5000, 4000)) report.event(event);
    const file = join(folder, 'long.html');
    writeFileSync(file, report.text());
    return visit(
      '#long/run',
      async (page) => {
        const status = page.locator('.pages [role=status]');
        expect(await status.textContent()).to.equal('Segments #3968 to #4095 of 5,000');
        expect(await page.locator('.p-arrival').count()).to.equal(128);
        expect(await page.locator('.p-arrival .p-flag').count()).to.equal(1);
        expect(await page.locator('table.segments tbody tr').nth(32).textContent()).to.match(
          /#4000.*indication 4000.*E8a/,
        );
        expect(await page.locator('details summary').count()).to.equal(128);
        await page.locator('.pages button', { hasText: 'Earlier' }).click();
        expect(await status.textContent()).to.equal('Segments #3840 to #3967 of 5,000');
        expect(await page.locator('.p-flag').count()).to.equal(0);
      },
      {},
      file,
    );
  });

  it('tells of what it does not hold, whatever is in the address', () =>
    visit('#%E0%A4%A/<b>', async (page) => {
      expect(await page.locator('h1').textContent()).to.equal('Not in this run');
    }));

  for (const [name, file, address] of [
    ['in the report', reportFile, '#/playground'],
    ['on its own', playgroundFile, ''],
  ] as const) {
    it(`coalesces a capture dropped on the playground ${name}`, () =>
      visit(
        address,
        async (page) => {
          const bytes = readFileSync(captureFile).toString('base64');
          await page.evaluate(`{
            const bytes = Uint8Array.from(atob('${bytes}'), (character) => character.charCodeAt(0));
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([bytes], 'dropped.pcap'));
            document.querySelector('.drop').dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
          }`);
          await page.waitForSelector('svg.picture');
          expect(await page.locator('.playground .status').textContent()).to.equal('dropped.pcap: 200 frames.');
          expect(await page.locator('.playground-result h2').textContent()).to.equal('200 frames, 5 indications');
          expect(await page.locator('.p-arrival').count()).to.equal(128);
          const units = page.locator('table').first().locator('tbody tr');
          expect(await units.allTextContents()).to.satisfy(([first, second]: string[]) => {
            return /indication 0.*#0–#49.*E8a/.test(first ?? '') && /indication 1.*#50–#63.*I2/.test(second ?? '');
          });
          await page.locator('button', { hasText: 'Later' }).click();
          expect(await units.first().textContent()).to.match(/indication 3.*#128–#191/);
          await page.locator('.policy-box summary').click();
          await page.fill('#policy-maxSegments', '10');
          await page.locator('#policy-maxSegments').blur();
          await until(page, "document.querySelector('.playground-result h2').textContent.includes('22 indications')");
          await page.selectOption('#dpc-kind', 'all');
          await until(page, "document.querySelector('.playground-result h2').textContent.includes('20 indications')");
        },
        {},
        file,
      ));
  }

  it('says what is wrong with a capture', () =>
    visit('#/playground', async (page) => {
      const name = 'broken.pcap';
      const buffer = readFileSync(captureFile).subarray(0, 1000);
      await page.setInputFiles('#capture', { name, mimeType: 'application/octet-stream', buffer });
      await page.waitForSelector('svg.picture');
      expect(await page.locator('.playground .status').textContent()).to.match(/frames?\. broken\.pcap: .*cut off/);
      await page.setInputFiles('#capture', { name: 'text.pcap', mimeType: '', buffer: Buffer.from('no capture') });
      await until(page, "document.querySelector('.playground .status').textContent.includes('not a capture')");
    }));

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`leaves axe-core nothing to find, ${colorScheme}`, () =>
      visit(
        '',
        async (page) => {
          for (const address of [
            '#/',
            '#/vectors?verdict=fail',
            `#${FAILING}`,
            '#/rules',
            '#/rules/E8b',
            '#/playground',
          ]) {
            await follow(page, address);
            if (address === '#/playground') {
              await page.locator('button', { hasText: 'Try an example' }).click();
              await page.locator('.policy-box summary').click();
            }
            expect(await violations(page), address).to.deep.equal([]);
          }
        },
        { colorScheme },
      ));
  }

  it('is dark where the system is, or where it is set to be', () =>
    visit(
      '',
      async (page) => {
        const ground = (): Promise<unknown> =>
          page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
        const dark = await ground();
        await page.locator('#theme').click();
        const light = await ground();
        expect(brightness(light)).to.be.greaterThan(200);
        expect(brightness(dark)).to.be.lessThan(60);
        await page.locator('#theme').click();
        expect(await ground()).to.equal(dark);
      },
      { colorScheme: 'dark' },
    ));

  it('prints in light colours, without what is only for a screen, within the width of a page', () =>
    visit(
      `#${FAILING}`,
      async (page) => {
        await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
        expect(await page.locator('header.top').isVisible()).to.equal(false);
        expect(await page.locator('svg.picture').isVisible()).to.equal(true);
        expect(brightness(await page.evaluate('getComputedStyle(document.body).color'))).to.be.lessThan(60);
        expect(await overflow(page)).to.equal(0);
        expect((await page.pdf({ format: 'A4' })).length).to.be.greaterThan(10_000);
      },
      { viewport: { width: 690, height: 1000 }, colorScheme: 'dark' },
    ));

  it('fits a phone', () =>
    visit(
      '',
      async (page) => {
        for (const address of ['#/vectors', `#${FAILING}`, '#/rules', '#/rules/H1', '#/playground', '#/']) {
          expect(await overflow(page), address).to.equal(0);
          await follow(page, address);
        }
        expect(await overflow(page)).to.equal(0);
      },
      PHONE,
    ));

  it('would hear of what axe-core finds', () =>
    visit('', async (page) => {
      await page.evaluate("document.querySelector('main h1').append(document.createElement('img'))");
      expect(await violations(page)).to.deep.include('image-alt: img');
    }));
});

/** Two hundred segments in order; from the fiftieth on they carry CE. */
async function writeCapture(file: string): Promise<void> {
  const writer = await PcapWriter.create(file);
  for (let i = 0; i < 200; i++) writer.write(segment(i), 1_700_000_000, i * 1000);
  await writer.close();
}

/** Of a colour as computed styles tell it: the mean of its channels. */
function brightness(color: unknown): number {
  const [red = 0, green = 0, blue = 0] = (String(color).match(/[\d.]+/g) ?? []).map(Number);
  return (red + green + blue) / 3;
}

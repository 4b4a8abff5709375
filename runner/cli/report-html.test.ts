import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type CommandResult, commandIn } from '../../testing/command.ts';

describe('report html, report playground', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'rsc-html-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const command = (...args: string[]): Promise<CommandResult> => commandIn(folder, ...args);
  const text = (name: string): string => readFileSync(join(folder, name), 'utf8');

  it('makes the same page while a run goes on and from its events', async () => {
    expect((await command('run', '--filter', 'timestamps', '--reporter', 'html')).status).to.equal(0);
    expect((await command('report', 'html', 'rsc-results/events.jsonl', '--out', 'again.html')).status).to.equal(0);
    expect(text('again.html')).to.equal(text('rsc-results/report.html'));
    expect(text('again.html')).to.match(/<noscript>\s*<p>reference [^<]*: conforming/);
  });

  it('makes the playground of no run', async () => {
    expect((await command('report', 'playground', '--out', 'playground.html')).status).to.equal(0);
    expect(text('playground.html')).to.match(/^<!doctype html>/);
    expect(text('playground.html')).not.to.include('id="run"');
    expect(text('playground.html').length).to.be.lessThan(300_000);
  });

  it('says what is missing, or too much', async () => {
    expect(await command('report', 'html', '--out', 'x.html')).to.deep.include({
      status: 2,
      stderr: 'rsc-conformance: report needs EVENTS: the events.jsonl of a run (report html EVENTS)\n',
    });
    const { status, stderr } = await command('report', 'playground', 'events.jsonl', '--out', 'x.html');
    expect([status, stderr]).to.deep.equal([
      2,
      'rsc-conformance: report playground takes no EVENTS (it needs only --out FILE)\n',
    ]);
  });
});

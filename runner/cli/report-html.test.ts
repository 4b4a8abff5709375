import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { MAIN } from '../../testing/paths.ts';

describe('report html, report playground', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'rsc-html-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function command(...args: string[]): { status: number | null; stdout: string; stderr: string } {
    return spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8', cwd: folder });
  }
  const text = (name: string): string => readFileSync(join(folder, name), 'utf8');

  it('makes the same page while a run goes on and from its events', () => {
    expect(command('run', '--filter', 'timestamps', '--reporter', 'html').status).to.equal(0);
    expect(command('report', 'html', 'rsc-results/events.jsonl', '--out', 'again.html').status).to.equal(0);
    expect(text('again.html')).to.equal(text('rsc-results/report.html'));
    expect(text('again.html')).to.match(/<noscript>\s*<p>reference [^<]*: conforming/);
  });

  it('makes the playground of no run', () => {
    expect(command('report', 'playground', '--out', 'playground.html').status).to.equal(0);
    expect(text('playground.html')).to.match(/^<!doctype html>/);
    expect(text('playground.html')).not.to.include('id="run"');
    expect(text('playground.html').length).to.be.lessThan(300_000);
  });

  it('says what is missing, or too much', () => {
    expect(command('report', 'html', '--out', 'x.html')).to.deep.include({
      status: 2,
      stderr: 'rsc-conformance: report needs EVENTS: the events.jsonl of a run (report html EVENTS)\n',
    });
    const { status, stderr } = command('report', 'playground', 'events.jsonl', '--out', 'x.html');
    expect([status, stderr]).to.deep.equal([
      2,
      'rsc-conformance: report playground takes no EVENTS (--out FILE is all)\n',
    ]);
  });
});

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { validateXML } from 'xmllint-wasm';
import type { EndEvent, RunEvent } from '../../reports/events.ts';
import { passThroughProgram } from '../../testing/pass-through-program.ts';
import { JUNIT_XSD, MAIN } from '../../testing/paths.ts';

const XSD = readFileSync(JUNIT_XSD, 'utf8');
/** Each copy leaves its process id, and does not go when it is asked to. */
const STUBBORN = `
require('node:fs').appendFileSync('pids', process.pid + '\\n');
process.stdin.on('end', () => {});
setInterval(() => {}, 1000);
`;
/** Answers for a while, then never again. */
const HANGS = `if (command === 'BYE' || seen > 40) { require('node:fs').writeFileSync('hangs', ''); return true; }`;
/** Answers, but takes its time: the judge is never idle for long. */
const SLOW = `if (command === 'BYE') return true; if (command === 'RESET') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5); if (seen > 40) require('node:fs').writeFileSync('hangs', '');`;

describe('interruption', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rsc-interrupt-'));
  });
  afterEach(() => {
    for (const pid of pids()) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  const pids = (): number[] =>
    existsSync(join(folder, 'pids')) ? readFileSync(join(folder, 'pids'), 'utf8').trim().split('\n').map(Number) : [];

  function started(program: string, ...args: string[]): ChildProcess {
    writeFileSync(join(folder, 'program.cjs'), program);
    const target = `program:"${process.execPath}" program.cjs`;
    return spawn(process.execPath, [MAIN, 'run', '--target', target, '--timeout', '60', ...args], { cwd: folder });
  }

  async function until(condition: () => boolean): Promise<void> {
    for (let waited = 0; !condition(); waited += 20) {
      if (waited > 20_000) throw new Error('it did not come to that');
      await sleep(20);
    }
  }

  function ended(runner: ChildProcess): Promise<{ status: number | null; signal: string | null; stderr: string }> {
    let stderr = '';
    runner.stderr?.on('data', (chunk) => {
      stderr += chunk;
    });
    runner.stdout?.resume();
    return new Promise((resolve) => runner.once('close', (status, signal) => resolve({ status, signal, stderr })));
  }

  async function expectReports(): Promise<void> {
    const text = readFileSync(join(folder, 'rsc-results/events.jsonl'), 'utf8');
    expect(text.endsWith('\n')).to.equal(true);
    const events = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as RunEvent);
    const verdicts = events.filter(({ type }) => type === 'verdict').length;
    const [first] = events;
    const end = events.at(-1) as EndEvent;
    expect(end.type).to.equal('end');
    expect(end.notRun)
      .to.equal((first?.type === 'session' ? first.vectors : 0) - verdicts)
      .and.to.be.above(0);
    expect(verdicts).to.be.above(0);
    const xml = readFileSync(join(folder, 'rsc-results/junit.xml'), 'utf8');
    const { errors } = await validateXML({
      xml: [{ fileName: 'junit.xml', contents: xml }],
      schema: [{ fileName: 'junit.xsd', contents: XSD }],
    });
    expect(errors).to.deep.equal([]);
    expect(xml)
      .to.include('session/complete')
      .and.match(new RegExp(`<testsuites[^>]*tests="${verdicts + 1}"`));
  }

  const cases: ['SIGINT' | 'SIGTERM', string, string, string[], number][] = [
    ['SIGINT', 'a program that hangs', HANGS, [], 1],
    ['SIGINT', 'three copies of one that hangs', HANGS, ['--jobs', '3'], 3],
    ['SIGINT', 'a program that is at work', SLOW, [], 1],
    ['SIGTERM', 'a program that hangs', HANGS, [], 1],
  ];
  for (const [signal, what, quirk, args, copies] of cases) {
    it(`by ${signal} ends ${what}, and the reports are whole`, async () => {
      const runner = started(STUBBORN + passThroughProgram(quirk), ...args);
      const end = ended(runner);
      await until(() => existsSync(join(folder, 'hangs')));
      await sleep(300);
      runner.kill(signal);
      expect(await end).to.deep.equal({ status: 130, signal: null, stderr: '' });
      expect(pids()).to.have.length(copies);
      await until(() => !pids().some(isAlive));
      await expectReports();
    }).timeout(30_000);
  }

  it('twice does not leave anything behind either', async () => {
    const runner = started(STUBBORN + passThroughProgram(HANGS));
    const end = ended(runner);
    await until(() => existsSync(join(folder, 'hangs')));
    await sleep(300);
    runner.kill('SIGINT');
    await sleep(300);
    runner.kill('SIGINT');
    const begun = Date.now();
    expect((await end).status).to.equal(130);
    expect(Date.now() - begun).to.be.below(1500);
    await until(() => !pids().some(isAlive));
    await expectReports();
  }).timeout(30_000);

  it('before the first answer ends the program, too', async () => {
    const runner = started(`${STUBBORN}process.stdin.resume();`);
    const end = ended(runner);
    await until(() => pids().length > 0);
    runner.kill('SIGINT');
    expect((await end).status).to.equal(130);
    await until(() => !pids().some(isAlive));
    expect(existsSync(join(folder, 'rsc-results'))).to.equal(false);
  }).timeout(30_000);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

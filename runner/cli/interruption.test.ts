import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { validateXML } from 'xmllint-wasm';
import type { EndEvent, RunEvent } from '../../reports/events.ts';
import { passThroughProgram } from '../../testing/pass-through-program.ts';
import { JUNIT_XSD, MAIN } from '../../testing/paths.ts';
import { sendSignal } from '../../testing/send-signal.ts';
import { until } from '../../testing/until.ts';

const XSD = readFileSync(JUNIT_XSD, 'utf8');
/** Each copy leaves its process id as the name of a file, which is never half there, and does not go when it is asked to. */
const STUBBORN = `
require('node:fs').writeFileSync('pid-' + process.pid, '');
process.stdin.on('end', () => {});
setInterval(() => {}, 1000);
`;
/** The runner asks a few vectors ahead: so many resets come only when it has the verdicts of earlier ones. */
const WELL_ON = 'globalThis.resets > 32';
const COUNT = `if (command === 'RESET') globalThis.resets = (globalThis.resets ?? 0) + 1;`;
const SAY = (what: string): string => `require('node:fs').writeFileSync('${what}-' + process.pid, '');`;
/** Answers for a while, then never again. */
const HANGS = `${COUNT} if (command === 'BYE') { ${SAY('asked')} return true; } if (${WELL_ON}) { ${SAY('well-on')} return true; }`;
/** Runs before the runner, and takes its patience from it: what it waits a second or more for never comes. */
const ENDLESS_PATIENCE = `
const { setTimeout } = globalThis;
globalThis.setTimeout = (call, ms, ...args) => setTimeout(call, ms < 1000 ? ms : 2 ** 31 - 1, ...args);
`;
/** Answers, but takes its time: the judge is never idle for long. */
const SLOW = `${COUNT} if (command === 'BYE') return true; if (command === 'RESET') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5); if (${WELL_ON}) { ${SAY('well-on')} }`;

describe('interruption', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rsc-interrupt-'));
  });
  afterEach(() => {
    for (const pid of pids()) sendSignal(pid, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  const named = (what: string): string[] => readdirSync(folder).filter((name) => name.startsWith(what));
  const pids = (): number[] => named('pid-').map((name) => Number(name.slice('pid-'.length)));

  function started(program: string, args: readonly string[] = [], nodeOptions: readonly string[] = []): ChildProcess {
    writeFileSync(join(folder, 'program.cjs'), program);
    const target = `program:"${process.execPath}" program.cjs`;
    const all = [...nodeOptions, MAIN, 'run', '--target', target, '--timeout', '60', ...args];
    return spawn(process.execPath, all, { cwd: folder });
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
      const runner = started(STUBBORN + passThroughProgram(quirk), args);
      const end = ended(runner);
      await until(() => named('well-on').length === copies, 'every copy is well on');
      runner.kill(signal);
      expect(await end).to.deep.equal({ status: 130, signal: null, stderr: '' });
      expect(pids()).to.have.length(copies);
      await until(() => !pids().some(isAlive), 'every copy is gone');
      await expectReports();
    });
  }

  it('twice does not wait for the program, and leaves nothing running either', async () => {
    writeFileSync(join(folder, 'endless.mjs'), ENDLESS_PATIENCE);
    const runner = started(STUBBORN + passThroughProgram(HANGS), [], ['--import', './endless.mjs']);
    const end = ended(runner);
    await until(() => named('well-on').length === 1, 'the program is well on');
    runner.kill('SIGINT');
    await until(() => named('asked').length === 1, 'the program is asked to end');
    runner.kill('SIGINT');
    expect(await end).to.deep.equal({ status: 130, signal: null, stderr: '' });
    await until(() => !pids().some(isAlive), 'the program is gone');
    await expectReports();
  });

  it('before the first answer ends the program, too', async () => {
    const runner = started(`${STUBBORN}process.stdin.resume();`);
    const end = ended(runner);
    await until(() => pids().length > 0, 'the program runs');
    runner.kill('SIGINT');
    expect((await end).status).to.equal(130);
    await until(() => !pids().some(isAlive), 'the program is gone');
    expect(existsSync(join(folder, 'rsc-results'))).to.equal(false);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

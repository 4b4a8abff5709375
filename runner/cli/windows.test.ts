/** The command line as Node.js for Windows runs it, under Wine. What needs no process of its own is in testing/windows/commands.ts. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { replayText } from '../../reports/case-text.ts';
import type { RunEvent, SessionEvent, VerdictEvent } from '../../reports/events.ts';
import { type CommandResult, commandIn } from '../../testing/command.ts';
import { copyExample } from '../../testing/example-program.ts';
import { passThroughProgram } from '../../testing/pass-through-program.ts';
import { ROOT } from '../../testing/paths.ts';
import { until } from '../../testing/until.ts';
import { Wine, windowsPath } from '../../testing/windows/wine.ts';

const MINGW = 'x86_64-w64-mingw32-gcc';
const RUST_TARGET = 'x86_64-pc-windows-gnu';
const CAPTURES = [
  join(ROOT, 'examples/captures/netcat-gso-off.pcap'),
  join(ROOT, 'examples/captures/netcat-gso-on.pcap'),
] as const;

interface MochaResults {
  readonly stats: { readonly passes: number; readonly pending: number };
  readonly failures: readonly { readonly fullTitle: string; readonly err: { readonly stack?: string } }[];
}

describe('on Windows, as Wine makes it', () => {
  const root = mkdtempSync(join(tmpdir(), 'rsc-windows-'));
  const folder = join(root, 'with blank ü');
  let wine: Wine;

  before(function () {
    mkdirSync(folder);
    const started = spawnSync(MINGW, ['--version']).status === 0 ? Wine.start(root) : undefined;
    if (started !== undefined) wine = started;
    else if (process.env['CI'] !== undefined) throw new Error(`Wine or ${MINGW} is missing: CI has to install it`);
    else this.skip();
    make('c-program', 'coalescer.exe', `CC=${MINGW}`);
    make('rust-program', 'in Rust.exe', `RUSTC=${rustForWindows()}`, `RUSTFLAGS=--target ${RUST_TARGET}`);
  });

  after(() => {
    wine?.end();
    rmSync(root, { recursive: true, force: true });
  });

  it('runs, judges, inspects, reports, fuzzes, keeps known failures, packs and verifies', async () => {
    const results = join(folder, 'results.json');
    const mocha = windowsPath(join(ROOT, 'node_modules/mocha/bin/mocha.js'));
    const options = ['--timeout', '600000', '--reporter', 'json', '--reporter-option', 'output=results.json'];
    const { stderr } = wine.node(
      folder,
      mocha,
      ...options,
      windowsPath(join(ROOT, 'dist/testing/windows/commands.js')),
    );
    expect(existsSync(results), stderr).to.equal(true);
    const { stats, failures } = JSON.parse(readFileSync(results, 'utf8')) as MochaResults;
    expect(failures.map(({ fullTitle, err }) => `${fullTitle}\n${err.stack}`)).to.deep.equal([]);
    expect(stats.pending).to.equal(0);
    expect(stats.passes).to.be.above(15);
  });

  it('gives the verdicts and reports that Linux gives', async () => {
    const reports = ['html', 'junit', 'markdown', 'ctrf', 'pcapng'].flatMap((name) => ['--reporter', name]);
    await commandIn(folder, 'run', '--shard', '1/40', '--strict', ...reports, '--out', 'here');
    expect(readdirSync(join(folder, 'out ö 1'))).to.deep.equal(readdirSync(join(folder, 'here')));
    expect(bare('out ö 1')).to.deep.equal(bare('here'));
    expect(readFileSync(join(folder, 'out ö 1', 'report.html'), 'utf8')).to.include('</html>');

    const [sent, received] = CAPTURES;
    const judged = await commandIn(folder, 'judge', '--sent', sent, '--received', received, '--out', 'judged ü');
    expect(kept('judge')).to.deep.equal(judged);
    expect(kept('inspect')).to.deep.equal(await commandIn(folder, 'inspect', received));
    expect(kept('verify')).to.deep.equal(await commandIn(join(folder, 'config'), 'verify', 'pack ä.zip'));
  });

  it('finds the faults of a program, and says how to play one again in words for cmd.exe', () => {
    const target = 'program:"R:\\with blank ü\\coalescer.exe" 4';
    const { status, stdout, stderr } = wine.command(
      folder,
      'run',
      '--target',
      target,
      '--filter',
      'headers/trailer/*',
      '--timeout',
      '600',
    );
    expect(status, stderr).to.equal(1);
    const failed = events('rsc-results').find((event) => event.type === 'verdict' && event.verdict === 'fail');
    const again = replayText(events('rsc-results')[0] as SessionEvent, (failed as VerdictEvent).vector);
    expect(stdout).to.include(again);
    const replayed = wine.shell(folder, again.replace(/^rsc-conformance/, wine.commandWords));
    expect(replayed.stdout, replayed.stderr).to.match(/: 1 vectors?: 1 fail\.$/m);
    expect(replayed.status).to.equal(1);
  });

  it('ends with 2 where it is called wrongly', () => {
    const { status, stdout, stderr } = wine.command(folder, 'rnu');
    expect({ status, stdout }).to.deep.equal({ status: 2, stdout: '' });
    expect(stderr).to.equal('rsc-conformance: there is no command rnu (did you mean run?)\n');
  });

  it('ends a run at Ctrl+C with whole reports, and the program with it', async () => {
    // A name that no other process has in its arguments.
    const name = `${root.slice(-6)}.cjs`;
    const hangs = `if (command === 'RESET' && (globalThis.resets = (globalThis.resets ?? 0) + 1) > 40) {
      require('node:fs').writeFileSync('well-on', ''); setInterval(() => {}, 1000); return true; }
      if (command === 'BYE') return true;`;
    writeFileSync(join(folder, name), passThroughProgram(hangs));
    const helper = join(root, 'ctrl-c.exe');
    const source = join(ROOT, 'testing/windows/ctrl-c.c');
    must(root, MINGW, '-municode', '-Wall', '-Wextra', '-Werror', '-o', helper, source);
    const line = `${wine.commandWords} run --timeout 600 --filter headers/* --out stopped --target "program:\\"${wine.nodePath}\\" ${name}"`;
    const { status, stdout, stderr } = wine.run(folder, windowsPath(helper), 'well-on', line);
    expect(status, stdout + stderr).to.equal(130);
    const end = events('stopped').at(-1);
    expect(end?.type === 'end' && end.notRun).to.be.above(0);
    expect(existsSync(join(folder, 'stopped/junit.xml'))).to.equal(true);
    await until(() => spawnSync('pgrep', ['-f', name]).status === 1, 'the program ends');
  });

  /** Builds an example as `target` in our folder. */
  function make(example: string, target: string, ...settings: string[]): void {
    const copy = copyExample(root, example);
    must(copy, 'make', '--silent', 'EXE=.exe', ...settings);
    must(copy, 'mv', 'coalescer.exe', join(folder, target));
  }

  function events(out: string): RunEvent[] {
    const text = readFileSync(join(folder, out, 'events.jsonl'), 'utf8').trimEnd();
    return text.split('\n').map((line) => JSON.parse(line) as RunEvent);
  }

  /** Without what is of a machine, or of an hour. */
  function bare(out: string): unknown[] {
    return events(out).map((event) => {
      if (event.type === 'session') return { ...event, started: '', environment: undefined };
      if (event.type === 'verdict') return { ...event, ms: 0 };
      return event.type === 'end' ? { ...event, sha256: '' } : event;
    });
  }

  /** What a command printed there, with the separators of here. */
  function kept(what: string): CommandResult {
    const { stdout, ...rest } = JSON.parse(readFileSync(join(folder, `${what}.json`), 'utf8')) as CommandResult;
    return {
      ...rest,
      stdout: stdout.replaceAll('judged ü\\', 'judged ü/').replace(windowsPath(CAPTURES[1]), CAPTURES[1]),
    };
  }
});

function must(cwd: string, command: string, ...args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw error ?? new Error(`${command} ${args.join(' ')}: ${stderr}`);
}

/** A rustc that has the library of the target: where there are several, not every one does. */
function rustForWindows(): string {
  const has = (rustc: string): boolean => {
    const asked = spawnSync(rustc, ['--print', 'target-libdir', '--target', RUST_TARGET], { encoding: 'utf8' });
    return asked.status === 0 && existsSync(asked.stdout.trim());
  };
  const found = ['rustc', '/usr/bin/rustc'].find(has);
  if (found === undefined)
    throw new Error(`no rustc has a library for ${RUST_TARGET}: apt install libstd-rust-dev-windows`);
  return found;
}

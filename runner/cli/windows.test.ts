/** The command line as Node.js for Windows runs it, under Wine: drives, backslashes, blanks, umlauts, CRLF, cmd.exe, Ctrl+C. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { RunEvent, SessionEvent, VerdictEvent } from '../../reports/events.ts';
import { replayText } from '../../reports/case-text.ts';
import { type CommandResult, commandIn } from '../../testing/command.ts';
import { copyExample } from '../../testing/example-program.ts';
import { passThroughProgram } from '../../testing/pass-through-program.ts';
import { ROOT } from '../../testing/paths.ts';
import { until } from '../../testing/until.ts';
import { Wine, windowsPath } from '../../testing/wine.ts';

const MINGW = 'x86_64-w64-mingw32-gcc';
const RUST_TARGET = 'x86_64-pc-windows-gnu';
const CAPTURES = ['netcat-gso-off.pcap', 'netcat-gso-on.pcap'].map((name) => join(ROOT, 'examples/captures', name));
const TRAILERS = ['--filter', 'headers/trailer/*'];

describe('on Windows, as Wine makes it', () => {
  const root = mkdtempSync(join(tmpdir(), 'rsc-windows-'));
  /** R:\Prüfung mit Leerzeichen */
  const folder = join(root, 'Prüfung mit Leerzeichen');
  let wine: Wine;

  before(function () {
    mkdirSync(folder);
    const started = spawnSync(MINGW, ['--version']).status === 0 ? Wine.start(root) : undefined;
    if (started !== undefined) wine = started;
    else if (process.env['CI'] !== undefined) throw new Error(`Wine or ${MINGW} is missing: CI has to install it`);
    else this.skip();
    make('c-program', 'coalescer.exe', `CC=${MINGW}`);
    make('rust-program', 'mit Rost.exe', `RUSTC=${rustForWindows()}`, `RUSTFLAGS=-O --target ${RUST_TARGET}`);
    const source = join(ROOT, 'testing/ctrl-c.c');
    must(root, MINGW, '-municode', '-Wall', '-Wextra', '-Werror', '-o', join(root, 'ctrl-c.exe'), source);
  });

  after(() => {
    wine?.end();
    rmSync(root, { recursive: true, force: true });
  });

  it('says what can be done there, and what cannot', () => {
    const { status, stdout } = wine.command(folder, 'doctor');
    expect(status).to.equal(0);
    expect(stdout).to.match(/cap \(Npcap\) +missing: install Npcap/);
    for (const target of ['linux-gro', 'qemu', 'dpdk-gro'])
      expect(stdout).to.match(new RegExp(`target ${target} +missing: Linux only`));
    expect(stdout).to.not.match(/\bapt\b|modprobe/);
  });

  it('gives the verdicts and reports that Linux gives', async () => {
    const reports = ['html', 'junit', 'markdown', 'ctrf', 'pcapng'].flatMap((name) => ['--reporter', name]);
    const args = ['run', '--shard', '1/40', '--strict', ...reports];
    const there = wine.command(folder, ...args, '--out', 'R:\\Prüfung mit Leerzeichen\\Größe 1');
    expect({ status: there.status, stderr: there.stderr }).to.deep.equal({ status: 0, stderr: '' });
    expect((await commandIn(folder, ...args, '--out', 'here')).status).to.equal(0);
    expect(readdirSync(join(folder, 'Größe 1'))).to.deep.equal(readdirSync(join(folder, 'here')));
    expect(bare('Größe 1')).to.deep.equal(bare('here'));
    expect(session('Größe 1').environment?.kernel).to.match(/^Windows_NT 10\./);
    expect(readFileSync(join(folder, 'Größe 1', 'report.html'), 'utf8')).to.include('</html>');
  });

  it('runs programs compiled from the adapters in C and Rust', () => {
    const commands = [
      `${windowsPath(join(folder, 'coalescer.exe'))} 0`.replace(/^(.*)\\coalescer/, '"$1\\coalescer').replace('exe ', 'exe" '),
      '"mit Rost"',
      // cmd.exe runs this one.
      'set RSC=1&& .\\coalescer.exe 0',
    ];
    for (const command of commands) {
      const args = ['--shard', '1/40', '--strict', '--out', 'program', '--reporter', 'none'];
      const { status, stdout, stderr } = wine.command(folder, 'run', '--target', `program:${command}`, ...args);
      expect({ status, stdout, stderr }, command).to.deep.equal({ status: 0, stdout: '', stderr: '' });
      const [program] = session('program').environment?.programs ?? [];
      expect(program?.name, command).to.match(/^(?:coalescer|mit Rost)\.exe$/);
    }
  });

  it('finds the faults of a program, and says how to play one again in words for cmd.exe', () => {
    const target = 'program:"R:\\Prüfung mit Leerzeichen\\coalescer.exe" 4';
    const { status, stdout } = wine.command(folder, 'run', '--target', target, ...TRAILERS);
    expect(status).to.equal(1);
    const failed = eventsOf('rsc-results').find((event) => event.type === 'verdict' && event.verdict === 'fail');
    const again = replayText(session('rsc-results'), (failed as VerdictEvent).vector);
    expect(stdout).to.include(again);
    const replayed = wine.shell(folder, again.replace(/^rsc-conformance/, wine.commandWords));
    expect(replayed.stdout, replayed.stderr).to.match(/: 1 vectors?: 1 fail\.$/m);
    expect(replayed.status).to.equal(1);
  });

  it('judges two captures, and inspects one', async () => {
    const [sent = '', received = ''] = CAPTURES;
    const args = (path: (file: string) => string): string[] => ['--sent', path(sent), '--received', path(received)];
    const there = wine.command(folder, 'judge', ...args(windowsPath), '--out', '.\\Urteil ü');
    const here = await commandIn(folder, 'judge', ...args(String), '--out', 'Urteil ü');
    expect({ ...there, stdout: there.stdout.replaceAll('Urteil ü\\', 'Urteil ü/') }).to.deep.equal(here);
    expect(withoutPath(wine.command(folder, 'inspect', windowsPath(received)))).to.deep.equal(
      withoutPath(await commandIn(folder, 'inspect', received)),
    );
  });

  it('keeps known failures, in files with the line ends and encodings of Windows', async () => {
    const home = join(folder, 'Konfiguration');
    mkdirSync(home);
    const ok = (...args: string[]): CommandResult => {
      const result = wine.command(home, ...args);
      expect(result.status, `${args.join(' ')}: ${result.stderr}`).to.equal(0);
      return result;
    };
    ok('init', '--target', 'program:"..\\coalescer.exe" 4');
    const config = readFileSync(join(home, 'rsc-conformance.json'), 'utf8');
    // On another drive than the package, there is no relative path into it.
    expect(config).to.include('"$schema": "./node_modules/rsc-conformance/runner/schema/');
    expect(wine.command(home, 'run', ...TRAILERS).status).to.equal(1);
    ok('baseline', 'update', 'rsc-results\\events.jsonl', '--baseline', 'Bekannte Fehler.json');
    const known = readFileSync(join(home, 'Bekannte Fehler.json'), 'utf8').replace(/TODO[^"]*/, 'seen');
    writeFileSync(join(home, 'Bekannte Fehler.json'), known.replaceAll('\n', '\r\n'));
    writeFileSync(join(home, 'names.txt'), Buffer.from('\ufeffheaders/trailer/6-bytes/first/ipv4\r\n', 'utf16le'));
    writeFileSync(join(home, 'able.json'), '\ufeff{\r\n  "timestamps": false\r\n}\r\n');
    const wanted = '  "baseline": "Bekannte Fehler.json", "capabilities": "able.json",\n  "target"';
    writeFileSync(join(home, 'rsc-conformance.json'), config.replace('  "target"', wanted).replaceAll('\n', '\r\n'));
    ok('run', '--select-names', 'names.txt', '--config', 'R:\\Prüfung mit Leerzeichen\\Konfiguration\\rsc-conformance.json');
    expect(session('Konfiguration/rsc-results').vectors).to.equal(1);

    ok('package', 'rsc-results\\events.jsonl', '--out', 'Päck chen.zip');
    const verified = ok('verify', 'Päck chen.zip');
    expect(verified.stdout).to.match(/^The result is valid: .* is conforming; 1 of \d+ vectors \(1 fail\)/);
    const here = await commandIn(home, 'verify', 'Päck chen.zip');
    expect(here).to.deep.equal(verified);
  });

  it('fuzzes, and plays what it found again', () => {
    const target = ['--target', 'program:coalescer 4'];
    const { status, stdout } = wine.command(folder, 'fuzz', ...target, '--seed', '1', '--runs', '150', '--corpus', 'Fuzz ü');
    expect(status, stdout).to.equal(1);
    const [found = ''] = readdirSync(join(folder, 'Fuzz ü/found')).filter((name) => name.endsWith('.json'));
    expect(stdout).to.include(`--replay "Fuzz ü\\found\\${found}"`);
    expect(wine.command(folder, 'fuzz', ...target, '--replay', `Fuzz ü\\found\\${found}`).status).to.equal(1);
  });

  it('tells errors apart by the exit status', () => {
    const cases: [number, string[], RegExp][] = [
      [2, ['run', '--target', 'program:nothing.exe'], /^rsc-conformance: program "nothing\.exe": .*\n$/],
      [2, ['run', '--out', 'coalescer.exe', ...TRAILERS], /^rsc-conformance: reports cannot be written to coalescer\.exe.*\n$/],
      [2, ['judge', '--sent', 'R:\\absent.pcap', '--received', 'R:\\absent.pcap'], /R:\\absent\.pcap does not exist/],
      [2, ['verify', '.'], /^rsc-conformance: \. cannot be read: EISDIR.*\n$/],
      [1, ['run', '--filter', '!*'], /Nothing selected/],
    ];
    for (const [expected, args, words] of cases) {
      const { status, stderr } = wine.command(folder, ...args);
      expect({ status, said: words.test(stderr) }, `${args.join(' ')}: ${stderr}`).to.deep.equal({ status: expected, said: true });
    }
  });

  it('ends a program that hangs, and goes on', async () => {
    writeFileSync(join(folder, 'hangs.cjs'), passThroughProgram(`if (line.includes('${'01'.repeat(3)}')) return true;`));
  });

  it('ends a run at Ctrl+C with whole reports, and the program with it', async () => {
    const name = `${root.slice(-6)}.cjs`;
    const quirk = `if (command === 'RESET' && (globalThis.resets = (globalThis.resets ?? 0) + 1) > 40) {
      require('node:fs').writeFileSync('well-on', ''); setInterval(() => {}, 1000); return true; }
      if (command === 'BYE') return true;`;
    writeFileSync(join(folder, name), passThroughProgram(quirk));
    const line = `${wine.commandWords} run --timeout 600 --out stopped --target "program:\\"${wine.nodeWord.slice(1, -1)}\\" ${name}"`;
    const { status, stdout } = wine.run(folder, windowsPath(join(root, 'ctrl-c.exe')), 'well-on', line);
    expect(status, stdout).to.equal(130);
    const end = eventsOf('stopped').at(-1);
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

  function session(out: string): SessionEvent {
    return eventsOf(out)[0] as SessionEvent;
  }

  function eventsOf(out: string): RunEvent[] {
    const text = readFileSync(join(folder, out, 'events.jsonl'), 'utf8');
    return text.trimEnd().split('\n').map((line) => JSON.parse(line) as RunEvent);
  }

  /** Without what is of a machine, or of an hour. */
  function bare(out: string): unknown[] {
    return eventsOf(out).map((event) => {
      if (event.type === 'session') return { ...event, started: '', environment: undefined };
      if (event.type === 'verdict') return { ...event, ms: 0 };
      return event.type === 'end' ? { ...event, sha256: '' } : event;
    });
  }
});

function withoutPath({ status, stdout, stderr }: CommandResult): CommandResult {
  return { status, stdout: stdout.replaceAll(/\S*netcat/g, 'netcat'), stderr };
}

function must(cwd: string, command: string, ...args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw error ?? new Error(`${command} ${args.join(' ')}: ${stderr}`);
}

/** A rustc that has the library of the target: of several, not every one does. */
function rustForWindows(): string {
  const has = (rustc: string): boolean => {
    const asked = spawnSync(rustc, ['--print', 'target-libdir', '--target', RUST_TARGET], { encoding: 'utf8' });
    return asked.status === 0 && existsSync(asked.stdout.trim());
  };
  const found = ['rustc', '/usr/bin/rustc'].find(has);
  if (found === undefined) throw new Error(`no rustc has a library for ${RUST_TARGET}: apt install libstd-rust-dev-windows`);
  return found;
}

/**
 * What runner/cli/windows.test.ts has mocha run in Node.js for Windows, all in one process: paths are those of Windows here. R: is
 * a drive without this package on it. What Linux is to compare with is left in files.
 */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { RunEvent, SessionEvent, VerdictEvent } from '../../reports/events.ts';
import { type CommandResult, commandIn } from '../command.ts';
import { passThroughProgram } from '../pass-through-program.ts';
import { ROOT } from '../paths.ts';
import { until } from '../until.ts';

const HOME = 'R:\\with blank ü';
const TRAILERS = ['--filter', 'headers/trailer/*'];
const NODE = `"${process.execPath}"`;
/** Programs start slowly here. */
const PATIENT = ['--timeout', '600'];

describe('the command line', () => {
  it('says what can be done here, and what cannot', async () => {
    const { stdout } = await commandIn(HOME, 'doctor');
    expect(stdout).to.match(/cap \(Npcap\) +missing: install Npcap/);
    for (const target of ['linux-gro', 'qemu', 'dpdk-gro'])
      expect(stdout).to.match(new RegExp(`target ${target} +missing: Linux only`));
    expect(stdout).to.not.match(/\bapt\b|modprobe/);
  });

  it('plays vectors on the reference, with every report', async () => {
    const reports = ['html', 'junit', 'markdown', 'ctrf', 'pcapng'].flatMap((name) => ['--reporter', name]);
    const { status } = await commandIn(
      HOME,
      'run',
      '--shard',
      '1/40',
      '--strict',
      ...reports,
      '--out',
      `${HOME}\\out ö 1`,
    );
    expect(status).to.equal(0);
    expect(session('out ö 1').environment?.kernel).to.match(/^Windows_NT 10\./);
  });

  const commands: readonly (readonly [string, string])[] = [
    ['coalescer.exe', `"${HOME}\\coalescer.exe" 0`],
    ['in Rust.exe', '"in Rust"'],
    ['in Rust.exe', './"in Rust.exe"'],
    ['coalescer.exe', '..\\"with blank ü"\\coalescer 0'],
    // These need cmd.exe.
    ['coalescer.exe', 'set RSC=1&& .\\coalescer.exe 0'],
    ['batch.cmd', 'batch'],
  ];
  for (const [name, command] of commands) {
    it(`finds no fault in program:${command}`, async () => {
      writeFileSync(join(HOME, 'batch.cmd'), '@coalescer.exe 0\r\n');
      const result = await play('program', command, '--filter', 'headers/*', '--strict');
      expect(result).to.deep.equal({ status: 0, stdout: '', stderr: '' });
      expect(session('program').environment?.programs.map((program) => program.name)).to.include(name);
    });
  }

  for (const [command, isEnded] of [
    [`${NODE} stays.cjs`, true],
    // What cmd.exe has started is ended by taskkill /t, which Wine 8 does not have.
    [`set RSC=1&& ${NODE} stays.cjs`, false],
  ] as const) {
    it(`goes on after program:${command} has sent nonsense and stays`, async () => {
      const stay = `require('node:fs').writeFileSync('pid', String(process.pid)); setInterval(() => {}, 1000); say('what?');`;
      const program = passThroughProgram(`if (command === 'RX' && line.length > 10000) { ${stay} return true; }`);
      writeFileSync(join(HOME, 'stays.cjs'), program);
      const filters = ['exceptions/length/mss-8948/total/plus-one/ipv6', 'headers/trailer/6-bytes/first/ipv4'];
      const args = filters.flatMap((filter) => ['--filter', filter]);
      const { status, stderr } = await play('stays', command, ...args);
      expect({ status, stderr }).to.deep.equal({ status: 1, stderr: '' });
      expect(verdicts('stays').map(({ verdict }) => verdict)).to.have.members(['error', 'pass-less']);
      const pid = Number(readFileSync(join(HOME, 'pid'), 'utf8'));
      if (isEnded) await until(() => !isAlive(pid), 'the program ends');
    });
  }

  it('judges two captures, and inspects one', async () => {
    const [sent = '', received = ''] = ['off', 'on'].map((gso) =>
      join(ROOT, 'examples', 'captures', `netcat-gso-${gso}.pcap`),
    );
    expect(sent).to.match(/^Z:\\/);
    keep('judge', await commandIn(HOME, 'judge', '--sent', sent, '--received', received, '--out', '.\\judged ü'));
    keep('inspect', await commandIn(HOME, 'inspect', received));
  });

  it('keeps known failures, in files with the line ends and encodings of Windows', async () => {
    const home = join(HOME, 'config');
    mkdirSync(home);
    const ok = async (...args: string[]): Promise<CommandResult> => {
      const result = await commandIn(home, ...args);
      expect(result.status, `${args.join(' ')}: ${result.stderr}`).to.equal(0);
      return result;
    };
    await ok('init', '--target', 'program:"..\\coalescer.exe" 4');
    const config = readFileSync(join(home, 'rsc-conformance.json'), 'utf8');
    // There is no relative path from one drive to another.
    expect(config).to.include('"$schema": "./node_modules/rsc-conformance/runner/schema/');
    expect((await commandIn(home, 'run', ...TRAILERS, ...PATIENT)).status).to.equal(1);
    await ok('baseline', 'update', 'rsc-results\\events.jsonl', '--baseline', 'known ß.json');
    const known = readFileSync(join(home, 'known ß.json'), 'utf8').replace(/TODO[^"]*/, 'seen');
    writeFileSync(join(home, 'known ß.json'), known.replaceAll('\n', '\r\n'));
    writeFileSync(join(home, 'names.txt'), Buffer.from('\ufeffheaders/trailer/6-bytes/first/ipv4\r\n', 'utf16le'));
    writeFileSync(join(home, 'able.json'), '\ufeff{\r\n  "timestamps": false\r\n}\r\n');
    const wanted = '  "baseline": "known ß.json", "capabilities": "able.json",\n  "target"';
    writeFileSync(join(home, 'rsc-conformance.json'), config.replace('  "target"', wanted).replaceAll('\n', '\r\n'));
    const file = `${HOME}\\config\\rsc-conformance.json`;
    await ok('run', '--strict', '--select-names', 'names.txt', '--config', file, ...PATIENT);
    expect(session('config\\rsc-results').vectors).to.equal(1);

    await ok('package', 'rsc-results\\events.jsonl', '--out', 'pack ä.zip');
    const verified = await ok('verify', 'pack ä.zip');
    expect(verified.stdout).to.match(/^The result is valid: .* is conforming; 1 of \d+ vectors \(1 fail\)/);
    keep('verify', verified);
    const events = join(home, 'rsc-results', 'events.jsonl');
    writeFileSync(events, readFileSync(events, 'utf8').replaceAll('\n', '\r\n'));
    await ok('verify', events);
  });

  it('makes reports of events, and merges shards over what is there', async () => {
    const shards = ['1', '2'].map((part) => `R:\\shard ${part}`);
    for (const [i, out] of shards.entries())
      await commandIn(HOME, 'run', '--filter', 'headers/trailer/*', '--shard', `${i + 1}/2`, '--out', out);
    const merge = ['report', 'merge', 'R:\\shard ?\\events.jsonl', '--out', '..\\merged ü.jsonl'];
    for (const again of [false, true]) expect((await commandIn(HOME, ...merge)).status, `again: ${again}`).to.equal(0);
    for (const kind of ['html', 'markdown']) {
      const file = `R:\\report ü.${kind}`;
      const { status, stderr } = await commandIn(HOME, 'report', kind, 'R:\\merged ü.jsonl', '--out', file);
      expect(status, stderr).to.equal(0);
      expect(readFileSync(file, 'utf8')).to.include('48');
    }
  });

  it('fuzzes, and plays what it found again', async () => {
    const target = ['--target', 'program:coalescer 4'];
    const search = ['--seed', '1', '--runs', '100', '--corpus', 'Fuzz ü', ...PATIENT];
    const { status, stdout } = await commandIn(HOME, 'fuzz', ...target, ...search);
    expect(status, stdout).to.equal(1);
    const [found = ''] = readdirSync(join(HOME, 'Fuzz ü', 'found')).filter((name) => name.endsWith('.json'));
    expect(stdout).to.include(`--replay "Fuzz ü\\found\\${found}"`);
    expect(
      (await commandIn(HOME, 'fuzz', ...target, '--replay', `Fuzz ü\\found\\${found}`, ...PATIENT)).status,
    ).to.equal(1);
  });

  const errors: readonly (readonly [number, readonly string[], RegExp])[] = [
    [2, ['run', '--target', 'program:nothing.exe', ...PATIENT], /^rsc-conformance: program "nothing\.exe": .*\n$/],
    [2, ['run', '--out', 'coalescer.exe', ...TRAILERS], /^rsc-conformance: coalescer\.exe cannot be created: .*\n$/],
    [
      2,
      ['judge', '--sent', 'R:\\absent.pcap', '--received', 'R:\\x.pcap'],
      /^rsc-conformance: R:\\absent\.pcap cannot be read: there is no such file/,
    ],
    [2, ['verify', '.'], /^rsc-conformance: \. cannot be read: it is a folder .*\n$/],
    [1, ['run', '--filter', '!*'], /^Nothing selected/],
  ];
  for (const [expected, args, words] of errors) {
    it(`ends ${args.join(' ')} with status ${expected}`, async () => {
      const { status, stderr } = await commandIn(HOME, ...args);
      expect(stderr).to.match(words);
      expect(status).to.equal(expected);
    });
  }

  function play(out: string, command: string, ...args: readonly string[]): Promise<CommandResult> {
    const target = ['--target', `program:${command}`, ...PATIENT, '--out', out, '--reporter', 'none'];
    return commandIn(HOME, 'run', ...target, ...args);
  }

  function session(out: string): SessionEvent {
    return eventsOf(out)[0] as SessionEvent;
  }

  function verdicts(out: string): VerdictEvent[] {
    return eventsOf(out).filter((event) => event.type === 'verdict');
  }

  function eventsOf(out: string): RunEvent[] {
    const text = readFileSync(join(HOME, out, 'events.jsonl'), 'utf8').trimEnd();
    return text.split('\n').map((line) => JSON.parse(line) as RunEvent);
  }

  function keep(what: string, result: CommandResult): void {
    writeFileSync(join(HOME, `${what}.json`), JSON.stringify(result));
  }
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

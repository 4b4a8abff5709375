import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { testFolder } from '../../testing/capture-fixtures.ts';
import { type CommandResult, commandIn } from '../../testing/command.ts';
import { MAIN, ROOT } from '../../testing/paths.ts';
import type { Vector } from '../../vectors/vector.ts';
import { Capture } from '../captures/capture.ts';
import { readVectorFile } from '../fuzz/vector-file.ts';

/** Its faults, by number, and the rows that they break. */
const FAULTS: readonly (readonly [string, string, level: string])[] = [
  ['1', 'H4', 'must'],
  ['2', 'H5', 'should'],
  ['3', 'E8b', 'must'],
  ['4', 'H1', 'must'],
];

/** In C, for it is started a hundred times. */
const DIES_OF_A_TAG = `
#include "rsc_line.h"
static void reset(void *nic) { (void)nic; }
static void end_of_dpc(void *nic) { (void)nic; }
static int set(void *nic, const struct rsc_line_settings *settings) { (void)nic; (void)settings; return 1; }
static void receive(void *nic, const uint8_t *frame, size_t length, const struct rsc_line_marks *marks)
{
	(void)nic; (void)marks;
	if (length > 13 && frame[12] == 0x81 && frame[13] == 0)
		exit(9);
	rsc_line_indicate(frame, length, "");
}
int main(void)
{
	const struct rsc_line line = { .hello = "name=dies version=1 statistics=off",
		.reset = reset, .receive = receive, .end_of_dpc = end_of_dpc, .set = set };
	return rsc_line_serve(&line);
}`;

describe('fuzz, the command', () => {
  const folder = testFolder();
  const program = join(folder, 'coalescer');

  before(function () {
    if (spawnSync('cc', ['--version']).status !== 0) {
      if (process.env['CI'] !== undefined) throw new Error('cc is missing: CI has to install it');
      this.skip();
    }
    compile(join(ROOT, 'examples/c-program/coalescer.c'), program);
  });

  function compile(source: string, to: string): void {
    const { status, stderr } = spawnSync('cc', ['-O2', `-I${join(ROOT, 'adapters/c')}`, '-o', to, source]);
    expect(status, String(stderr)).to.equal(0);
  }

  const fuzz = (...args: string[]): Promise<CommandResult> => commandIn(folder, 'fuzz', ...args);

  for (const [fault, rule, level] of FAULTS) {
    it(`finds fault ${fault} of the C program within 300 sessions`, async () => {
      const corpus = `fault-${fault}`;
      const target = `program:${program} ${fault}`;
      const args = ['--target', target, '--seed', '4', '--runs', '300', '--corpus', corpus];
      const { status, stdout } = await fuzz(...args, ...(level === 'should' ? ['--strict'] : []));
      expect(status).to.equal(1);
      expect(stdout).to.match(new RegExp(`^${rule} \\(${level}\\) at #`, 'm'));
      expect(stdout).to.match(/^#0 arrives: /m);
      expect(stdout).to.match(/^The reference:\n {2}#0 starts an SCU: C1 /m);
      expect(stdout).to.match(/^program:.* c-program 1 \((fail|warn)\):\n {2}indication 0 \(DPC 0\): #0/m);
    });
  }

  it('finds nothing in the C program without its faults', async () => {
    const { status, stdout } = await fuzz(
      '--target',
      `program:${program} 0`,
      '--seed',
      '1',
      '--runs',
      '400',
      '--corpus',
      'none',
    );
    expect(stdout).to.match(/^\n400 sessions, \d+ segments: nothing found\.\n$/);
    expect(status).to.equal(0);
  });

  it('writes a counterexample as a vector and as a capture; it fails when it is played again', async () => {
    await fuzz('--target', `program:${program} 3`, '--seed', '1', '--runs', '100', '--corpus', 'kept');
    const found = join(folder, 'kept/found');
    const names = readdirSync(found).sort();
    expect(names.map((name) => name.replace(/[0-9a-f]{12}/, 'HASH'))).to.deep.equal([
      'found.e8b-merge.HASH.json',
      'found.e8b-merge.HASH.pcapng',
    ]);
    const [vector] = readVectorFile(join(found, names[0] as string)) as [Vector];
    expect(vector.rules).to.include('E8b');
    const packets: unknown[] = [];
    const capture = await Capture.open(join(found, names[1] as string));
    for await (const batch of capture.batches()) packets.push(...batch);
    expect(packets.length).to.equal(3);
    const path = join('kept/found', names[0] as string);
    const faulty = await fuzz('--target', `program:${program} 3`, '--replay', path);
    expect(faulty.stdout).to.match(/^E8b \(must\) at #1/m);
    expect(faulty.stdout).to.match(/^1 vector: 1 not conforming\.$/m);
    expect(faulty.status).to.equal(1);
    const sound = await fuzz('--target', `program:${program} 0`, '--replay', path);
    expect(sound.stdout).to.equal(`${vector.id}: pass\n1 vector: nothing found.\n`);
    expect(sound.status).to.equal(0);
  });

  it('tells where two targets differ', async () => {
    const args = ['--differential', `program:${program} 1`, 'reference', '--seed', '1', '--runs', '64'];
    const { status, stdout } = await fuzz(...args, '--corpus', 'pair');
    expect(status).to.equal(1);
    expect(stdout).to.match(/^#\d+ is .* by the first target, .* by the second; the reference follows /m);
    const same = await fuzz(
      '--differential',
      'reference',
      'reference',
      '--seed',
      '1',
      '--runs',
      '64',
      '--corpus',
      'same',
    );
    expect(same.stdout).to.match(/nothing found/);
    expect(same.status).to.equal(0);
  });

  it('restarts what it kills, and shrinks what kills it', async () => {
    writeFileSync(join(folder, 'dies.c'), DIES_OF_A_TAG);
    compile(join(folder, 'dies.c'), join(folder, 'program'));
    const target = 'program:./program';
    const { status, stdout } = await fuzz('--target', target, '--seed', '1', '--runs', '200', '--corpus', 'dies');
    expect(stdout).to.match(/^\n200 sessions, \d+ segments: 1 found\.$/m);
    expect(stdout).to.match(/: 1 segment of \d+$/m);
    expect(stdout).to.match(/exit(ed)?.* 9/);
    expect(status).to.equal(1);
  });

  it('ends on SIGINT, and tells what it found', async () => {
    const args = [
      MAIN,
      'fuzz',
      '--target',
      `program:${program} 3`,
      '--seed',
      '1',
      '--runs',
      '1000000',
      '--corpus',
      'cut',
    ];
    const runner = spawn(process.execPath, args, { cwd: folder });
    let stdout = '';
    runner.stdout.on('data', (chunk: Buffer) => {
      if (!stdout.includes('Again:') && chunk.includes('Again:')) runner.kill('SIGINT');
      stdout += chunk.toString();
    });
    const status = await new Promise((resolve) => runner.once('close', resolve));
    expect(stdout).to.match(/ sessions, \d+ segments: 1 found\.\nInterrupted\.\n {2}found\/e8b-merge/);
    expect(status).to.equal(1);
    expect(readdirSync(join(folder, 'cut/found')).length).to.equal(2);
  });

  const refused: [string[], RegExp][] = [
    [['--seed', 'x'], /--seed cannot be "x"/],
    [['--seed', '2147483648'], /--seed cannot be/],
    [['--runs', '1.5'], /--runs cannot be "1.5"/],
    [['--time', '0'], /--time cannot be "0"/],
    [['--max-length', '129'], /--max-length cannot be "129" \(1 to 128\)/],
    [['reference'], /fuzz does not take "reference"/],
    [['--differential', 'reference'], /--differential needs two targets/],
    [['--differential', '--target', 'reference'], /--differential takes its targets as arguments/],
    [['--replay', 'x', '--seed', '1'], /--replay and --seed exclude each other/],
    [['--replay', 'missing.json'], /missing\.json cannot be read/],
    [['--replay', 'empty.json'], /empty\.json contains no vectors/],
    [['--replay', 'wrong.json'], /wrong\.json: not every vector is an object with steps/],
    [['--target', 'refrence'], /no target refrence/],
    [['--corpus', 'a-file'], /a-file cannot be created/],
  ];
  for (const [args, line] of refused) {
    it(`refuses ${args.join(' ')} in one line`, async () => {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'empty.json'), '{"vectors":[]}');
      writeFileSync(join(folder, 'wrong.json'), '{"vectors":[{"id":"found/a/b"}, 7]}');
      writeFileSync(join(folder, 'a-file'), '');
      const { status, stdout, stderr } = await fuzz(...args);
      expect(stderr).to.match(line);
      expect(stderr).to.match(/^rsc-conformance: [^\n]+\n$/);
      expect({ status, stdout }).to.deep.equal({ status: 2, stdout: '' });
    });
  }

  it('vectors add refuses what is no file of vectors, before it writes anything', async () => {
    const add = (...args: string[]): Promise<CommandResult> => commandIn(folder, 'vectors', 'add', ...args);
    expect((await add()).stderr).to.match(/vectors add needs FILE/);
    expect(await add('wrong.json')).to.deep.include({ status: 2, stdout: '' });
    expect(existsSync(join(ROOT, 'vectors/data/found.json'))).to.equal(
      existsSync(join(ROOT, 'vectors/found')) && hasFound(),
    );
  });

  const hasFound = (): boolean => readdirSync(join(ROOT, 'vectors/found')).some((name) => name.endsWith('.json'));

  it('keeps what it says: a seed and its sessions', async () => {
    const found = async (): Promise<string[]> => {
      const { stdout } = await fuzz(
        '--target',
        `program:${program}`,
        '--seed',
        '3',
        '--runs',
        '200',
        '--corpus',
        `s${Math.random()}`,
      );
      return stdout.split('\n').filter((line) => line.startsWith('found/'));
    };
    const [one, other] = [await found(), await found()];
    expect(one.length).to.be.above(1);
    expect(other).to.deep.equal(one);
  });

  it('keeps its sessions as values', async () => {
    await fuzz('--target', `program:${program}`, '--seed', '1', '--runs', '64', '--corpus', 'values');
    const names = readdirSync(join(folder, 'values/sessions')).sort();
    expect(names.some((name) => name.startsWith('found-'))).to.equal(true);
    const kept = JSON.parse(readFileSync(join(folder, 'values/sessions', names[0] as string), 'utf8')) as object;
    expect(Object.keys(kept)).to.deep.equal(['why', 'session']);
  });
});

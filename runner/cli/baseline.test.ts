import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { EndEvent, RunEvent } from '../../reports/events.ts';
import { type CommandResult, commandIn } from '../../testing/command.ts';
import { passThroughProgram } from '../../testing/pass-through-program.ts';

const FILTERS = ['--filter', 'headers/psh', '--filter', 'exceptions/ece-cwr'];
/** IPv4 frames with ECE or CWR are indicated without their last byte. */
const CUT_ECE = `if (command === 'RX' && /^.{24}0800.{66}[4-9a-f]/.test(words[0])) { due.push('IND ' + words[0].slice(0, -2)); return true; }`;
/** Those with ECE only. */
const CUT_SOME = CUT_ECE.replace('[4-9a-f]', '[4-7c-f]');

describe('known failures', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rsc-known-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const command = (...args: string[]): Promise<CommandResult> => commandIn(folder, ...args);

  async function run(quirk: string, ...args: string[]): Promise<CommandResult & { end: EndEvent }> {
    writeFileSync(join(folder, 'program.cjs'), passThroughProgram(quirk));
    const target = `program:"${process.execPath}" program.cjs`;
    const result = await command('run', '--target', target, ...(args.includes('--filter') ? [] : FILTERS), ...args);
    const lines = readFileSync(join(folder, 'rsc-results/events.jsonl'), 'utf8').trimEnd().split('\n');
    return { ...result, end: (lines.map((line) => JSON.parse(line)) as RunEvent[]).at(-1) as EndEvent };
  }

  const text = (): string => readFileSync(join(folder, 'b.json'), 'utf8');
  const update = (): ReturnType<typeof command> =>
    command('baseline', 'update', 'rsc-results/events.jsonl', '--baseline', 'b.json');
  const lineOf = (part: string): number =>
    text()
      .split('\n')
      .findIndex((line) => line.includes(part)) + 1;

  it('go from a first run to a baseline that tells what changes', async () => {
    const first = await run(CUT_ECE);
    expect(first.status).to.equal(1);
    const failures = first.end.counts.fail;
    expect(failures).to.be.above(50);

    expect((await update()).stdout).to.match(
      new RegExp(
        `^b.json: \\d+ entr(y|ies); vectors: 0 kept, ${failures} added, 0 removed.\\nb.json:5: write the reason.`,
      ),
    );
    expect((await run(CUT_ECE, '--baseline', 'b.json', '--strict')).status).to.equal(1);
    writeFileSync(join(folder, 'b.json'), text().replaceAll('TODO: why does it fail?', 'ECE costs a byte, ticket 7'));

    const known = await run(CUT_ECE, '--baseline', 'b.json', '--strict');
    expect(known.status).to.equal(0);
    expect(known.stdout).to.match(
      new RegExp(`Known failures \\(${failures}\\):\\n  b\\.json:4  \\d+ fail: ECE costs a byte, ticket 7\\n`),
    );
    expect(known.stdout).to.include(`Conforming, but for ${failures} known failures.`);
    expect(known.stdout).not.to.include('FAIL');
    expect(readFileSync(join(folder, 'rsc-results/junit.xml'), 'utf8'))
      .to.match(/failures="0" errors="0"/)
      .and.include('ECE costs a byte, ticket 7');

    expect(known.stderr).to.equal('');

    // One that names another version says so; update keeps the name.
    writeFileSync(join(folder, 'b.json'), text().replace('"known"', '"target": "another 2",\n  "known"'));
    const before = text();
    await update();
    expect(text()).to.equal(before);
    expect((await run(CUT_ECE, '--baseline', 'b.json')).stderr).to.match(
      /^b\.json is for another 2, and this is \S.*\.\n/,
    );

    const repaired = await run(CUT_SOME, '--baseline', 'b.json');
    expect(repaired.status).to.equal(1);
    expect(repaired.stdout).to.include('To change in the baseline:');
    expect(repaired.stdout).to.match(/b\.json:\d+: \S+ (and .* )?(does|do) not fail any more\. (Narrow|Delete)/);
    expect(repaired.stdout).to.include('rsc-conformance baseline update rsc-results/events.jsonl --baseline b.json');
    expect((await update()).stdout).to.match(/vectors: \d+ kept, 0 added, \d+ removed/);
    expect(text()).to.include('ticket 7');
    expect((await run(CUT_SOME, '--baseline', 'b.json')).status).to.equal(0);
  });

  it('are asked after one by one, and in shards', async () => {
    await run(CUT_ECE);
    await update();
    const shards = [
      await run(CUT_ECE, '--baseline', 'b.json', '--shard', '1/2'),
      await run(CUT_ECE, '--baseline', 'b.json', '--shard', '2/2'),
    ];
    const one = await run(CUT_ECE, '--baseline', 'b.json', '--filter', 'exceptions/ece-cwr/alternating/ipv4');
    expect([...shards, one].map(({ status }) => status)).to.deep.equal([0, 0, 0]);
  });

  it('are reported with the line to change', async () => {
    const entry = { reason: 'a bug', verdict: 'fail', findings: [{ rule: 'E8b', field: 'merge' }] };
    const known = [
      { ...entry, vectors: ['headers/psh/*/ipv6'] },
      { ...entry, vectors: ['exceptions/ece-cwr/alternating/ipv4'] },
      { ...entry, vectors: ['headers/pssh'] },
      { ...entry, vectors: ['headers/padding/*'], reviewBy: '2020-01-01' },
    ];
    writeFileSync(join(folder, 'b.json'), JSON.stringify({ known }, undefined, 1));
    const { stdout, status, end } = await run(CUT_ECE, '--baseline', 'b.json');
    expect(status).to.equal(1);
    const of = (kind: string): string[] =>
      (end.baseline?.problems ?? []).filter((one) => one.kind === kind).map((one) => one.entry);
    expect(of('differs')).to.deep.equal([`b.json:${lineOf('alternating')}`]);
    expect(of('stale')).to.deep.equal([`b.json:${lineOf('headers/pssh') - 10}`]);
    expect(of('passes')).to.deep.equal(['b.json:3']);
    // Nothing of its entry was selected.
    expect(of('expired')).to.deep.equal([]);
    expect(stdout).to.match(
      /b\.json:\d+: exceptions\/ece-cwr\/alternating\/ipv4 fails differently: fail: .* instead of fail: E8b merge/,
    );
  });

  it('are refused where something is wrong with the files', async () => {
    writeFileSync(join(folder, 'bad.json'), '{"known": [{"vectors": "x"}]}');
    for (const [args, line] of [
      [['run', '--baseline', 'absent.json'], /absent\.json cannot be read/],
      [['run', '--baseline', 'bad.json'], /bad\.json:1: reason is missing/],
      [['baseline', 'updat', 'x', '--baseline', 'b.json'], /did you mean update\?/],
      [['baseline', 'update', 'x'], /needs --baseline/],
      [['baseline', 'update', '--baseline', 'b.json'], /baseline needs EVENTS/],
      [['baseline', 'update', 'absent.jsonl', '--baseline', 'b.json'], /absent\.jsonl cannot be read/],
    ] as const) {
      const { status, stderr } = await command(...args);
      expect(stderr).to.match(line);
      expect(status).to.equal(2);
    }
  });
});

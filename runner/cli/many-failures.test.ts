import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { RunEvent } from '../../reports/events.ts';
import { type CommandResult, commandIn } from '../../testing/command.ts';
import { passThroughProgram } from '../../testing/pass-through-program.ts';
import { MAIN } from '../../testing/paths.ts';
import { loadCorpus } from '../../vectors/corpus.ts';

const FILTER = 'headers/ttl';
const { vectors } = loadCorpus();
const COUNT = vectors.filter(({ id }) => id.startsWith(`${FILTER}/`)).length;

describe('a run with many failures', () => {
  let folder: string;
  let target: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'rsc-through-'));
    const program = join(folder, 'swallow.cjs');
    // Shows nothing of what arrives: every vector loses all of its segments.
    writeFileSync(
      program,
      passThroughProgram("if (line === 'DPC') { say('.'); return true; }", 'set=off statistics=off'),
    );
    target = `program:node ${program}`;
  });

  after(() => rmSync(folder, { recursive: true }));

  const run = (...args: readonly string[]): Promise<CommandResult> =>
    commandIn(folder, 'run', '--no-config', '--filter', FILTER, ...args);

  /** In a process of its own, whose environment it looks at. */
  function started(env: Record<string, string>, ...args: readonly string[]): string {
    const all = [MAIN, 'run', '--no-config', '--filter', FILTER, ...args];
    const options = { cwd: folder, encoding: 'utf8', env: { ...process.env, ...env } } as const;
    return spawnSync(process.execPath, all, options).stdout;
  }

  function events(out: string): RunEvent[] {
    const lines = readFileSync(join(folder, out, 'events.jsonl'), 'utf8')
      .trimEnd()
      .split('\n');
    return lines.map((line) => JSON.parse(line) as RunEvent);
  }

  it('stops after --max-failures', async () => {
    const { status, stdout } = await run('--target', target, '--max-failures', '3', '--out', 'few');
    expect(status).to.equal(1);
    expect(events('few').filter(({ type }) => type === 'verdict')).to.have.length(3);
    expect(events('few').at(-1)).to.include({ type: 'end', exit: 1 });
    expect(stdout).to.match(/Not complete: \d+ vectors were not played/);
  });

  it('leaves out a group in which the program always dies, and goes on', async () => {
    const program = join(folder, 'dies.cjs');
    writeFileSync(program, passThroughProgram("if (command === 'SET') process.exit(9);", 'statistics=off'));
    // Nothing else switches, and takes a restart.
    const played = vectors.filter(
      ({ id, steps }) => id.startsWith('indication/switch/') || !steps.some((step) => 'set' in step),
    );
    writeFileSync(join(folder, 'played'), played.map(({ id }) => id).join('\n'));
    const filters = ['--filter', 'indication/switch', '--filter', 'timestamps/values', '--select-names', 'played'];
    const more = [...filters, '--restarts', '2', '--out', 'left-out'];
    const { status, stderr } = await run('--target', `program:node ${program}`, ...more);
    expect(status, stderr).to.equal(1);
    const verdicts = events('left-out').filter((event) => event.type === 'verdict');
    const reasons = verdicts.flatMap(({ vector, verdict, reason = '' }) =>
      vector.startsWith('indication/switch/') ? [verdict === 'error' ? reason : verdict] : [],
    );
    const died = reasons.findIndex((reason) => !reason.includes('status 9'));
    expect(died).to.equal(3);
    expect(new Set(reasons.slice(died))).to.deep.equal(
      new Set([
        'not run: the target died in all 3 vectors of indication/switch that it was given; the others of them are left out',
      ]),
    );
    expect(verdicts.at(-1)?.vector).to.match(/^timestamps/);
    expect(verdicts.at(-1)?.verdict).not.to.equal('error');
  });

  it('plays again what failed in a named or in the last run', async () => {
    await run('--target', target, '--max-failures', '3', '--out', 'last');
    const failed = events('last').flatMap((event) => (event.type === 'verdict' ? [event.vector] : []));
    const again = await run('--target', target, '--last-failed', '--out', 'last', '--reporter', 'ids');
    expect(again.stdout.trimEnd().split('\n')).to.deep.equal(failed);
    const repaired = await run('--failed', 'last/events.jsonl', '--out', 'repaired');
    expect(repaired.status, repaired.stderr).to.equal(0);
    expect(repaired.stdout).to.include(': 3 vectors: 3 pass.');
    const none = await run('--last-failed', '--out', 'repaired');
    expect([none.status, none.stderr]).to.deep.equal([
      1,
      'Nothing selected: nothing failed in repaired/events.jsonl. Nothing was run.\n',
    ]);
    expect((await run('--last-failed', '--out', 'nowhere')).stderr).to.match(
      /nowhere contains no run \(run once without/,
    );
  });

  it('is quiet or verbose if asked', async () => {
    const quiet = await run('--target', target, '--quiet', '--out', 'quiet');
    expect(quiet.stdout).to.match(new RegExp(`^program:.*: ${COUNT} vectors: ${COUNT} fail\\.\nNot conforming\\.\n$`));
    const normal = (await run('--target', target, '--out', 'normal')).stdout;
    const verbose = (await run('--target', target, '--verbose', '--out', 'verbose')).stdout;
    const shown = (text: string): number => text.match(/^FAIL /gm)?.length ?? 0;
    // All have one cause, of which one failure is shown in full.
    expect([shown(normal), shown(verbose)]).to.deep.equal([1, COUNT]);
    expect((await run('--quiet', '--verbose')).stderr).to.match(/--quiet and --verbose exclude each other/);
  });

  it('colours where it is asked to', () => {
    const colours = (env: Record<string, string>): boolean =>
      started({ FORCE_COLOR: '', NO_COLOR: '', ...env }, '--quiet', '--out', 'colour').includes('\u001b[32m');
    expect(colours({ FORCE_COLOR: '1' })).to.equal(true);
    expect(colours({ FORCE_COLOR: '1', NO_COLOR: '1' })).to.equal(true);
    expect(colours({ FORCE_COLOR: '0' })).to.equal(false);
    expect(colours({})).to.equal(false);
  });

  it('reports a full disk in one line', async function () {
    if (!existsSync('/dev/full')) this.skip();
    const out = join(folder, 'full');
    spawnSync('mkdir', [out]);
    spawnSync('ln', ['-s', '/dev/full', join(out, 'events.jsonl')]);
    const { status, stdout, stderr } = await run('--out', out);
    expect(status).to.equal(2);
    expect(stderr).to.match(/^rsc-conformance: .*events\.jsonl cannot be finished: the disk is full \(.*\n$/);
    // What was judged is shown, and the other reports are there.
    expect(stdout).to.include(`${COUNT} vectors: ${COUNT} pass.`);
    expect(readFileSync(join(out, 'junit.xml'), 'utf8')).to.include('</testsuites>');
  });

  it('reports a pattern that is too long in one line', () => {
    for (const pattern of ['*a', '!*', 'xx', 'x/']) {
      const { status, stderr } = spawnSync(process.execPath, [MAIN, 'run', '--filter', pattern.repeat(40_000)], {
        encoding: 'utf8',
      });
      expect(status, pattern).to.equal(2);
      expect(stderr, pattern).to.match(
        /^rsc-conformance: the pattern .{20}\.\.\. has (80000|79999) characters \(at most 1000.*\n$/,
      );
    }
  });
});

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { RunEvent, VerdictEvent } from '../../../reports/events.ts';
import { commandIn } from '../../../testing/command.ts';
import { copyExample, needs } from '../../../testing/example-program.ts';
import { executePage } from '../../../testing/executed-page.ts';
import { ROOT } from '../../../testing/paths.ts';
import { representative } from '../../../testing/representative.ts';
import { loadCorpus } from '../../../vectors/corpus.ts';

/** The READMEs play these at least: they catch every planted fault. */
const CHOSEN = new Set(representative(loadCorpus().vectors).map(({ id }) => id));

describe('examples', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rsc-examples-'));
  after(() => rmSync(folder, { recursive: true }));

  before(() => writeFileSync(join(folder, 'names'), [...CHOSEN].join('\n')));

  /** Runs what the README of an example shows, in a copy of its folder, which it returns. */
  function runReadme(example: string): string {
    const copy = copyExample(folder, example);
    executePage(`examples/${example}/README.md`, copy);
    return copy;
  }

  /** Of these, in the run that the README shows. */
  function chosenVerdicts(copy: string): VerdictEvent[] {
    const lines = readFileSync(join(copy, 'rsc-results/events.jsonl'), 'utf8').trimEnd().split('\n');
    const events = lines.map((line) => JSON.parse(line) as RunEvent);
    const verdicts = events.filter((event) => event.type === 'verdict').filter(({ vector }) => CHOSEN.has(vector));
    expect(verdicts.length).to.equal(CHOSEN.size);
    return verdicts;
  }

  /** The fails of the Python runner over an export of the same vectors, by id; its exit status and its last line. */
  async function runInPython(...command: string[]): Promise<{ status: number | null; fails: string[]; total: string }> {
    const exported = join(folder, 'vectors');
    if (!existsSync(exported)) {
      const args = ['--format', 'json', '--select-names', 'names', '--out', exported];
      const { status, stderr } = await commandIn(folder, 'vectors', 'export', ...args);
      expect(status, stderr).to.equal(0);
    }
    const runner = join(ROOT, 'examples/python-runner/runner.py');
    const ended = spawnSync('python3', [runner, exported, ...command], { encoding: 'utf8' });
    expect(ended.stderr).to.equal('');
    const lines = ended.stdout.trimEnd().split('\n');
    const fails = lines.filter((line) => line.startsWith('FAIL ')).map((line) => line.slice(5));
    return { status: ended.status, fails, total: lines.at(-1) ?? '' };
  }

  it('the Python runner has at most 60 lines', () => {
    const source = readFileSync(join(ROOT, 'examples/python-runner/runner.py'), 'utf8').trimEnd();
    expect(source.split('\n').length).to.be.at.most(60);
    expect(Math.max(...source.split('\n').map((line) => line.length))).to.be.at.most(120);
  });

  it('the Python program conforms', async function () {
    needs(this, 'python3');
    const verdicts = chosenVerdicts(runReadme('python-program'));
    expect(new Set(verdicts.map(({ verdict }) => verdict))).to.have.keys('pass', 'pass-less', 'unsupported');
    const inPython = await runInPython('python3', join(ROOT, 'examples/python-program/coalescer.py'));
    expect(inPython).to.deep.include({ status: 0, fails: [] });
    expect(inPython.total).to.match(/'as expected': \d{3}/);
  });

  it('the C program shows its four faults, and nothing else', async function () {
    needs(this, 'cc');
    const source = join(ROOT, 'examples/c-program/coalescer.c');
    const adapter = `-I${join(ROOT, 'adapters/c')}`;
    const flags = [
      '-std=c99',
      '-pedantic',
      '-O2',
      '-Wall',
      '-Wextra',
      '-Werror',
      adapter,
      '-o',
      join(folder, 'strict'),
      source,
    ];
    expect(spawnSync('cc', flags, { encoding: 'utf8' }).stderr).to.equal('');
    const copy = runReadme('c-program');
    const verdicts = chosenVerdicts(copy);
    const rules = new Set(verdicts.flatMap(({ findings }) => findings.slice(0, 1).map(({ rule }) => rule)));
    expect([...rules]).to.include.members(['H4', 'H5', 'E8b', 'H1']);
    // The Python runner fails the same vectors, though it knows nothing but the export: no level, so a should fails, too.
    const failed = verdicts.flatMap(({ vector, verdict }) => (['fail', 'warn'].includes(verdict) ? [vector] : []));
    const { status: inPython, fails } = await runInPython(join(copy, 'coalescer'));
    expect({ status: inPython, fails }).to.deep.equal({ status: 1, fails: failed });
  });
});

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { RunEvent } from '../../../reports/events.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const MAIN = join(ROOT, 'dist/runner/cli/main.js');

/** In CI a missing tool is a failure; elsewhere the test is skipped. */
function needs(test: Mocha.Context, tool: string): void {
  if (spawnSync(tool, ['--version']).status === 0) return;
  if (process.env['CI'] !== undefined) throw new Error(`${tool} is missing: CI has to install it`);
  test.skip();
}

describe('examples', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rsc-examples-'));
  after(() => rmSync(folder, { recursive: true }));

  function run(command: string): { status: number | null; events: RunEvent[] } {
    const out = join(folder, 'results');
    const { status } = spawnSync(process.execPath, [MAIN, 'run', '--target', `program:${command}`, '--out', out]);
    const lines = readFileSync(join(out, 'events.jsonl'), 'utf8').trimEnd().split('\n');
    return { status, events: lines.map((line) => JSON.parse(line) as RunEvent) };
  }

  it('the Python program conforms', function () {
    needs(this, 'python3');
    const { status, events } = run(`python3 ${join(ROOT, 'examples/python-program/coalescer.py')}`);
    expect(status).to.equal(0);
    const end = events.at(-1);
    expect(end?.type === 'end' ? end.counts : {}).to.deep.include({ fail: 0, error: 0, warn: 0 });
  }).timeout(120_000);

  it('the C program shows its four faults, and nothing else', function () {
    needs(this, 'cc');
    const program = join(folder, 'coalescer');
    const source = join(ROOT, 'examples/c-program/coalescer.c');
    const built = spawnSync('cc', ['-O2', '-Wall', '-Wextra', '-Werror', '-o', program, source], { encoding: 'utf8' });
    expect(built.stderr).to.equal('');
    const { status, events } = run(program);
    expect(status).to.equal(1);
    const rules = new Set(
      events.flatMap((event) => (event.type === 'verdict' ? event.findings.slice(0, 1).map(({ rule }) => rule) : [])),
    );
    expect([...rules]).to.include.members(['H4', 'H5', 'E8b', 'H1']);
  }).timeout(120_000);
});

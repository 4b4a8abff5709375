import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { testFolder } from '../../testing/capture-fixtures.ts';
import { passThroughProgram } from '../../testing/pass-through-program.ts';
import { MAIN } from '../../testing/paths.ts';
import { VERSION } from '../base/version.ts';

const ONE = 'exceptions/flags/psh-merges/ipv4';

describe('the command line as a process', () => {
  const folder = testFolder();

  function command(...args: string[]): { status: number | null; stdout: string; stderr: string } {
    return spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8', cwd: folder });
  }

  it('takes its arguments, and ends with the status of the command', () => {
    expect(command('--version')).to.deep.include({ status: 0, stdout: `${VERSION}\n`, stderr: '' });
    expect(command('run', '--filter', ONE, '--filter', '!*')).to.deep.include({ status: 1, stdout: '' });
    const refused = command('rum');
    expect(refused).to.deep.include({ status: 2, stdout: '' });
    expect(refused.stderr).to.match(/^rsc-conformance: [^\n]+\n$/);
  });

  it('has colours nowhere but on a terminal', () => {
    expect(command('run', '--filter', ONE, '--out', join(folder, 'plain')).stdout).not.to.include('\u001b');
  });

  it('keeps its reports and its status if its reader has seen enough', async () => {
    // Nothing of what arrives comes out: the vector fails.
    const losing = passThroughProgram("if (line === 'DPC') { say('.'); return true; }", 'set=off statistics=off');
    writeFileSync(join(folder, 'losing.cjs'), losing);
    const args = ['run', '--no-config', '--target', 'program:node losing.cjs', '--filter', ONE, '--out', 'unread'];
    const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder });
    child.stdout.destroy();
    const [status] = await once(child, 'close');
    expect(status).to.equal(1);
    expect(readFileSync(join(folder, 'unread', 'junit.xml'), 'utf8')).to.include('</testsuites>');
    expect(readFileSync(join(folder, 'unread', 'events.jsonl'), 'utf8')).to.include('"type":"end"');
  });

  it('keeps its reports if standard output is full, and says so', function () {
    if (!existsSync('/dev/full')) this.skip();
    const full = openSync('/dev/full', 'w');
    const args = [MAIN, 'run', '--no-config', '--filter', ONE, '--out', 'full'];
    const { status, stderr } = spawnSync(process.execPath, args, {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', full, 'pipe'],
    });
    closeSync(full);
    expect(status).to.equal(2);
    expect(stderr).to.match(/^rsc-conformance: standard output cannot be written: the disk is full [^\n]+\n$/);
    expect(readFileSync(join(folder, 'full', 'junit.xml'), 'utf8')).to.include('</testsuites>');
  });

  it('ends quietly where its reader has seen enough', async () => {
    const child = spawn(process.execPath, [MAIN, 'list'], { cwd: folder });
    const errors: string[] = [];
    child.stderr.on('data', (text: Buffer) => errors.push(text.toString()));
    child.stdout.once('data', () => child.stdout.destroy());
    const [status] = await once(child, 'close');
    expect({ status, errors }).to.deep.equal({ status: 0, errors: [] });
  });
});

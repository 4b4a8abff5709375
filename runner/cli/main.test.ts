import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect } from 'chai';
import { testFolder } from '../../testing/capture-fixtures.ts';
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

  it('ends quietly where its reader has seen enough', async () => {
    const child = spawn(process.execPath, [MAIN, 'list'], { cwd: folder });
    const errors: string[] = [];
    child.stderr.on('data', (text: Buffer) => errors.push(text.toString()));
    child.stdout.once('data', () => child.stdout.destroy());
    const [status] = await once(child, 'close');
    expect({ status, errors }).to.deep.equal({ status: 0, errors: [] });
  });
});

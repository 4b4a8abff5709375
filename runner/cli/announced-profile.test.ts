import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { SessionEvent } from '../../reports/events.ts';
import { MAIN } from '../../testing/paths.ts';

/** Merges nothing, and says whose rules it follows. */
const PROGRAM = `
let frames = [];
const answer = {
  HELLO: () => 'HELLO rsc-line 1 name=mine version=1 profile=gro set=off statistics=off metadata=off',
  RESET: () => { frames = []; return '.'; },
  RX: (hex) => { frames.push(hex); },
  DPC: () => [...frames.splice(0).map((hex) => 'IND ' + hex), '.'].join('\\n'),
  BYE: () => process.exit(0),
};
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const [command, ...words] = line.split(' ');
  const reply = answer[command] === undefined ? 'UNSUPPORTED' : answer[command](...words);
  if (reply !== undefined) console.log(reply);
});
`;

describe('the profile that a program announces', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'rsc-profile-'));
    writeFileSync(join(folder, 'mine.cjs'), PROGRAM);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function profileOf(...options: readonly string[]): string | undefined {
    const target = `program:"${process.execPath}" mine.cjs`;
    const words = ['run', '--target', target, '--filter', 'coalescing/sequence/gap/ipv4', '--out', 'out', ...options];
    const { status, stderr } = spawnSync(process.execPath, [MAIN, ...words], { cwd: folder, encoding: 'utf8' });
    expect(status, stderr).to.equal(0);
    const [line = ''] = readFileSync(join(folder, 'out', 'events.jsonl'), 'utf8').split('\n');
    return (JSON.parse(line) as SessionEvent).capabilities['profile'] as string | undefined;
  }

  it('holds, unless the command line says another', () => {
    expect(profileOf()).to.equal('gro');
    expect(profileOf('--profile', 'ndis')).to.equal('ndis');
  });
});

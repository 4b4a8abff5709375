import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect } from 'chai';
import { windowsProgram } from './windows-program.ts';

describe('the program of a command line of Windows', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rsc-program-'));
  const saved = { PATH: process.env['PATH'], PATHEXT: process.env['PATHEXT'] };
  const names = ['here.exe', 'with blank.exe', 'old.com', 'batch.cmd', 'both.bat', 'script.py'];

  before(() => {
    mkdirSync(join(folder, 'path'));
    for (const name of [...names, 'path/there.exe', 'path/both.exe']) writeFileSync(join(folder, name), '');
    process.env['PATH'] = join(folder, 'path');
    process.env['PATHEXT'] = '.COM;.EXE;.BAT;.CMD';
  });

  after(() => {
    for (const [name, value] of Object.entries(saved)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    rmSync(folder, { recursive: true });
  });

  const found = (command: string): string | undefined => {
    const program = windowsProgram(command, folder);
    return program === undefined ? undefined : `${basename(program.path)} ${program.rest}`;
  };

  it('is found as cmd.exe finds it: here, then in PATH, by the ends of PATHEXT', () => {
    expect(found('here.exe 0 "a b"')).to.equal('here.exe 0 "a b"');
    expect(found('here')).to.equal('here.exe ');
    expect(found('./here x')).to.equal('here.exe x');
    expect(found('  "with blank" 1')).to.equal('with blank.exe 1');
    expect(found('old')).to.equal('old.com ');
    expect(found('there')).to.equal('there.exe ');
  });

  it('is left to cmd.exe where that alone can run it', () => {
    // A program in this folder comes before those of PATH.
    for (const command of ['batch', 'batch.cmd', 'both', 'script.py', 'absent.exe', '', '"here', '"here".exe'])
      expect(found(command), command).to.equal(undefined);
    for (const command of ['here && there', 'here > out', 'here %HOME%', 'here ^a', 'here\nthere'])
      expect(found(command), command).to.equal(undefined);
  });
});

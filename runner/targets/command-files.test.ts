import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { commandFiles } from './command-files.ts';

describe('files of a command', () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'rsc-files-'));
    for (const name of ['coalescer', 'with blank.py', 'table']) writeFileSync(join(folder, name), name);
    chmodSync(join(folder, 'coalescer'), 0o755);
  });

  after(() => rmSync(folder, { recursive: true }));

  const files = (command: string): string[] =>
    commandFiles(command, folder).map((path) => (path.startsWith(folder) ? path.slice(folder.length + 1) : path));

  it('are the program and the files that it is given', () => {
    expect(files('./coalescer --table table --fast')).to.deep.equal(['coalescer', 'table']);
    expect(files('exec ./coalescer; true')).to.deep.equal(['coalescer']);
  });

  it('are found in PATH, as the shell does', () => {
    const [shell = '', ...rest] = files('sh ./coalescer');
    expect(shell).to.match(/\/sh$/);
    expect(rest).to.deep.equal(['coalescer']);
  });

  it('may have quotes around them', () => {
    for (const word of ["'with blank.py'", '"with blank.py"', 'with\\ blank.py', 'with" "blank.py'])
      expect(files(`./coalescer ${word}`), word).to.deep.equal(['coalescer', 'with blank.py']);
  });

  it('are found in a line for cmd.exe, where only double quotes quote and a backslash is of a path', () => {
    const onWindows = (command: string): string[] =>
      commandFiles(command, folder, 'win32').map((path) => path.slice(folder.length + 1));
    expect(onWindows('coalescer "with blank.py" table')).to.deep.equal(['coalescer', 'with blank.py', 'table']);
    expect(onWindows("set X=1&& coalescer 'table'")).to.deep.equal(['coalescer']);
    expect(onWindows('a\b')).to.deep.equal([]);
  });

  it('are none where nothing is a file', () => {
    for (const command of ['', '  ', './absent', '.', "'", 'no-such-program-anywhere x'])
      expect(files(command), command).to.deep.equal([]);
  });
});

import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { testFolder } from '../../testing/capture-fixtures.ts';
import { UsageError } from './errors.ts';
import { makeFolder } from './make-folder.ts';
import { saveFile } from './save-file.ts';

const isPosix = process.platform !== 'win32';

describe('files that a command writes', () => {
  const folder = testFolder();

  it('are written, over what was there, and leave nothing else', () => {
    const path = join(folder, 'new', 'a.txt');
    makeFolder(join(folder, 'new'));
    saveFile(path, 'one', 'hint');
    saveFile(path, Buffer.from('two'), 'hint');
    expect(readFileSync(path, 'utf8')).to.equal('two');
    expect(readdirSync(join(folder, 'new'))).to.deep.equal(['a.txt']);
  });

  it('are as they were if they cannot be written', () => {
    const path = join(folder, 'kept.json');
    writeFileSync(path, 'reasons');
    // The file that is written first is in the way.
    mkdirSync(`${path}.${process.pid}.new`);
    expect(() => saveFile(path, 'other', 'hint')).to.throw(UsageError);
    expect(readFileSync(path, 'utf8')).to.equal('reasons');
  });

  (isPosix ? it : it.skip)('keep their mode, and the link that names them', () => {
    const [path, link] = [join(folder, 'mode'), join(folder, 'link')];
    writeFileSync(path, 'one', { mode: 0o640 });
    symlinkSync('mode', link);
    saveFile(link, 'two', 'hint');
    expect(readFileSync(path, 'utf8')).to.equal('two');
    expect(statSync(path).mode & 0o777).to.equal(0o640);
  });

  const refused: readonly [string, () => void, RegExp][] = [
    ['a folder in place of a file', () => saveFile(folder, 'x', 'hint'), /cannot be written: it is a folder$/],
    [
      'no folder',
      () => saveFile(join(folder, 'none', 'x'), 'x', 'hint'),
      /cannot be written: there is no such folder$/,
    ],
  ];
  for (const [what, act, message] of refused)
    it(`report ${what} in words`, () => expect(act).to.throw(UsageError, message));

  it('report a full disk in words', function () {
    if (!existsSync('/dev/full')) this.skip();
    expect(() => saveFile('/dev/full', 'x', 'hint')).to.throw(
      UsageError,
      '/dev/full cannot be written: the disk is full',
    );
  });

  it('report a folder in which none can be made, and return', function () {
    if (!existsSync('/proc/self')) this.skip();
    expect(() => makeFolder('/proc/none/deep')).to.throw(/ENOENT|EACCES|EPERM|EROFS/);
  });
});

import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { packageRoot } from './package-root.ts';

describe('a checkout on Windows', () => {
  it('has the bytes of the vectors, over which their digest is, however git is set up for line ends', () => {
    const show = (...args: string[]): string => {
      const { status, stdout, stderr } = spawnSync('git', args, { cwd: packageRoot(), encoding: 'utf8' });
      expect(status, stderr).to.equal(0);
      return stdout;
    };
    const file = ':vectors/data/statistics.json';
    const there = show('-c', 'core.autocrlf=true', 'cat-file', '--filters', file);
    expect(there)
      .to.include('\n')
      .and.to.equal(show('cat-file', 'blob', file));
  });
});

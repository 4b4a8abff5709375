import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { executePage } from '../../testing/executed-page.ts';

describe('docs/write-an-adapter.md', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rsc-adapter-'));
  after(() => rmSync(folder, { recursive: true }));

  it('does what it shows, step by step', function () {
    if (spawnSync('python3', ['--version']).status !== 0) {
      if (process.env['CI'] !== undefined) throw new Error('python3 is missing: CI has to install it');
      this.skip();
    }
    executePage('docs/write-an-adapter.md', folder);
  });
});

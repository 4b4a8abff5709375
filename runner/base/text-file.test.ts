import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { readTextFile } from './text-file.ts';

describe('a text file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rsc-text-'));
  after(() => rmSync(folder, { recursive: true }));

  it('is read in every encoding that Windows PowerShell writes', () => {
    const text = 'coalescing/Größe\r\n';
    const swapped = Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
    for (const bytes of [text, `\ufeff${text}`, Buffer.from(`\ufeff${text}`, 'utf16le'), swapped, '']) {
      writeFileSync(join(folder, 'a'), bytes);
      expect(readTextFile(join(folder, 'a'))).to.equal(bytes === '' ? '' : text);
    }
  });
});

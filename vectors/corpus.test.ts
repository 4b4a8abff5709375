import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { corpusDirectory, loadCorpus } from './corpus.ts';

describe('loadCorpus', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rsc-corpus-'));
  after(() => rmSync(folder, { recursive: true }));

  it('reads a folder once, and again when a file has changed', () => {
    cpSync(join(corpusDirectory(), 'headers.json'), join(folder, 'headers.json'));
    const { vectors, digest } = loadCorpus(folder);
    expect(vectors.length).to.be.above(10);
    expect(loadCorpus(folder).vectors).to.equal(vectors);

    // As long as before, and another.
    const text = readFileSync(join(folder, 'headers.json'), 'utf8');
    writeFileSync(join(folder, 'headers.json'), text.replace('"id":"headers/', '"id":"haeders/'));
    const changed = loadCorpus(folder);
    expect(changed.vectors[0]?.id).to.match(/^haeders\//);
    expect(changed.digest).not.to.equal(digest);

    cpSync(join(corpusDirectory(), 'buffers.json'), join(folder, 'buffers.json'));
    expect(loadCorpus(folder).vectors.length).to.be.above(vectors.length);
  });

  it('is of one folder at a time', () => {
    expect(loadCorpus(folder).vectors).not.to.equal(loadCorpus().vectors);
  });
});

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { loadCorpus } from './corpus.ts';
import { addFound, loadFound } from './found.ts';
import { lintCorpus } from './lint.ts';
import type { Vector } from './vector.ts';

describe('vectors that were found', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rsc-found-'));
  after(() => rmSync(folder, { recursive: true }));
  const { vectors, digest } = loadCorpus();
  const model = vectors.find(({ id }) => id === 'exceptions/flags/psh-merges/ipv4') as Vector;
  const found: Vector = { ...model, id: 'found/h5-tcp-psh/0123456789ab' };

  it('are none where there is no folder', () => {
    expect(loadFound(join(folder, 'none'))).to.deep.equal([]);
  });

  it('stay, under hosts of their own, with what the reference makes of them', () => {
    const [added] = addFound([found], vectors, folder);
    expect(added?.id).to.equal(found.id);
    expect(added?.connections[0]?.src).to.not.equal(model.connections[0]?.src);
    expect(loadFound(folder)).to.deep.equal([added]);
    expect(lintCorpus({ vectors: [...vectors, ...loadFound(folder)], digest })).to.deep.equal([]);
    expect(readdirSync(folder)).to.deep.equal(['h5-tcp-psh.0123456789ab.json']);
  });

  it('keep hosts that are free', () => {
    const free = {
      ...found,
      id: 'found/h5-tcp-psh/2',
      connections: [{ ...found.connections[0], src: '10.255.255.1' }],
    };
    expect(addFound([free as Vector], vectors, folder)[0]?.connections[0]?.src).to.equal('10.255.255.1');
  });

  it('are not taken twice', () => {
    expect(addFound([found], [...vectors, ...loadFound(folder)], folder)).to.deep.equal([]);
  });

  it('are refused where the reference makes something else of them now', () => {
    const path = join(folder, 'h5-tcp-psh.2.json');
    const stored = JSON.parse(readFileSync(path, 'utf8')) as Vector;
    writeFileSync(path, JSON.stringify({ ...stored, expect: [{ arrivals: [0], step: 3, endedBy: 'I2' }] }));
    expect(() => loadFound(folder)).to.throw(/h5-tcp-psh\.2\.json says \[\[0\]\], but the reference makes/);
  });
});

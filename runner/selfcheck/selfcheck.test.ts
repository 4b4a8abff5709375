import { expect } from 'chai';
import { loadCorpus } from '../../vectors/corpus.ts';
import { Selfcheck } from './selfcheck.ts';

describe('selfcheck', () => {
  const { vectors } = loadCorpus();
  const selfcheck = new Selfcheck(vectors);

  it('catches every planted fault, and blames what was broken', () => {
    let count = 0;
    for (const { fault, caughtBy, misblamed } of selfcheck.faults()) {
      count++;
      expect(caughtBy, `${fault.name} survives`).not.to.deep.equal([]);
      expect(misblamed, `${fault.name} is blamed on`).to.deep.equal([]);
    }
    expect(count).to.be.at.least(80);
  }).timeout(300_000);

  it('accuses no legal variant', () => {
    let count = 0;
    for (const { variant, accusations } of selfcheck.variants()) {
      count++;
      expect(accusations.slice(0, 1), `${variant.name} is accused`).to.deep.equal([]);
    }
    expect(count).to.be.at.least(25);
  }).timeout(300_000);
});

import { expect } from 'chai';
import { RULE_IDS, registry, rulesOfRow } from './index.ts';

describe('registry', () => {
  it('names every rule once', () => {
    expect(new Set(registry.map(({ name }) => name)).size).to.equal(registry.length);
  });

  it('lists every row once, family by family, by number', () => {
    expect(new Set(RULE_IDS).size).to.equal(RULE_IDS.length);
    expect(RULE_IDS.flatMap(rulesOfRow)).to.have.members([...registry]);
    const families = RULE_IDS.map((id) => id.slice(0, 1)).join('');
    expect(families).to.match(/^E+C+T+H+O+I+S+U+K+B+V+R+$/);
    const rows = RULE_IDS.filter((id) => id.startsWith('E'));
    expect(rows).to.deep.equal(['E1', 'E2', 'E3', 'E4', 'E5', 'E6', 'E7', 'E8a', 'E8b', 'E9']);
    expect(RULE_IDS.indexOf('C10')).to.equal(RULE_IDS.indexOf('C9') + 1);
  });

  it('says of every rule where it comes from and what it is, in a sentence', () => {
    for (const { clause, summary } of registry) {
      expect(clause.heading).not.to.equal('');
      expect(summary).to.match(/\.$/);
    }
  });

  it('says of every rule that can be broken how a coalescer breaks it, and of no tolerated choice', () => {
    const breakable = registry.filter(({ kind, level }) => level !== 'may' || kind === 'action');
    expect(registry.filter(({ whenBroken }) => whenBroken !== undefined)).to.deep.equal(breakable);
    expect(new Set(breakable.map(({ whenBroken }) => whenBroken)).size).to.equal(breakable.length);
  });
});

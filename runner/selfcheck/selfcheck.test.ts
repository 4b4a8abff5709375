import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { registry } from '../../reference-impl/rules/index.ts';
import { loadCorpus } from '../../vectors/corpus.ts';
import { PACKAGE_ROOT } from '../base/version.ts';
import { faults } from './faults.ts';
import { killTable } from './kill-table.ts';
import { type SelfcheckResult, selfcheck } from './selfcheck.ts';
import { coalescerSubject } from './subject.ts';
import { variants } from './variants.ts';

describe('selfcheck', function () {
  this.timeout(300_000);
  let result: SelfcheckResult;

  /** Once for all tests: it takes half a minute. */
  before(() => {
    result = selfcheck(loadCorpus().vectors);
  });

  it('catches every planted fault, and blames what was broken', () => {
    for (const { fault, caughtBy, misblamed } of result.faults) {
      expect(caughtBy, `${fault.name} survives`).not.to.deep.equal([]);
      expect(misblamed, `${fault.name} is blamed on`).to.deep.equal([]);
    }
    expect(result.faults.length).to.be.at.least(200);
  });

  it('accuses no legal variant', () => {
    for (const { variant, accusations } of result.variants) {
      expect(accusations.slice(0, 1), `${variant.name} is accused`).to.deep.equal([]);
    }
    expect(result.variants.length).to.be.at.least(60);
  });

  it('is published as it is: docs/kill-table.md', () => {
    const hint = 'npx rsc-conformance selfcheck --markdown docs/kill-table.md';
    const published = readFileSync(join(PACKAGE_ROOT, 'docs/kill-table.md'), 'utf8');
    expect(killTable(result) === published, `docs/kill-table.md is stale: ${hint}`).to.equal(true);
  });
});

describe('selfcheck, of itself', () => {
  const { vectors } = loadCorpus();
  const few = vectors.filter(({ id }) => id.startsWith('statistics/'));
  const sound = {
    name: 'sound',
    summary: 'Nothing is wrong.',
    subject: coalescerSubject(),
    broken: 'E2',
    blames: ['E2'],
  };

  it('says so where a fault survives', () => {
    const { faults: found } = selfcheck(few, undefined, { faults: [sound], variants: [] });
    expect(found.map(({ caughtBy, misblamed }) => ({ caughtBy, misblamed }))).to.deep.equal([
      { caughtBy: [], misblamed: [] },
    ]);
    expect(killTable({ faults: found, variants: [] })).to.match(/\*\*SURVIVED\*\*/);
  });

  it('says so where a fault is blamed on something else, or breaks the coalescer', () => {
    const lossy = { ...sound, subject: () => ({ indications: [], statistics: undefined }) };
    const broken = {
      ...sound,
      subject: () => {
        throw new Error('broken');
      },
    };
    const { faults: found } = selfcheck(few, undefined, { faults: [lossy, broken], variants: [] });
    expect(found.map(({ misblamed }) => misblamed)).to.deep.equal([['I7'], ['crash']]);
    expect(killTable({ faults: found, variants: [] })).to.match(/MISBLAMED/);
  });

  it('says so where a variant is accused', () => {
    const lossy = { ...sound, subject: () => ({ indications: [], statistics: undefined }) };
    const { variants: found } = selfcheck(few, undefined, { faults: [], variants: [lossy] });
    expect(found[0]?.accusations[0]?.finding.rule).to.equal('I7');
    expect(killTable({ faults: [], variants: found })).to.match(/\*\*ACCUSED\*\* of I7/);
  });

  it('has a fault for every rule that can be broken in the reference, and a name for each', () => {
    const names = [...faults(), ...variants()].map(({ name }) => name);
    expect(new Set(names).size).to.equal(names.length);
    const broken = new Set(faults().map((fault) => fault.broken));
    const rows = registry.filter(({ level, id }) => level !== 'may' && !id.startsWith('V')).map(({ id }) => id);
    // C1 and C5 show only where others do; O3 and V are planted in judge/virtio.test.ts; K5 is about what replays captures.
    const without = [...new Set(rows)].filter((id) => !broken.has(id));
    expect(without).to.have.members(['C1', 'C5', 'O3', 'K5']);
  });
});

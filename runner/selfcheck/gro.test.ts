import { expect } from 'chai';
import { isFull } from '../../testing/full.ts';
import { representative } from '../../testing/representative.ts';
import { loadCorpus } from '../../vectors/corpus.ts';
import { GRO_FAULTS, GRO_VARIANTS } from './gro.ts';
import { selfcheck } from './selfcheck.ts';

describe('selfcheck, profile gro', () => {
  const all = loadCorpus().vectors;
  const own = all.filter(({ id }) => id.startsWith('round-trip/') || id.startsWith('uro/'));
  const some = isFull ? all : all.filter((vector, i) => own.includes(vector) || i % 60 === 0);
  const chosen = new Set(representative(all));
  const fair = isFull ? all : all.filter((vector) => vector.id.startsWith('round-trip/') || chosen.has(vector));

  it('has at least twenty faults and twenty variants', () => {
    expect(GRO_FAULTS.length).to.be.at.least(20);
    expect(GRO_VARIANTS.length).to.be.at.least(20);
  });

  it('catches every planted fault, and names what was broken', () => {
    const { faults } = selfcheck(some, undefined, { faults: GRO_FAULTS, variants: [] });
    const wrong = faults.filter(({ caughtBy, misblamed }) => caughtBy.length === 0 || misblamed.length > 0);
    expect(wrong.map(({ fault, misblamed }) => `${fault.name}: ${misblamed.join()}`)).to.deep.equal([]);
  });

  it('fails no legal variant', () => {
    const { variants } = selfcheck(fair, undefined, { faults: [], variants: GRO_VARIANTS });
    const failing = variants.flatMap(({ variant, failures: [first] }) =>
      first === undefined ? [] : [`${variant.name}: ${first.vector}: ${first.finding.message}`],
    );
    expect(failing).to.deep.equal([]);
    // They differ: it is not that nothing was played.
    expect(variants.filter(({ passLess }) => passLess > 0).length).to.be.at.least(10);
  });
});

import { expect } from 'chai';
import { loadCorpus } from '../../vectors/corpus.ts';
import { selfcheck } from './selfcheck.ts';
import { TUNNEL_FAULTS } from './tunnel-faults.ts';
import { variants } from './variants.ts';

describe('faults inside tunnels', () => {
  const { vectors } = loadCorpus();
  const inTunnels = vectors.filter(({ id }) => id.startsWith('indication/tunnels/'));
  const some = [...inTunnels, ...vectors.filter(({ id }, i) => !id.startsWith('indication/tunnels/') && i % 200 === 0)];
  const looking = variants().filter(({ name }) => name.startsWith('tunnels-'));

  it('are caught, each named by what it breaks; who looks into tunnels and says so conforms', () => {
    expect(looking).to.have.length(3);
    const { faults, variants: played } = selfcheck(some, () => {}, { faults: TUNNEL_FAULTS, variants: looking });
    expect(faults.filter(({ caughtBy }) => caughtBy.length === 0).map(({ fault }) => fault.name)).to.deep.equal([]);
    expect(faults.flatMap(({ fault, misblamed }) => misblamed.map((row) => `${fault.name} ${row}`))).to.deep.equal([]);
    expect(played.flatMap(({ failures }) => failures)).to.deep.equal([]);
    expect(played.every(({ played: count }) => count >= inTunnels.length)).to.equal(true);
  });
});

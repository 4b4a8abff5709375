import { expect } from 'chai';
import { loadCorpus } from '../../vectors/corpus.ts';
import { expandVector } from '../../vectors/expand.ts';
import { type Capabilities, DEFAULT_CAPABILITIES, TUNNELS } from './capabilities.ts';
import { whyUnsupported } from './unsupported.ts';

describe('what a target cannot be asked', () => {
  const inTunnels = loadCorpus().vectors.filter(({ id }) => id.startsWith('indication/tunnels/'));
  const asked = (capabilities: Partial<Capabilities>): string[] =>
    inTunnels
      .filter(
        (vector) =>
          whyUnsupported(vector, expandVector(vector), { ...DEFAULT_CAPABILITIES, ...capabilities }) === undefined,
      )
      .map(({ id }) => id);

  it('is what it merges inside of the tunnels that it announces: those rules are another matter', () => {
    const all = asked({});
    expect(all).to.have.length(inTunnels.length).greaterThan(0);
    for (const kind of TUNNELS) {
      const left = asked({ tunnels: [kind] });
      expect(left, kind).to.deep.equal(all.filter((id) => !id.startsWith(`indication/tunnels/${kind}/`)));
      expect(left.length, kind).to.be.lessThan(all.length);
    }
  });
});

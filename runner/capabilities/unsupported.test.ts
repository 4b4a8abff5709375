import { expect } from 'chai';
import { TUNNEL_KINDS } from '../../reference-impl/wire/tunnel.ts';
import { loadCorpus } from '../../vectors/corpus.ts';
import { expandVector } from '../../vectors/expand.ts';
import { DEFAULT_CAPABILITIES } from './capabilities.ts';
import { whyUnsupported } from './unsupported.ts';

describe('what a target cannot be asked', () => {
  const inTunnels = loadCorpus().vectors.filter(({ id }) => id.startsWith('indication/tunnels/'));

  it('is nothing of what lies in tunnels, announced or not', () => {
    expect(inTunnels.length).to.be.greaterThan(0);
    for (const tunnels of [[], TUNNEL_KINDS]) {
      const capabilities = { ...DEFAULT_CAPABILITIES, uro: true, tunnels };
      const left = inTunnels.filter(
        (vector) => whyUnsupported(vector, expandVector(vector), capabilities) !== undefined,
      );
      expect(left.map(({ id }) => id)).to.deep.equal([]);
    }
  });
});

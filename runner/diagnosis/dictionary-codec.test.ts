import { expect } from 'chai';
import fc from 'fast-check';
import { packDictionary, unpackDictionary } from './dictionary-codec.ts';

const VECTORS = ['a', 'b', 'c', 'd', 'e'];
const described = (): { title: string; rule: string } => ({ title: 't', rule: 'H1' });

describe('fault dictionary as bytes', () => {
  it('comes back as it was, whatever was recorded', () => {
    const groups = fc.subarray(['E2 merge', 'H1 payload', 'I7 indications', 'H5 tcp.psh should'], { minLength: 1 });
    const shows = fc.dictionary(fc.constantFrom(...VECTORS), groups);
    fc.assert(
      fc.property(fc.array(shows, { maxLength: 6 }), (all) => {
        const faults = all.map((one, i) => ({ name: `fault ${i}`, shows: new Map(Object.entries(one)) }));
        const {
          digest,
          vectors,
          sets,
          faults: found,
        } = unpackDictionary(packDictionary('d1', VECTORS, faults), described) ?? {
          digest: '',
          vectors: [],
          sets: [],
          faults: [],
        };
        expect({ digest, vectors }).to.deep.equal({ digest: 'd1', vectors: VECTORS });
        found.forEach(({ at, shows: shown }, i) => {
          const back = [...at].map((place, n) => [vectors[place], [...(sets[shown[n] ?? -1] ?? [])].sort()]);
          const was = [...(faults[i]?.shows ?? [])].map(([id, list]) => [id, [...list].sort()]);
          expect(back).to.have.deep.members(was);
        });
        expect(found).to.have.length(faults.length);
      }),
    );
  });

  it('leaves out faults that there are no more', () => {
    const bytes = packDictionary('d', VECTORS, [{ name: 'gone', shows: new Map() }]);
    expect(unpackDictionary(bytes, () => undefined)?.faults).to.deep.equal([]);
  });
});

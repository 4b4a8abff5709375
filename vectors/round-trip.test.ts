import { expect } from 'chai';
import { DEFAULT_POLICY, referenceRun } from '../reference-impl/index.ts';
import { loadCorpus } from './corpus.ts';
import { expandVector } from './expand.ts';
import { inOrder } from './families/groups.ts';
import { ROUND_TRIPS, variantsOf } from './families/round-trip.ts';

describe('the reference under profile gro', () => {
  const vectors = new Map(loadCorpus().vectors.map((vector) => [vector.id, vector]));

  for (const { name, gro, ...only } of ROUND_TRIPS) {
    for (const variant of variantsOf({ name, gro, ...only })) {
      it(`merges what can be cut again: ${name}/${variant.name}`, () => {
        const vector = vectors.get(`round-trip/${name}/${variant.name}`);
        const steps = vector === undefined ? [] : expandVector(vector);
        const { indications } = referenceRun(steps, { ...DEFAULT_POLICY, profile: 'gro' });
        expect(indications.map(({ arrivals }) => arrivals)).to.deep.equal(inOrder(...gro));
      });
    }
  }
});

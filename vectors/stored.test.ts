import { expect } from 'chai';
import { loadCorpus } from './corpus.ts';
import { restored, stored } from './stored.ts';
import type { Vector } from './vector.ts';

describe('stored vectors', () => {
  const { vectors } = loadCorpus();

  it('come back as they were', () => {
    for (const vector of vectors) expect(restored(stored(vector)), vector.id).to.deep.equal(vector);
  });

  it('say once what every segment has, and nothing that one of them lacks', () => {
    const [model] = vectors as [Vector];
    const steps = [
      { receive: { seq: 1, ttl: 9, df: false } },
      { receive: { seq: 2, ttl: 9 } },
      { endOfDpc: true as const },
    ];
    const { always, steps: kept } = stored({ ...model, steps });
    expect(always).to.deep.equal({ ttl: 9 });
    expect(kept).to.deep.equal([{ receive: { seq: 1, df: false } }, { receive: { seq: 2 } }, { endOfDpc: true }]);
  });

  it('are left as they are with a single segment', () => {
    const [model] = vectors as [Vector];
    const vector = { ...model, steps: [{ receive: { seq: 1 } }, { endOfDpc: true as const }] };
    expect(stored(vector)).to.equal(vector);
  });
});

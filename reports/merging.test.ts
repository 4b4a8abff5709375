import { expect } from 'chai';
import { Merging } from './merging.ts';

const decision = (did: string) => ({ arrival: 0, did, rule: 'C5', name: 'merge-data' });
const one = (ratio: number, did: string, arrivals: readonly number[]) =>
  ({ verdict: 'pass', ratio, decisions: [decision(did)], indications: [{ arrivals }] }) as const;

describe('merging over a run', () => {
  it('is asked about where nothing was merged, and is 0 then', () => {
    const merging = new Merging();
    for (let i = 0; i < 1200; i++) merging.add(one(0, 'merged', [0]));
    merging.add(one(1, 'alone', [0]));
    expect(merging.ratio).to.equal(0);
    expect(merging.warning).to.equal('No two segments were merged in 1,200 vectors: is coalescing on?');
  });

  it('is never above what the reference merges', () => {
    const merging = new Merging();
    merging.add(one(3, 'merged', [0, 1]));
    expect([merging.ratio, merging.warning]).to.deep.equal([1, undefined]);
  });

  it('is unknown where nothing was to be merged', () => {
    const merging = new Merging();
    merging.add(one(1, 'alone', [0]));
    expect([merging.ratio, merging.warning]).to.deep.equal([undefined, undefined]);
  });
});

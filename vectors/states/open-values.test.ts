import { expect } from 'chai';
import { OpenValues } from './open-values.ts';

const levels = [1, 7, 33, 66, 100, 257];
const all = Array.from({ length: 300 }, (_, i) => new OpenValues({ decision: String(i) }));

describe('values that levels leave open', () => {
  it('are the same for the same levels', () => {
    const [one, again] = [new OpenValues({ ttl: 'up' }), new OpenValues({ ttl: 'up' })];
    expect(again.number('gap', 1, 1e6)).to.equal(one.number('gap', 1, 1e6));
    expect(new OpenValues({ ttl: 'down' }).number('gap', 1, 1e6)).to.not.equal(one.number('gap', 1, 1e6));
  });

  it('lie above the level before, and the usual sizes are not varied', () => {
    for (const open of all) {
      expect(open.payload(33, levels)).to.be.within(8, 33);
      expect(open.payload(257, levels)).to.be.within(101, 257);
      expect(open.payload(100, levels)).to.equal(100);
    }
    expect(new Set(all.map((open) => open.payload(257, levels))).size).to.be.above(80);
  });

  it('are counts near the level, never more where that is a limit', () => {
    expect(new Set(all.map((open) => open.count(64)))).to.deep.equal(new Set([31, 32, 33, 47, 63, 64]));
    for (const open of all) for (const level of [1, 2, 19, 127]) expect(open.count(level)).to.equal(level);
  });
});

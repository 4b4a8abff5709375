import { expect } from 'chai';
import fc from 'fast-check';
import { isSameJson } from './same-json.ts';

describe('the same as JSON', () => {
  it('is what JSON.stringify says, of a copy and of anything else', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        expect(isSameJson(one, structuredClone(one))).to.equal(true);
        expect(isSameJson(one, other)).to.equal(JSON.stringify(one) === JSON.stringify(other));
      }),
    );
  });

  it('is lost by any change deep inside', () => {
    const whole = { a: [{ b: 1, c: 'x' }, null], d: true };
    for (const other of [
      { a: [{ b: 2, c: 'x' }, null], d: true },
      { a: [{ b: 1, c: 'y' }, null], d: true },
      { a: [{ c: 'x', b: 1 }, null], d: true },
      { a: [{ b: 1, c: 'x' }], d: true },
      { a: { 0: { b: 1, c: 'x' }, 1: null }, d: true },
      { a: [{ b: 1, c: 'x' }, {}], d: true },
      { a: [{ b: 1, c: 'x' }, null] },
    ])
      expect(isSameJson(whole, other), JSON.stringify(other)).to.equal(false);
  });

  it('does not count what JSON leaves out', () => {
    expect(isSameJson({ a: 1, b: undefined }, { a: 1 })).to.equal(true);
    expect(isSameJson({ b: -0 }, { b: 0 })).to.equal(true);
  });
});

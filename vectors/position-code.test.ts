import { expect } from 'chai';
import fc from 'fast-check';
import { hash, positionCode, seedOf } from './position-code.ts';

describe('position code', () => {
  it('tells the stream of its bytes, from seven on', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(0xffff_ffff), fc.integer({ min: 7, max: 300 }), (stream, seq, length) => {
        const bytes = new Uint8Array(length);
        positionCode(stream, seq, bytes);
        expect(seedOf(seq, bytes)).to.equal(hash(stream));
      }),
    );
  });

  it('knows no stream of bytes of which one is wrong, or which are too few', () => {
    const bytes = new Uint8Array(40);
    positionCode('a', 0xffff_fff0, bytes);
    for (let i = 0; i < bytes.length; i++) {
      const wrong = bytes.slice();
      wrong[i] = (wrong[i] as number) ^ 1;
      expect(seedOf(0xffff_fff0, wrong)).to.equal(undefined);
    }
    expect(seedOf(1, bytes.subarray(0, 6))).to.equal(undefined);
    expect(seedOf(0, new Uint8Array(0))).to.equal(undefined);
  });
});

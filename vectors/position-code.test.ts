import { expect } from 'chai';
import fc from 'fast-check';
import { hash, placeOf, positionCode, seededCode, seedOf } from './position-code.ts';

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

  it('tells a place that gives these bytes, from eleven on', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(0xffff_ffff), fc.integer({ min: 11, max: 3000 }), (stream, seq, length) => {
        const bytes = new Uint8Array(length);
        positionCode(stream, seq, bytes);
        const place = placeOf(bytes);
        const again = new Uint8Array(length);
        seededCode(place?.seed ?? 0, place?.seq ?? 0, again);
        expect(again).to.deep.equal(bytes);
      }),
      {
        examples: [
          ['', 1542462929, 17],
          ...[0, 1, 2, 3, 5, 30, 33, 0xffff_fffe].map((seq) => ['a', seq, 64] as [string, number, number]),
        ],
      },
    );
  });

  it('knows no place of bytes of which one is wrong, or which are too few', () => {
    const bytes = new Uint8Array(40);
    positionCode('a', 0xffff_fff0, bytes);
    for (let i = 0; i < bytes.length; i++) {
      const wrong = bytes.slice();
      wrong[i] = (wrong[i] as number) ^ 1;
      expect(placeOf(wrong)).to.equal(undefined);
    }
    expect(placeOf(bytes.subarray(0, 7))).to.equal(undefined);
    expect(placeOf(new Uint8Array(100))).to.equal(undefined);
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

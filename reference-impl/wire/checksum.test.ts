import { expect } from 'chai';
import fc from 'fast-check';
import { finish, fold, sumBytes, swapSum, verifies } from './checksum.ts';

/** As RFC 1071 says it, a word at a time. */
function plain(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i++) {
    sum += i % 2 === 0 ? (bytes[i] as number) * 256 : (bytes[i] as number);
    if (sum > 0xffff) sum -= 0xffff;
  }
  return sum;
}

describe('Internet checksum', () => {
  it('sums RFC 1071’s example', () => {
    const bytes = Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7);
    expect(fold(sumBytes(bytes, 0, 8))).to.equal(0xddf2);
    expect(finish(sumBytes(bytes, 0, 8))).to.equal(0x220d);
  });

  it('sums any part of any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(80), fc.nat(80), (bytes, a, b) => {
        const start = Math.min(a, b, bytes.length);
        const end = Math.min(Math.max(a, b), bytes.length);
        expect(fold(sumBytes(bytes, start, end))).to.equal(plain(bytes.subarray(start, end)));
      }),
    );
  });

  it('folds every size of sum, and only nothing to zero', () => {
    for (const sum of [0, 1, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0xffff * 0x1_0000_0001, 2 ** 48])
      expect(fold(sum)).to.equal(sum === 0 ? 0 : sum % 0xffff || 0xffff);
  });

  it('takes both zeros of a checksum field for right where the rest sums to zero, and nothing else', () => {
    // The rest sums to 0xffff, so that the computed field is 0x0000; 0xffff is the same number.
    expect(finish(0xffff)).to.equal(0);
    expect(verifies(0xffff + 0x0000)).to.equal(true);
    expect(verifies(0xffff + 0xffff)).to.equal(true);
    expect(verifies(0xffff + 1)).to.equal(false);
    expect(verifies(0)).to.equal(false);
  });

  it('swaps a sum for bytes at an odd offset', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const shifted = new Uint8Array(bytes.length + 1);
        shifted.set(bytes, 1);
        expect(fold(swapSum(plain(bytes)))).to.equal(plain(shifted));
      }),
    );
  });
});

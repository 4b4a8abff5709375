import { expect } from 'chai';
import fc from 'fast-check';
import { finish, fold, sumBytes, swapSum, verifies } from './checksum.ts';
import { Scratch, sumWords } from './scratch.ts';
import { compile, wordSum } from './word-sum.ts';

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

describe('Scratch', () => {
  const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => (i * 2654435761) >>> 24);
  const memory = new ArrayBuffer(0x2_0000);

  const ways: Readonly<Record<string, Scratch>> = {
    'WebAssembly with vectors': new Scratch(compile(true)),
    'WebAssembly without': new Scratch(compile(false)),
    'plain JavaScript': new Scratch({
      buffer: memory,
      sum: (at, _, end) => sumWords(new Int32Array(memory), at >> 2, end >> 2),
    }),
  };
  for (const [name, scratch] of Object.entries(ways)) {
    it(`sums every length by ${name}`, () => {
      for (let length = 0; length < 300; length++) {
        scratch.place(bytes, 54, 54 + length);
        expect(scratch.sum(length), `${length}`).to.equal(plain(bytes.subarray(54, 54 + length)));
      }
      for (const length of [1448, 1449, 8948, 65_533, 65_535]) {
        scratch.place(bytes, 200, 200 + length);
        expect(scratch.sum(length)).to.equal(plain(bytes.subarray(200, 200 + length)));
      }
    });
    it(`sums the largest values by ${name}`, () => {
      scratch.place(new Uint8Array(65_589).fill(0xff), 54, 65_589);
      expect(scratch.sum(65_535)).to.equal(plain(new Uint8Array(65_535).fill(0xff)));
      expect(scratch.sum(65_532)).to.equal(0xffff);
    });
  }

  it('has WebAssembly here, with and without vectors', () => {
    for (const sum of [wordSum(), compile(true), compile(false)]) expect(sum).not.to.equal(undefined);
  });

  it('takes headers and trailers of any length', () => {
    const scratch = new Scratch();
    const long = new Uint8Array(300_000);
    long.set(bytes, 66_000);
    scratch.place(long, 66_000, 66_100);
    expect([...scratch.payload(100)]).to.deep.equal([...bytes.subarray(0, 100)]);
    scratch.place(long, 66_000 - 65_000, 66_100);
    expect(scratch.sum(65_100)).to.equal(plain(long.subarray(1000, 66_100)));
  });
});

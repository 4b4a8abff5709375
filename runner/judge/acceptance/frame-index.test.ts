import { expect } from 'chai';
import fc from 'fast-check';
import { equalBytes, sameBytes } from '../../../reference-impl/wire/bytes.ts';
import { type Filed, FrameIndex } from './frame-index.ts';

/** Frames of few kinds: two bytes of header, and a payload. */
const frames = fc.array(
  fc.record({
    header: fc.nat(1),
    kind: fc.nat(2),
    length: fc.nat(7),
    weight: fc.option(fc.nat(1), { nil: undefined }),
  }),
  { maxLength: 30 },
);

describe('the index of a stream’s frames', () => {
  it('finds what a look at each finds: of frames that are alike the first, and all that fit', () => {
    fc.assert(
      fc.property(frames, fc.nat(29), fc.nat(29), fc.nat(2), (list, begin, more, kind) => {
        const filed: Filed[] = list.map(({ header, kind: own, length, weight }) => {
          const frame = Uint8Array.from([header, 0, ...new Array<number>(length).fill(own)]);
          return { frame, joined: frame, from: 2, to: 2 + length, weight };
        });
        const unit = new Uint8Array(12).fill(kind);
        const end = Math.min(begin + more, filed.length - 1);
        const fits = ({ frame, from, to }: Filed): boolean => equalBytes(frame, from, unit, 3, to - from);
        const slow: number[] = [];
        for (let place = begin; place <= end; place++) {
          const one = filed[place] as Filed;
          const isAgain = slow.some((before) => {
            const earlier = filed[before] as Filed;
            return sameBytes(earlier.frame, one.frame) && earlier.weight === one.weight;
          });
          if (fits(one) && !isAgain) slow.push(place);
        }
        const found = new FrameIndex(filed).places(begin, end, unit, 3);
        expect(found.filter((place) => fits(filed[place] as Filed))).to.deep.equal(slow);
      }),
    );
  });

  it('does not look at what cannot fit', () => {
    const filed = Array.from({ length: 1000 }, (_, i) => {
      const frame = Uint8Array.of(i >> 8, i & 0xff, 0, i & 0xff);
      return { frame, joined: frame, from: 0, to: 4, weight: 1 };
    });
    expect(new FrameIndex(filed).places(0, 999, Uint8Array.of(1, 7, 0, 7), 0)).to.deep.equal([0x107]);
  });
});

import { expect } from 'chai';
import fc from 'fast-check';
import { byteDiff } from './byte-diff.ts';

const text = Uint8Array.from({ length: 200 }, (_, i) => (i * 89 + (i >> 2)) & 0xff);
const marked = (marks: readonly boolean[]): number[] => marks.flatMap((mark, i) => (mark ? [i] : []));

describe('byte diff', () => {
  it('marks what was put in, and no more', () => {
    const actual = Uint8Array.from([...text.subarray(0, 90), 1, 2, 3, 4, 5, ...text.subarray(90)]);
    const diff = byteDiff(text, actual);
    expect(marked(diff.actual)).to.deep.equal([90, 91, 92, 93, 94]);
    expect(marked(diff.expected)).to.deep.equal([]);
  });

  it('marks what was left out, and what was changed', () => {
    const actual = Uint8Array.from([...text.subarray(0, 20), ...text.subarray(24)]);
    actual[100] = (actual[100] as number) ^ 0xff;
    const diff = byteDiff(text, actual);
    expect(marked(diff.expected)).to.deep.equal([20, 21, 22, 23, 104]);
    expect(marked(diff.actual)).to.deep.equal([100]);
  });

  it('leaves the same bytes of both without a mark', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.uint8Array({ maxLength: 60 }), fc.boolean(), (a, b, same) => {
        const other = same ? a : b;
        const diff = byteDiff(a, other);
        const kept = (bytes: Uint8Array, marks: readonly boolean[]): number[] => [...bytes].filter((_, i) => !marks[i]);
        expect(kept(a, diff.expected)).to.deep.equal(kept(other, diff.actual));
        if (same) expect([...marked(diff.expected), ...marked(diff.actual)]).to.deep.equal([]);
      }),
    );
  });
});

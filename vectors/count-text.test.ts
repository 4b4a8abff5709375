import { expect } from 'chai';
import { countText } from './count-text.ts';

describe('a count in words', () => {
  it('is singular for one alone', () => {
    expect([0, 1, 2].map((number) => countText(number, 'frame'))).to.deep.equal(['0 frames', '1 frame', '2 frames']);
  });

  it('knows words that end in y', () => {
    expect([countText(1, 'entry'), countText(2, 'entry'), countText(2, 'key')]).to.deep.equal([
      '1 entry',
      '2 entries',
      '2 keys',
    ]);
  });
});

import { expect } from 'chai';
import { finished, inTurns } from './turns.ts';

function* counting(to: number): Generator<void, number> {
  let count = 0;
  while (count < to) {
    count++;
    yield;
  }
  return count;
}

describe('work in pieces', () => {
  it('comes to the same with and without pauses', async () => {
    expect(finished(counting(1000))).to.equal(1000);
    expect(await inTurns(counting(1000), () => false)).to.equal(1000);
  });

  it('can be left while it goes on, however long it is', async () => {
    let isOver = false;
    setTimeout(() => {
      isOver = true;
    }, 1);
    expect(await inTurns(counting(Number.POSITIVE_INFINITY), () => isOver)).to.equal(undefined);
  });
});

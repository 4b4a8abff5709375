import { expect } from 'chai';
import { DpcBoundary, type DpcRule } from './dpc-boundary.ts';

/** Where the DPCs of frames at these microseconds end: how many frames each has. */
function dpcs(rule: DpcRule, times: readonly number[]): number[] {
  const boundary = new DpcBoundary(rule);
  const counts: number[] = [];
  const end = (): void => {
    counts.push(boundary.frames);
    boundary.end();
  };
  for (const time of times) {
    const seconds = 1_700_000_000 + Math.floor(time / 1e6);
    const nanoseconds = (time % 1e6) * 1000;
    if (boundary.isOverBefore(seconds, nanoseconds)) end();
    if (boundary.add(seconds, nanoseconds)) end();
  }
  if (boundary.frames > 0) end();
  return counts;
}

describe('the end of a DPC in a capture', () => {
  const every100 = [0, 100, 200, 300, 400, 500, 600];

  it('comes after so many frames', () => {
    expect(dpcs({ frames: 3 }, every100)).to.deep.equal([3, 3, 1]);
    expect(dpcs({}, every100)).to.deep.equal([7]);
  });

  it('comes where no frame arrived for so long, counted from the last one', () => {
    expect(dpcs({ gap: 101 }, every100)).to.deep.equal([7]);
    expect(dpcs({ gap: 100 }, every100)).to.deep.equal([1, 1, 1, 1, 1, 1, 1]);
    expect(dpcs({ gap: 500 }, [0, 10, 510, 1_000_500, 1_000_600])).to.deep.equal([2, 1, 2]);
  });

  it('comes so long after the first frame, however the others follow', () => {
    expect(dpcs({ interval: 300 }, every100)).to.deep.equal([3, 3, 1]);
    expect(dpcs({ interval: 50 }, every100)).to.deep.equal([1, 1, 1, 1, 1, 1, 1]);
    expect(dpcs({ interval: 300 }, [0, 299, 300, 599, 600])).to.deep.equal([2, 2, 1]);
  });
});

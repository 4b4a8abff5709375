import { expect } from 'chai';
import type { Arrival } from '../judge/arrival.ts';
import type { Incomplete } from '../judge/explain-incomplete.ts';
import type { Observed } from '../judge/observed.ts';
import type { Finding } from '../judge/types.ts';
import { settledPart } from './settled-part.ts';
import type { ReceivedFrame } from './sides.ts';

const found = (level: Finding['level'], ...arrivals: number[]): Finding =>
  ({ rule: 'I1', level, arrivals, field: 'order', expected: '', actual: '', message: '' }) as Finding;

/** Segments 0 to 4: the frame looked at is made of 3, the one after the cut of 1, with this finding. */
function explained(later: Finding): Incomplete<Arrival, Observed> {
  const match = (segment: number, frame: number, findings: readonly Finding[]) => ({
    run: [{ number: segment }],
    observed: { number: frame },
    findings,
  });
  return {
    matches: [match(3, 0, []), match(1, 1, [later])],
    extra: [],
    order: [found('must', 1, 3)],
    gone: [{ number: 0 }, { number: 2 }, { number: 4 }],
  } as unknown as Incomplete<Arrival, Observed>;
}

const numbersOf = (all: readonly { readonly number: number }[]): number[] => all.map(({ number }) => number).sort();

describe('the part of an explanation that more frames will not change', () => {
  const frames = [{ number: 0 }] as unknown as readonly ReceivedFrame[];

  it('has no order of a segment that only a later frame with findings may hold: that one is gone', () => {
    const { order, gone, end } = settledPart(explained(found('must', 1)), frames, false);
    expect(order).to.deep.equal([]);
    expect(numbersOf(gone)).to.deep.equal([0, 1, 2]);
    expect(end).to.equal(4);
  });

  it('has the order of a segment that a later frame holds as it was sent', () => {
    const { order, gone } = settledPart(explained(found('should', 1)), frames, false);
    expect(order).to.have.length(1);
    expect(numbersOf(gone)).to.deep.equal([0, 2]);
  });
});

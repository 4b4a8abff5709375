import { expect } from 'chai';
import type { Vector } from '../../vectors/vector.ts';
import { UsageError } from '../base/errors.ts';
import { planVectors, type Selection } from './plan.ts';

function vector(id: string, level: Vector['level'], rules: string[], flags: string[] = []): Vector {
  return { id, title: id, level, rules, flags, connections: [], steps: [], expect: [], otherwise: [] };
}

const CORPUS = [
  vector('exceptions/a/ipv4', 'must', ['E3']),
  vector('exceptions/a/ipv6', 'derived', ['E3', 'I1'], ['long']),
  vector('exceptions/ab/ipv4', 'should', ['E8a']),
  vector('headers/a/ipv4', 'may', ['E8b'], ['padding', 'long']),
];

function ids(selection: Selection): string[] {
  return planVectors(CORPUS, selection).map(({ id }) => id);
}

describe('plan', () => {
  it('selects by glob, across slashes, and takes away', () => {
    expect(ids({})).to.have.length(4);
    expect(ids({ filters: ['*/a/*'] })).to.deep.equal(['exceptions/a/ipv4', 'exceptions/a/ipv6', 'headers/a/ipv4']);
    expect(ids({ filters: ['exceptions/*', '!*ipv6'] })).to.deep.equal(['exceptions/a/ipv4', 'exceptions/ab/ipv4']);
    expect(ids({ filters: ['!exceptions'] })).to.deep.equal(['headers/a/ipv4']);
  });

  it('takes a plain path with what is under it', () => {
    expect(ids({ filters: ['exceptions/a'] })).to.deep.equal(['exceptions/a/ipv4', 'exceptions/a/ipv6']);
    expect(ids({ filters: ['headers/a/ipv4'] })).to.deep.equal(['headers/a/ipv4']);
  });

  it('selects and rejects by lists of exact ids', () => {
    expect(ids({ selected: ['headers/a/ipv4', 'exceptions/a/ipv4'] })).to.deep.equal([
      'exceptions/a/ipv4',
      'headers/a/ipv4',
    ]);
    expect(ids({ rejected: ['exceptions/a/ipv4', 'exceptions/a/ipv6'] })).to.deep.equal([
      'exceptions/ab/ipv4',
      'headers/a/ipv4',
    ]);
    expect(ids({ selected: [] })).to.deep.equal([]);
    expect(() => ids({ rejected: ['exceptions/a'] })).to.throw(UsageError, 'exceptions/a');
  });

  it('selects by rule, level and flag', () => {
    expect(ids({ rules: ['e3'] })).to.have.length(2);
    expect(ids({ rules: ['E8'] })).to.deep.equal(['exceptions/ab/ipv4', 'headers/a/ipv4']);
    expect(ids({ level: 'must' })).to.deep.equal(['exceptions/a/ipv4', 'exceptions/a/ipv6']);
    expect(ids({ level: 'should' })).to.deep.equal(['exceptions/ab/ipv4']);
    expect(ids({ flags: ['long', '!padding'] })).to.deep.equal(['exceptions/a/ipv6']);
  });

  it('refuses names that there are not', () => {
    for (const selection of [
      { filters: ['exceptions/b'] },
      { filters: ['!hedders/*'] },
      { rules: ['X1'] },
      { flags: ['x'] },
    ]) {
      expect(() => ids(selection)).to.throw(UsageError);
    }
  });
});

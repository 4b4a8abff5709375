import { expect } from 'chai';
import { ClockSpread } from './clock-spread.ts';
import type { ConnectionResult } from './connection.ts';
import { noCounts } from './stream-counts.ts';
import { towardsHost } from './towards-host.ts';

const result = (from: string, to: string, later: readonly number[], merged: number = 0): ConnectionResult => {
  const clock = new ClockSpread();
  for (const seconds of later) clock.add(0, seconds);
  return { from, to, clock, counts: { ...noCounts(), segments: 4, frames: 4, merged } } as unknown as ConnectionResult;
};

const judgedOf = (results: readonly ConnectionResult[], hosts: readonly string[] = []): string[] =>
  towardsHost(results, hosts).map(({ from, to }) => `${from} ${to}`);

describe('which direction of two captures is judged', () => {
  it('is the one whose frames come later in the received capture, whatever its clock', () => {
    for (const clock of [0, -3600, 5]) {
      const there = result('a', 'b', [clock + 0.001, clock + 0.004]);
      const back = result('b', 'a', [clock - 0.001, clock - 0.002]);
      expect(judgedOf([there, back])).to.deep.equal(['a b']);
    }
  });

  it('is both where times do not tell: the clock drifts, or is missing', () => {
    expect(judgedOf([result('a', 'b', [0.001, 0.004]), result('b', 'a', [-0.001, 0.003])])).to.have.length(2);
    expect(judgedOf([result('a', 'b', []), result('b', 'a', [-0.001])])).to.have.length(2);
  });

  it('is the later one although one copy in twenty was taken for another', () => {
    const times = (later: number): number[] => Array.from({ length: 20 }, (_, i) => (i === 7 ? -later : later) * 0.001);
    expect(judgedOf([result('a', 'b', times(1)), result('b', 'a', times(-1))])).to.deep.equal(['a b']);
  });

  it('is known from other connections where all frames of its other direction are missing', () => {
    const known = [result('a', 'b', [3.001]), result('b', 'a', [2.999])];
    expect(judgedOf([...known, result('c', 'd', [2.9991])])).to.deep.equal(['a b']);
    expect(judgedOf([...known, result('c', 'd', [3.0009])])).to.deep.equal(['a b', 'c d']);
    expect(judgedOf([result('c', 'd', [2.9991])])).to.deep.equal(['c d']);
  });

  it('is the one in which a router lowers TTLs', () => {
    const ttls = (from: string, to: string, counts: object, hasHop = false): ConnectionResult => {
      const plain = result(from, to, []);
      return { ...plain, hasHop, counts: { ...plain.counts, ...counts } };
    };
    const raised = ttls('b', 'a', { raised: 3 });
    expect(judgedOf([ttls('a', 'b', { lowered: 2 }), raised])).to.deep.equal(['a b']);
    expect(judgedOf([ttls('a', 'b', { level: 2 }, true), raised])).to.deep.equal(['a b']);
    // Without a router it is the device that raises them.
    expect(judgedOf([ttls('a', 'b', { level: 2 }), raised])).to.have.length(2);
    expect(judgedOf([ttls('a', 'b', { lowered: 2 }), ttls('b', 'a', { raised: 3, level: 1 })])).to.have.length(2);
  });

  it('is the one towards the end that merges, and what the user says before all', () => {
    expect(judgedOf([result('a', 'b', [], 3), result('b', 'a', [])])).to.deep.equal(['a b']);
    expect(judgedOf([result('a', 'b', [1]), result('b', 'a', [0])], ['a'])).to.deep.equal(['b a']);
  });
});

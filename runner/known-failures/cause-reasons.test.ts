import { expect } from 'chai';
import { withReasons } from './cause-reasons.ts';

describe('reasons from causes', () => {
  const findings = [{ rule: 'C10', field: 'merge' }];
  const titlesOf = (vector: string): readonly string[] =>
    vector.startsWith('a/') ? ['Addresses'] : vector.startsWith('b/') ? ['Labels', 'Both'] : [];
  const vectors = ['a/1', 'a/2', 'b/1', 'c/1'];

  it('takes an entry apart by cause, and leaves what has none', () => {
    const entry = {
      reason: 'TODO: why does it fail?',
      verdict: 'fail',
      findings,
      vectors: ['a', 'b/*', 'c/1'],
    } as const;
    expect(withReasons([entry], { titlesOf }, vectors)).to.deep.equal([
      { ...entry, reason: 'Addresses', vectors: ['a/1', 'a/2'] },
      { ...entry, reason: 'Labels; Both', vectors: ['b/1'] },
      { ...entry, vectors: ['c/1'] },
    ]);
  });

  it('does not touch what somebody wrote, nor what was not played', () => {
    const written = { reason: 'bug 17', verdict: 'fail', findings, vectors: ['a'] } as const;
    const elsewhere = { reason: 'TODO', verdict: 'fail', findings, vectors: ['z'] } as const;
    expect(withReasons([written, elsewhere], { titlesOf }, vectors)).to.deep.equal([written, elsewhere]);
  });
});

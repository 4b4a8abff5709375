import { expect } from 'chai';
import { FINDING, played } from '../testing/sample-run.ts';
import type { CauseEvent, VectorEvent, VerdictEvent } from './events.ts';
import type { Case } from './run-summary.ts';
import { shownCases } from './shown-cases.ts';

/** A failed vector with findings of these rules and so many frames. */
function failed(id: string, rules: readonly string[], frames = 1): Case {
  const findings = rules.map((rule) => ({ ...FINDING, rule }));
  const [vector, verdict] = played(id, 'fail', { findings }) as [VectorEvent, VerdictEvent];
  return { vector: { ...vector, steps: Array.from({ length: frames }, () => ({ rx: '00' })) }, verdict };
}

function cause(smallest: string, ...others: readonly string[]): CauseEvent {
  return {
    title: smallest,
    severity: 'fail',
    rules: ['H1'],
    findings: [],
    vectors: [smallest, ...others],
    conditions: [],
    share: 1,
    passing: 0,
    smallest,
    replay: '',
    resembles: [],
  };
}

const idsOf = (cases: readonly Case[]): string[] => cases.map(({ verdict }) => verdict.vector);

describe('failures that are shown in full', () => {
  it('all of them, as played, where they fit', () => {
    const cases = [failed('b', ['E3', 'I1'], 3), failed('a', ['E3'])];
    expect(idsOf(shownCases(cases, 2))).to.deep.equal(['b', 'a']);
  });

  it('a rare kind is shown, however often another one came before', () => {
    const often = Array.from({ length: 100 }, (_, i) => failed(`often/${i}`, ['H1']));
    expect(idsOf(shownCases([...often, failed('rare', ['E3'])], 3))).to.deep.equal(['often/0', 'rare', 'often/1']);
  });

  it('each kind begins with its smallest, and kinds of one finding come first', () => {
    const cases = [
      failed('both', ['H1', 'E3']),
      failed('long', ['H1'], 9),
      failed('twice', ['H1', 'H1'], 2),
      failed('short', ['H1'], 2),
      failed('other', ['E3'], 4),
    ];
    expect(idsOf(shownCases(cases, 4))).to.deep.equal(['short', 'other', 'both', 'long']);
  });

  it('the smallest of each cause, then those that no cause has', () => {
    const many = ['a', 'b', 'c', 'd', 'e'].map((id) => failed(id, ['H1']));
    const causes = [cause('d', 'a'), cause('b', 'c')];
    expect(idsOf(shownCases(many, 20, causes))).to.deep.equal(['d', 'b', 'e']);
    expect(idsOf(shownCases(many, 1, causes))).to.deep.equal(['d']);
    expect(idsOf(shownCases(many.slice(0, 3), 20, causes))).to.deep.equal(['a', 'b', 'c']);
  });

  it('errors are distinguished by their words, not by the numbers in them', () => {
    const error = (id: string, reason: string): Case => {
      const [vector, verdict] = played(id, 'error', { reason }) as [VectorEvent, VerdictEvent];
      return { vector, verdict };
    };
    const cases = [error('a', 'no answer in 5 s'), error('b', 'no answer in 6 s'), error('c', 'it exited')];
    expect(idsOf(shownCases(cases, 2))).to.deep.equal(['a', 'c']);
  });
});

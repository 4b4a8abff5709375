import { expect } from 'chai';
import { RestartBudget } from './restart-budget.ts';
import type { TargetAnswer } from './target.ts';

const DIED: TargetAnswer = { kind: 'error', message: 'it died', ended: true };
const FAILED: TargetAnswer = { kind: 'error', message: 'ERR' };
const ANSWERED: TargetAnswer = { kind: 'indications', indications: [], statistics: undefined };

/** Plays these ids; what is said of each: "a" answered, "d" died, "-" not played. */
function played(budget: RestartBudget, ids: readonly string[], answer: (id: string) => TargetAnswer): string {
  return ids
    .map((id) => {
      if (budget.refusal(id) !== undefined) return '-';
      const given = answer(id);
      budget.answered(id, given);
      return given === DIED ? 'd' : 'a';
    })
    .join('');
}

const many = (group: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${group}/${i}`);

describe('restarts', () => {
  it('leave out a group in which the target always dies, and go on after it', () => {
    const budget = new RestartBudget(3);
    const ids = [...many('a/fine', 2), ...many('a/deadly', 6), ...many('b/fine', 2), ...many('a/deadly', 1)];
    expect(played(budget, ids, (id) => (id.includes('deadly') ? DIED : ANSWERED))).to.equal('aadddd--aa-');
    expect(budget.refusal('a/deadly/9')).to.deep.include({
      message:
        'not run: the target died in all 4 vectors of a/deadly that it was given; the others of them are left out',
    });
  });

  it('end a run in which the target dies here and there', () => {
    const budget = new RestartBudget(2);
    const ids = many('a/flaky', 12);
    expect(played(budget, ids, (id) => (Number(id.slice(8)) % 2 === 1 ? DIED : ANSWERED))).to.equal('adadad------');
    expect(budget.refusal('b/other/0')).to.deep.include({
      message: 'not run: the target was given up after 2 restarts (--restarts N allows more)',
    });
  });

  it('end a run in which the target has never answered', () => {
    const ids = [...many('a/x', 3), ...many('b/x', 3)];
    expect(played(new RestartBudget(2), ids, () => DIED)).to.equal('ddd---');
  });

  it('leave out no more groups than restarts there may be', () => {
    const ids = ['fine/x/0', ...['a', 'b', 'c', 'd'].flatMap((name) => many(`${name}/x`, 3))];
    expect(played(new RestartBudget(2), ids, (id) => (id.startsWith('fine') ? ANSWERED : DIED))).to.equal(
      'addddddddd---',
    );
  });

  it('are not taken by an error after which the target goes on', () => {
    expect(played(new RestartBudget(0), many('a/x', 5), () => FAILED)).to.equal('aaaaa');
    expect(played(new RestartBudget(0), many('a/x', 3), () => DIED)).to.equal('d--');
  });
});

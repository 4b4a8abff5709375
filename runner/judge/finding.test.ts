import { expect } from 'chai';
import { registry } from '../../reference-impl/rules/index.ts';
import { finding, isSoft, nameArrivals, ruleNamed } from './finding.ts';

describe('finding', () => {
  it('names arrivals shortly: none, one, two, a run, a list of these; of a long list, the beginning', () => {
    expect(nameArrivals([])).to.equal('no arrival');
    expect(nameArrivals([3])).to.equal('#3');
    expect(nameArrivals([3, 4])).to.equal('#3 and #4');
    expect(nameArrivals([3, 9])).to.equal('#3 and #9');
    expect(nameArrivals([3, 4, 5])).to.equal('#3 to #5');
    expect(nameArrivals([3, 5, 6])).to.equal('#3, #5 and #6');
    expect(nameArrivals([1, 3, 4, 5, 9])).to.equal('#1, #3 to #5 and #9');
    expect(nameArrivals([9, 1, 2])).to.equal('#9, #1 and #2');
    const odd = Array.from({ length: 20 }, (_, i) => 2 * i);
    expect(nameArrivals(odd)).to.equal('#0, #2, #4, #6, #8, #10, #12, #14 and 12 more');
    expect(nameArrivals([0, 1, 2, 3, 4])).to.equal('#0 to #4');
  });

  it('finds every rule by its name, and no other', () => {
    for (const rule of registry) expect(ruleNamed(rule.name)).to.equal(rule);
    expect(() => ruleNamed('no-such-rule')).to.throw('no rule is called no-such-rule');
  });

  it('has the level of its rule, or another, and text for what was and must be', () => {
    const rule = ruleNamed('window-update');
    expect(finding(rule, [1], 'f', 7, 'x', 'm')).to.deep.equal({
      rule: rule.id,
      level: rule.level,
      arrivals: [1],
      field: 'f',
      expected: '7',
      actual: 'x',
      message: 'm',
    });
    expect(finding(rule, [], 'f', 0, 1, 'm', 'may').level).to.equal('may');
  });

  it('is soft as a should or a may, hard as a must or derived', () => {
    const levels = (['must', 'derived', 'should', 'may'] as const).map((level) =>
      isSoft(finding(ruleNamed('window-update'), [], 'f', 0, 1, 'm', level)),
    );
    expect(levels).to.deep.equal([false, false, true, true]);
  });
});

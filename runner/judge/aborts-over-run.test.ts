import { expect } from 'chai';
import { AbortsOverRun } from './aborts-over-run.ts';

const statistics = (aborts: number) => ({ pkts: 0, octets: 0, events: 0, aborts });
const vectors = (count: number, rules: readonly string[]) =>
  Array.from({ length: count }, (_, i) => ({ id: `${rules.join()}/${i}`, rules }));

/** What the vectors get, one after the other: the number of findings, and where the first is. */
function observed(planned: ReturnType<typeof vectors>, aborts: (at: number) => number | undefined): number[] {
  const overRun = new AbortsOverRun(planned);
  return planned.flatMap((vector, at) => {
    const counted = aborts(at);
    const finding = overRun.observe(vector, counted === undefined ? undefined : statistics(counted));
    return finding === undefined ? [] : [at];
  });
}

describe('aborts over a run', () => {
  const exceptions = vectors(20, ['C1', 'E3']);

  it('fail once, at the last vector with exceptions, if there was none', () => {
    expect(observed([...exceptions, ...vectors(3, ['C1'])], () => 0)).to.deep.equal([19]);
    const [first, ...rest] = exceptions;
    const overRun = new AbortsOverRun(exceptions);
    for (const vector of [first, ...rest.slice(0, -1)])
      overRun.observe(vector as (typeof exceptions)[0], statistics(0));
    expect(overRun.observe(exceptions[19] as (typeof exceptions)[0], statistics(0))).to.deep.equal({
      rule: 'S4',
      level: 'must',
      arrivals: [],
      field: 'aborts',
      expected: 'some, over the whole run',
      actual: '0',
      message: 'Not one of 20 vectors with exceptions made the target count an abort.',
    });
  });

  it('are right if any vector counted one', () => {
    for (const counting of [0, 7, 19]) {
      expect(observed(exceptions, (at) => (at === counting ? 1 : 0))).to.deep.equal([]);
    }
  });

  it('show nothing over fewer vectors, by others, or where counters were not reported', () => {
    expect(observed(exceptions.slice(1), () => 0)).to.deep.equal([]);
    expect(observed(vectors(30, ['C1', 'E1', 'E7']), () => 0)).to.deep.equal([]);
    expect(observed(exceptions, () => undefined)).to.deep.equal([]);
    expect(observed(exceptions, (at) => (at === 3 ? undefined : 0))).to.deep.equal([]);
  });

  it('are looked for in vectors of each row of exceptions that counts', () => {
    for (const rule of ['E2', 'E3', 'E4', 'E5', 'E6']) {
      expect(
        observed(vectors(21, [rule]), () => 0),
        rule,
      ).to.deep.equal([20]);
    }
  });
});

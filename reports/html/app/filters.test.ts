import { expect } from 'chai';
import fc from 'fast-check';
import type { PackedCase } from '../packed.ts';
import { addressOf, filtered, filtersFrom, NO_FILTERS } from './filters.ts';

const one = (vector: string, more: Partial<PackedCase> = {}): PackedCase => ({
  vector,
  title: '',
  rules: [],
  level: 'must',
  flags: [],
  steps: [],
  verdict: 'pass',
  findings: [],
  indications: [],
  decisions: [],
  ratio: 1,
  notObserved: [],
  ms: 0,
  ...more,
});
const finding = {
  rule: 'H5',
  level: 'must',
  arrivals: [],
  field: 'tcp.psh',
  expected: '8',
  actual: '0',
  message: 'PSH is lost',
};
const cases = [
  one('headers/psh/ipv4', { verdict: 'fail', rules: ['H6'], findings: [finding] }),
  one('headers/psh/ipv6', { rules: ['H5'], flags: ['psh-lost'] }),
  one('exceptions/syn/ipv4', { verdict: 'error', reason: 'It hangs' }),
  one('exceptions/fin/ipv4', { verdict: 'pass-less' }),
];
const ids = (filters: Partial<typeof NO_FILTERS>): string[] =>
  filtered(cases, { ...NO_FILTERS, order: 'run', ...filters }).map(({ vector }) => vector);

describe('filters', () => {
  it('take all words of the one text and none of the other', () => {
    expect(ids({ text: 'PSH ipv4' })).to.deep.equal(['headers/psh/ipv4']);
    expect(ids({ text: 'hangs' })).to.deep.equal(['exceptions/syn/ipv4']);
    expect(ids({ not: 'ipv4' })).to.deep.equal(['headers/psh/ipv6']);
    expect(ids({ text: 'lost', not: 'syn' })).to.deep.equal(['headers/psh/ipv4']);
  });

  it('go by verdict, family, flag, and by rule: about it, or broken', () => {
    expect(ids({ verdict: 'pass-less' })).to.deep.equal(['exceptions/fin/ipv4']);
    expect(ids({ verdict: 'bad' })).to.deep.equal(['headers/psh/ipv4', 'exceptions/syn/ipv4']);
    expect(ids({ family: 'headers', verdict: 'pass' })).to.deep.equal(['headers/psh/ipv6']);
    expect(ids({ flag: 'psh-lost' })).to.deep.equal(['headers/psh/ipv6']);
    expect(ids({ rule: 'H5' })).to.deep.equal(['headers/psh/ipv4', 'headers/psh/ipv6']);
  });

  it('put the worst first, if nothing else is chosen', () => {
    const [first, second] = filtered(cases, NO_FILTERS);
    expect([first?.verdict, second?.verdict]).to.deep.equal(['error', 'fail']);
    expect(filtered(cases, NO_FILTERS)).to.have.length(cases.length);
  });

  it('are the same from their address', () => {
    const word = fc.string({ unit: 'grapheme' });
    const any = fc.record({ text: word, not: word, verdict: word, family: word, rule: word, flag: word });
    fc.assert(
      fc.property(any, (filters) => {
        const whole = { ...NO_FILTERS, ...filters };
        expect(filtersFrom(addressOf(whole).split('?')[1] ?? '')).to.deep.equal(whole);
      }),
    );
    expect(addressOf(NO_FILTERS)).to.equal('#/vectors');
  });
});

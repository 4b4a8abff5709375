import { expect } from 'chai';
import { finding, ruleNamed, WEIGHT } from './finding.ts';
import type { Finding } from './types.ts';
import { weigh } from './weigh.ts';

const of = (field: string, level?: 'should' | 'may'): Finding =>
  finding(ruleNamed('one-ordinary-segment'), [], field, 0, 1, '', level);

const cost = (...findings: Finding[]): number => weigh(findings).cost;

describe('weigh', () => {
  it('finds nothing weightless, and keeps what was found', () => {
    expect(cost()).to.equal(0);
    const found = [of('merge'), of('dpc')];
    expect(weigh(found).findings).to.equal(found);
  });

  it('knows a should by its level, whatever the field', () => {
    for (const field of ['merge', 'dpc', 'payload', 'frame', 'tcp.psh']) {
      expect(cost(of(field, 'should')), field).to.equal(WEIGHT.soft);
      expect(cost(of(field, 'may')), field).to.equal(WEIGHT.soft);
    }
  });

  it('prefers a forbidden merge to a wrong field, that to altered bytes, that to a frame held back', () => {
    expect([of('merge'), of('tcp.psh'), of('payload'), of('frame'), of('dpc')].map((one) => cost(one))).to.deep.equal([
      WEIGHT.forbiddenMerge,
      WEIGHT.wrongField,
      WEIGHT.alteredBytes,
      WEIGHT.alteredBytes,
      WEIGHT.heldBack,
    ]);
    const order = [WEIGHT.soft, WEIGHT.forbiddenMerge, WEIGHT.wrongField, WEIGHT.alteredBytes, WEIGHT.heldBack];
    expect(order).to.deep.equal(order.toSorted((a, b) => a - b));
  });

  it('takes further wrong fields for one mistake', () => {
    expect(cost(of('tcp.psh'), of('tcp.ack'), of('ip.ttl'))).to.equal(WEIGHT.wrongField + 2 * WEIGHT.furtherField);
  });

  it('adds up what is of several kinds', () => {
    expect(cost(of('merge'), of('payload'), of('tcp.psh'), of('x', 'should'))).to.equal(
      WEIGHT.forbiddenMerge + WEIGHT.alteredBytes + WEIGHT.wrongField + WEIGHT.soft,
    );
  });
});

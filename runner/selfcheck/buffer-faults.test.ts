import { expect } from 'chai';
import { loadCorpus } from '../../vectors/corpus.ts';
import { expandVector } from '../../vectors/expand.ts';
import { judge } from '../judge/judge.ts';
import { faults } from './faults.ts';
import { capabilitiesOf } from './usual.ts';

/** Payloads of few bytes prove nothing; headers may have 120 bytes. */
const LEAST_FRAME = 150;

describe('faults of retransmissions', () => {
  const sent = loadCorpus()
    .vectors.filter(({ id }) => id.startsWith('buffers/retransmission/at-once/'))
    .map(expandVector);

  for (const name of ['hand/buffer/second-copy-wins', 'hand/buffer/first-copy-wins'])
    it(`${name}: the copy is named whose bytes came out, and nothing is out of nowhere`, () => {
      const fault = faults().find((one) => one.name === name);
      if (fault === undefined) throw new Error(`there is no ${name}`);
      const capabilities = capabilitiesOf(fault);
      const found = sent
        .filter((steps) => steps.every((step) => !('rx' in step) || step.rx.length >= LEAST_FRAME))
        .map((steps) => {
          const { indications } = fault.subject(steps);
          return judge({ steps, indications, statistics: undefined, capabilities }).findings.map(({ rule }) => rule);
        })
        .filter((rules) => rules.length > 0);
      expect(found.length).to.be.above(0);
      expect(found.filter((rules) => rules.some((rule) => rule !== 'B2'))).to.deep.equal([]);
    });
});

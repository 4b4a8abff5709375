import { expect } from 'chai';
import { KINDS, sessionOf, singleFaults } from '../../../testing/single-faults.ts';
import { DEFAULT_CAPABILITIES } from '../../capabilities/capabilities.ts';
import { isSoft } from '../finding.ts';
import { judge } from '../judge.ts';

/** Every session has this chance: the whole takes minutes. */
const EVERY = 7;

describe('explanation of TCP: where one rule alone explains an output, it is named, once', () => {
  const kinds = Object.keys(KINDS);
  const pairs = kinds.flatMap((first) => kinds.map((second) => [first, second]));
  for (const ipVersion of [4, 6] as const) {
    it(`of sessions of two segments, IPv${ipVersion}`, () => {
      let judged = 0;
      const wrong: string[] = [];
      for (const [i, pair] of pairs.entries()) {
        if (i % EVERY !== 0) continue;
        const steps = sessionOf(pair, ipVersion);
        for (const { indications, rules } of singleFaults(steps)) {
          judged++;
          const { findings } = judge({ steps, indications, statistics: undefined, capabilities: DEFAULT_CAPABILITIES });
          const hard = findings.filter((found) => !isSoft(found)).map(({ rule }) => rule);
          if (hard.length !== 1 || !rules.has(hard[0] as string)) wrong.push(`${pair}: ${[...rules]}: ${hard}`);
        }
      }
      expect(judged).to.be.at.least(200);
      // Flipping a bit can make the very frame of another arrival: then it is that one.
      expect(wrong.length / judged, wrong.join('\n')).to.be.below(0.005);
    });
  }
});

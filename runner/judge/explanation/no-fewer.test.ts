import { expect } from 'chai';
import type { FrameStep } from '../../../reference-impl/step.ts';
import { everyAttribution, isProperSubset, type Rows, rowsOf } from '../../../testing/every-attribution.ts';
import { inSequence } from '../../../testing/in-sequence.ts';
import { dice } from '../../../testing/legal-coalescer.ts';
import { scripted } from '../../../testing/scripted-coalescer.ts';
import { KINDS, sessionOf, singleFaults } from '../../../testing/single-faults.ts';
import { DEFAULT_CAPABILITIES } from '../../capabilities/capabilities.ts';
import { arrivalsOf, isUnordered } from '../arrival.ts';
import { judge } from '../judge.ts';
import { observe } from '../observed.ts';
import { tcpProtocol } from '../tcp/tcp-protocol.ts';
import type { ObservedIndication } from '../types.ts';

/** Of a known connection. */
const NAMES = Object.keys(KINDS).filter((name) => name !== 'fragment');

/** An attribution that comes with fewer of the same findings; undefined: there is none. */
function fewer(steps: readonly FrameStep[], indications: readonly ObservedIndication[]): Rows | undefined {
  const arrivals = arrivalsOf(steps, false);
  const observed = indications.map((one, number) => observe(one, number, false));
  // Frames that are no segments are matched apart.
  if (observed.some(({ segment }) => isUnordered(segment))) return undefined;
  const { findings } = judge({ steps, indications, statistics: undefined, capabilities: DEFAULT_CAPABILITIES });
  const own = rowsOf(findings);
  for (const rows of everyAttribution(arrivals, observed, tcpProtocol(DEFAULT_CAPABILITIES, arrivals), inSequence))
    if (isProperSubset(rows, own)) return [...own, 'but', ...rows];
  return undefined;
}

/** The arrivals in units at random, in any order, some lost, some twice; now and then a byte of a header is wrong. */
function anyOutput(steps: readonly FrameStep[], count: number, seed: number): ObservedIndication[] {
  const roll = dice(seed);
  const units: number[][] = [];
  for (let number = 0; number < count; number++) {
    if (roll() < 0.1) continue;
    const unit = units[Math.floor(roll() * units.length)];
    if (unit !== undefined && roll() < 0.6) unit.push(number);
    else units.push([number]);
  }
  if (roll() < 0.3) units.sort(() => roll() - 0.5);
  if (roll() < 0.1 && units.length > 0) units.push(units[0] as number[]);
  return scripted(
    steps,
    units.map((arrivals) => ({ arrivals, ...(roll() < 0.1 ? { late: 1 } : {}) })),
  )
    .map((one) => {
      if (roll() > 0.25) return one;
      const frame = one.frame.slice();
      const at = 14 + Math.floor(roll() * 46);
      frame[at] = (frame[at] as number) ^ (1 << Math.floor(roll() * 8));
      return { ...one, frame };
    })
    .sort((a, b) => a.step - b.step);
}

const ROUNDS = 2000;

describe('law of the explanation: no fewer of its findings explain the output', () => {
  it('of any output of two and three segments', () => {
    const roll = dice(5);
    const wrong: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const count = 2 + Math.floor(roll() * 2);
      const names = Array.from({ length: count }, () => NAMES[Math.floor(roll() * NAMES.length)] as string);
      const steps = sessionOf(names, roll() < 0.5 ? 4 : 6);
      const seed = Math.floor(roll() * 2 ** 31);
      const rows = fewer(steps, anyOutput(steps, count, seed));
      if (rows !== undefined) wrong.push(`${names} ${seed}: ${rows}`);
    }
    expect(wrong, wrong.join('\n')).to.deep.equal([]);
  });

  it('of planted faults', () => {
    const wrong: string[] = [];
    let count = 0;
    NAMES.forEach((first, i) => {
      const second = NAMES[(i * 5 + 3) % NAMES.length] as string;
      const steps = sessionOf([first, second], i % 2 === 0 ? 4 : 6);
      for (const { indications, rules } of singleFaults(steps)) {
        count++;
        const rows = fewer(steps, indications);
        if (rows !== undefined) wrong.push(`${first} ${second} ${[...rules]}: ${rows}`);
      }
    });
    expect(count).to.be.at.least(300);
    expect(wrong).to.deep.equal([]);
  });
});

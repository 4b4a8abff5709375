import { expect } from 'chai';
import type { FrameStep } from '../../../reference-impl/step.ts';
import { DATAGRAM_KINDS, datagramSession } from '../../../testing/datagram-kinds.ts';
import { everyAttribution, isProperSubset, type Rows, rowsOf } from '../../../testing/every-attribution.ts';
import { inSequence } from '../../../testing/in-sequence.ts';
import { dice } from '../../../testing/legal-coalescer.ts';
import { scripted } from '../../../testing/scripted-coalescer.ts';
import { scriptedDatagrams } from '../../../testing/scripted-datagrams.ts';
import { KINDS, sessionOf, singleFaults } from '../../../testing/single-faults.ts';
import { type Capabilities, DEFAULT_CAPABILITIES } from '../../capabilities/capabilities.ts';
import { arrivalsOf, isUnordered } from '../arrival.ts';
import { judge } from '../judge.ts';
import { observe } from '../observed.ts';
import { tcpProtocol } from '../tcp/tcp-protocol.ts';
import type { ObservedIndication } from '../types.ts';
import { splitUdp } from '../udp/udp-arrival.ts';
import { udpProtocol } from '../udp/udp-protocol.ts';

const URO: Capabilities = { ...DEFAULT_CAPABILITIES, uro: true };

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

/** The same of datagrams. */
function fewerOfDatagrams(steps: readonly FrameStep[], indications: readonly ObservedIndication[]): Rows | undefined {
  const observed = indications.map((one, number) => observe(one, number, false));
  const udp = splitUdp(steps, arrivalsOf(steps, false), observed);
  if (udp.otherArrivals.length + udp.otherObserved.length > 0) return undefined;
  const { findings } = judge({ steps, indications, statistics: undefined, capabilities: URO });
  const own = rowsOf(findings);
  for (const rows of everyAttribution(udp.arrivals, udp.observed, udpProtocol(URO, udp.arrivals)))
    if (isProperSubset(rows, own)) return [...own, 'but', ...rows];
  return undefined;
}

/** The arrivals in units at random, in any order, some lost, some twice. */
function anyUnits(count: number, roll: () => number): number[][] {
  const units: number[][] = [];
  for (let number = 0; number < count; number++) {
    if (roll() < 0.1) continue;
    const unit = units[Math.floor(roll() * units.length)];
    if (unit !== undefined && roll() < 0.6) unit.push(number);
    else units.push([number]);
  }
  if (roll() < 0.3) units.sort(() => roll() - 0.5);
  if (roll() < 0.1 && units.length > 0) units.push(units[0] as number[]);
  return units;
}

/** Now and then a bit is wrong, of the first bytes after the link-layer header. */
function withWrongBits(
  all: readonly ObservedIndication[],
  length: number,
  roll: () => number,
): readonly ObservedIndication[] {
  return all
    .map((one) => {
      if (roll() > 0.25) return one;
      const frame = one.frame.slice();
      const at = 14 + Math.floor(roll() * Math.min(length, frame.length - 14));
      frame[at] = (frame[at] as number) ^ (1 << Math.floor(roll() * 8));
      return { ...one, frame };
    })
    .sort((a, b) => a.step - b.step);
}

function anyOutput(steps: readonly FrameStep[], count: number, seed: number): readonly ObservedIndication[] {
  const roll = dice(seed);
  const units = anyUnits(count, roll).map((arrivals) => ({ arrivals, ...(roll() < 0.1 ? { late: 1 } : {}) }));
  return withWrongBits(scripted(steps, units), 46, roll);
}

function anyDatagrams(steps: readonly FrameStep[], count: number, seed: number): readonly ObservedIndication[] {
  const roll = dice(seed);
  const units = anyUnits(count, roll).map((arrivals) => ({
    arrivals,
    ...(roll() < 0.1 ? { late: 1 } : {}),
    isBare: roll() < 0.2,
  }));
  return withWrongBits(scriptedDatagrams(steps, units), 30, roll);
}

const ROUNDS = 400;
const SEEDS = Array.from({ length: 10 }, (_, i) => 5 + 977 * i);

function breaches(
  kinds: readonly string[],
  session: (kinds: readonly string[], ipVersion: 4 | 6) => FrameStep[],
  output: (steps: readonly FrameStep[], count: number, seed: number) => readonly ObservedIndication[],
  judged: (steps: readonly FrameStep[], indications: readonly ObservedIndication[]) => Rows | undefined,
): readonly string[] {
  return SEEDS.flatMap((first) => {
    const roll = dice(first);
    return Array.from({ length: ROUNDS }, () => {
      const count = 2 + Math.floor(roll() * 2);
      const names = Array.from({ length: count }, () => kinds[Math.floor(roll() * kinds.length)] as string);
      const steps = session(names, roll() < 0.5 ? 4 : 6);
      const seed = Math.floor(roll() * 2 ** 31);
      const rows = judged(steps, output(steps, count, seed));
      return rows === undefined ? [] : [`${names} ${seed}: ${rows}`];
    }).flat();
  });
}

describe('law of the explanation: no fewer of its findings explain the output', () => {
  it('of any output of two and three segments', () => {
    expect(breaches(NAMES, sessionOf, anyOutput, fewer)).to.deep.equal([]);
  });

  it('of any output of two and three datagrams', () => {
    expect(breaches(Object.keys(DATAGRAM_KINDS), datagramSession, anyDatagrams, fewerOfDatagrams)).to.deep.equal([]);
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

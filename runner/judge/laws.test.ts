import { expect } from 'chai';
import fc from 'fast-check';
import type { FrameStep } from '../../reference-impl/step.ts';
import { dice } from '../../testing/legal-coalescer.ts';
import { sessionOps, stepsOf } from '../../testing/random-session.ts';
import { scripted } from '../../testing/scripted-coalescer.ts';
import { KINDS, type SingleFault, sessionOf, singleFaults } from '../../testing/single-faults.ts';
import { DEFAULT_CAPABILITIES } from '../capabilities/capabilities.ts';
import { type Arrival, arrivalsOf } from './arrival.ts';
import { isSoft } from './finding.ts';
import { judge } from './judge.ts';
import type { Judgement, ObservedIndication } from './types.ts';

const judged = (steps: readonly FrameStep[], indications: readonly ObservedIndication[]): Judgement =>
  judge({ steps, indications, statistics: undefined, capabilities: DEFAULT_CAPABILITIES });

const textOf = (frame: Uint8Array): string => Buffer.from(frame).toString('latin1');

/** The arrivals of each DPC in units at random, mostly of neighbours, mostly in order; now and then one is lost. */
function anyOutput(steps: readonly FrameStep[], arrivals: readonly Arrival[], seed: number): number[][] {
  const roll = dice(seed);
  const units: number[][] = [];
  let dpc: number[][] = [];
  const flush = (): void => {
    if (roll() < 0.3) dpc.sort(() => roll() - 0.5);
    units.push(...dpc);
    dpc = [];
  };
  const byStep = new Map(arrivals.map((arrival) => [arrival.step, arrival.number]));
  steps.forEach((_, at) => {
    const number = byStep.get(at);
    if (number === undefined) flush();
    else if (roll() < 0.05) return;
    else {
      const open = dpc[Math.floor(roll() * dpc.length)];
      if (open !== undefined && roll() < 0.5) open.push(number);
      else dpc.push([number]);
    }
  });
  flush();
  return units;
}

interface Output {
  readonly arrivals: readonly Arrival[];
  readonly units: readonly (readonly number[])[];
  readonly indications: readonly ObservedIndication[];
  readonly judgement: Judgement;
}

function ofAnyOutput(check: (output: Output) => void): void {
  fc.assert(
    fc.property(sessionOps, fc.integer(), (ops, seed) => {
      const steps = stepsOf(ops);
      const arrivals = arrivalsOf(steps, false);
      const units = anyOutput(steps, arrivals, seed);
      const indications = scripted(
        steps,
        units.map((unit) => ({ arrivals: unit })),
      );
      check({ arrivals, units, indications, judgement: judged(steps, indications) });
    }),
    { numRuns: 400 },
  );
}

describe('laws of the explanation, of any output', () => {
  it('a frame that came out as one arrival came in, and is not said to be merged, is that arrival', () => {
    ofAnyOutput(({ arrivals, units, indications, judgement }) => {
      const frames = arrivals.map(({ frame }) => textOf(frame));
      units.forEach((unit, i) => {
        const [number] = unit as [number];
        const text = textOf((indications[i] as ObservedIndication).frame);
        if (unit.length > 1 || frames.filter((frame) => frame === text).length > 1) return;
        const attribution = judgement.attribution[i] ?? [];
        expect(attribution).to.include(number);
        // A pure ACK that changes nothing, or that a window update joined, may be in it: the bytes do not tell.
        const others = attribution.filter((each) => each !== number);
        expect(others.filter((each) => arrivals[each]?.segment.isPureAck !== true)).to.deep.equal([]);
      });
    });
  });

  it('I1 names two arrivals that came out in another order', () => {
    ofAnyOutput(({ arrivals, judgement: { findings, attribution } }) => {
      const place = new Map(attribution.flatMap((unit, i) => unit.map((number) => [number, i] as const)));
      for (const { rule, arrivals: named, message } of findings) {
        if (rule !== 'I1') continue;
        const overtook = named.some((a) =>
          named.some(
            (b) =>
              a < b &&
              arrivals[a]?.connection === arrivals[b]?.connection &&
              (place.get(b) ?? Number.NaN) < (place.get(a) ?? Number.NaN),
          ),
        );
        expect(overtook, message).to.equal(true);
      }
    });
  });

  it('I7 names arrivals that did not come out, or a frame that is one too many', () => {
    ofAnyOutput(({ judgement: { findings, attribution } }) => {
      const times = new Map<number, number>();
      for (const number of attribution.flat()) times.set(number, (times.get(number) ?? 0) + 1);
      for (const { rule, arrivals: named, message } of findings) {
        if (rule !== 'I7') continue;
        const isRight = named.every((number) => times.get(number) !== 1);
        expect(isRight, `${message} ${JSON.stringify(attribution)}`).to.equal(true);
      }
    });
  });
});

describe('laws of the explanation, of two faults that have nothing to do with each other', () => {
  /** Every n-th: the whole takes minutes. */
  const EVERY = 61;

  it('each is named, and nothing else', () => {
    const kinds = Object.keys(KINDS);
    const pairs = kinds.flatMap((first) => kinds.map((second) => [first, second]));
    const wrong: string[] = [];
    let count = 0;
    let turn = 0;
    for (const [i, pair] of pairs.entries()) {
      const other = pairs[(i * 7 + 3) % pairs.length] as string[];
      const [steps4, steps6] = [sessionOf(pair, 4), sessionOf(other, 6)];
      const steps = [...steps4.slice(0, 2), ...steps6];
      const ofOther = singleFaults(steps6);
      for (const one of singleFaults(steps4)) {
        const two = ofOther[turn % Math.max(1, ofOther.length)];
        if (two === undefined || turn++ % EVERY !== 0) continue;
        count++;
        const hard = judged(steps, together(one, two))
          .findings.filter((found) => !isSoft(found))
          .map(({ rule }) => rule);
        const isOf = (fault: SingleFault, rule: string): boolean => fault.rules.has(rule);
        const isRight =
          hard.length === 2 &&
          ((isOf(one, hard[0] as string) && isOf(two, hard[1] as string)) ||
            (isOf(two, hard[0] as string) && isOf(one, hard[1] as string)));
        if (!isRight) wrong.push(`${pair} ${other}: ${[...one.rules]} and ${[...two.rules]}: ${hard}`);
      }
    }
    expect(count).to.be.at.least(100);
    expect(wrong, wrong.join('\n')).to.deep.equal([]);
  });

  /** Two arrivals of the first, then two of the second; both have two DPCs. */
  function together(one: SingleFault, two: SingleFault): ObservedIndication[] {
    const moved = ({ step, ...rest }: ObservedIndication): ObservedIndication => ({ ...rest, step: step + 2 });
    return [...one.indications, ...two.indications].map(moved).sort((a, b) => a.step - b.step);
  }
});

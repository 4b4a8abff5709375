import { expect } from 'chai';
import fc from 'fast-check';
import { referenceRun } from '../../reference-impl/reference-run.ts';
import type { Statistics } from '../../reference-impl/statistics.ts';
import type { FrameStep } from '../../reference-impl/step.ts';
import { buildFrame, type Corruption } from '../../reference-impl/wire/build.ts';
import { headerFields } from '../../reference-impl/wire/fields.ts';
import { legalCoalescer } from '../../testing/legal-coalescer.ts';
import { sessionOps, stepsOf } from '../../testing/random-session.ts';
import { type Capabilities, DEFAULT_CAPABILITIES } from '../capabilities/capabilities.ts';
import { parsed } from './arrival.ts';
import { judge } from './judge.ts';
import type { Judgement, ObservedIndication } from './types.ts';

function judged(
  steps: readonly FrameStep[],
  indications: readonly ObservedIndication[],
  statistics?: Statistics,
): Judgement {
  return judge({ steps, indications, statistics, capabilities: DEFAULT_CAPABILITIES });
}

/** Without IPv4's Identification, a pure ACK that is missing may as well have been merged: nothing tells them apart. */
const UNPROVED = ['C3', 'C6'];

describe('judge', () => {
  it('passes the reference, whatever arrives', () => {
    fc.assert(
      fc.property(sessionOps, (ops) => {
        const steps = stepsOf(ops);
        const { indications, statistics } = referenceRun(steps);
        const { verdict, findings } = judged(steps, indications, statistics);
        expect(findings).to.deep.equal([]);
        expect(verdict).to.equal('pass');
      }),
      { numRuns: 2000 },
    );
  });

  it('never fails a legal coalescer', () => {
    fc.assert(
      fc.property(sessionOps, fc.integer(), fc.constantFrom(0, 0.5, 0.9, 1), (ops, seed, eager) => {
        const steps = stepsOf(ops);
        const { findings } = judged(steps, legalCoalescer(steps, { seed, eager }));
        expect(findings).to.deep.equal([]);
      }),
      { numRuns: 3000 },
    );
  });

  it('leaves the frames that it is given alone, Buffers too', () => {
    fc.assert(
      fc.property(sessionOps, (ops) => {
        const steps = stepsOf(ops);
        const indications = referenceRun(steps).indications.map((one) => ({ ...one, frame: Buffer.from(one.frame) }));
        const before = indications.map(({ frame }) => frame.toString('hex'));
        expect(judged(steps, indications).findings).to.deep.equal([]);
        expect(indications.map(({ frame }) => frame.toString('hex'))).to.deep.equal(before);
      }),
      { numRuns: 500 },
    );
  });

  it('lets a target drop what it says it drops, and not a sound fragment', () => {
    const fragment = (corrupt: Corruption): FrameStep => ({
      rx: buildFrame({ src: '10.0.0.1', dst: '192.0.2.1', sport: 1, dport: 2, df: false, fragmentOffset: 9, corrupt }),
    });
    const dropped = (step: FrameStep, drops: Capabilities['drops']): string =>
      judge({
        steps: [step, { dpc: true }],
        indications: [],
        statistics: undefined,
        capabilities: { ...DEFAULT_CAPABILITIES, drops },
      }).verdict;
    expect(dropped(fragment({}), 'both')).to.equal('fail');
    expect(dropped(fragment({ ipChecksum: 'wrong' }), 'both')).to.equal('pass');
    expect(dropped(fragment({ ipChecksum: 'wrong' }), 'malformed')).to.equal('fail');
    expect(dropped(fragment({ protocol: 99 }), 'both')).to.equal('pass');
    expect(dropped(fragment({ protocol: 99 }), 'checksum')).to.equal('fail');
  });

  it('never throws, whatever comes out', () => {
    const anything = fc.record({
      step: fc.nat({ max: 30 }),
      frame: fc.uint8Array({ maxLength: 120 }),
      oob: fc.constant({}),
    });
    fc.assert(
      fc.property(sessionOps, fc.array(anything, { maxLength: 8 }), (ops, indications) => {
        judged(stepsOf(ops), indications);
      }),
      { numRuns: 500 },
    );
  });

  describe('finds one planted fault', () => {
    /** Changes the output; undefined where this session offers no place for the fault. */
    type Fault = (indications: ObservedIndication[], pick: number) => ObservedIndication[] | undefined;
    const at = (
      indications: readonly ObservedIndication[],
      pick: number,
      fits: (one: ObservedIndication) => boolean,
    ): number => {
      const places = indications.flatMap((one, i) => (fits(one) ? [i] : []));
      return places.length === 0 ? -1 : (places[pick % places.length] as number);
    };
    const isMerged = ({ oob }: ObservedIndication): boolean => (oob.segCount ?? 0) > 1;
    const changed =
      (fits: (one: ObservedIndication) => boolean, change: (one: ObservedIndication) => ObservedIndication): Fault =>
      (indications, pick) => {
        const place = at(indications, pick, fits);
        return place < 0 ? undefined : indications.map((one, i) => (i === place ? change(one) : one));
      };
    const field = (name: keyof typeof headerFields, flip: number): Fault =>
      changed(
        (one) => isMerged(one) && headerFields[name].has(parsed(one.frame)),
        (one) => {
          const frame = one.frame.slice();
          const layout = parsed(frame);
          headerFields[name].write(frame, layout, headerFields[name].read(frame, layout) ^ flip);
          return { ...one, frame };
        },
      );
    const oob = (change: Partial<ObservedIndication['oob']>): Fault =>
      changed(isMerged, (one) => ({ ...one, oob: { ...one.oob, ...change } }));
    const faults: Record<string, { fault: Fault; rules: readonly string[] }> = {
      'total length': { fault: field('ipv4.total-length', 1), rules: ['H2'] },
      'payload length': { fault: field('ipv6.payload-length', 1), rules: ['H2'] },
      identification: { fault: field('ipv4.id', 0x4000), rules: ['H3'] },
      ttl: { fault: field('ip.ttl', 1), rules: ['H4'] },
      psh: { fault: field('tcp.psh', 8), rules: ['H5'] },
      seq: { fault: field('tcp.seq', 0x100), rules: ['H6', 'I7'] },
      ack: { fault: field('tcp.ack', 1), rules: ['H6'] },
      window: { fault: field('tcp.window', 0x8000), rules: ['H6'] },
      'ece and cwr': { fault: field('tcp.ece-cwr', 0x80), rules: ['H6'] },
      ecn: { fault: field('ip.ecn', 1), rules: ['H6'] },
      'ip checksum': { fault: field('ipv4.checksum', 4), rules: ['H7'] },
      'tcp checksum': { fault: field('tcp.checksum', 4), rules: ['H7'] },
      'segment count': { fault: oob({ segCount: 77 }), rules: ['O1'] },
      'duplicate count': { fault: oob({ dupAckCount: 3 }), rules: ['O2'] },
      'tcp verdict': { fault: oob({ tcpChecksum: 'none' }), rules: ['H8'] },
      loss: {
        fault: (all, pick) => (all.length === 0 ? undefined : all.filter((_, i) => i !== pick % all.length)),
        rules: ['I7', 'C9', ...UNPROVED],
      },
      repetition: {
        fault: (all, pick) => {
          const one = all[pick % all.length];
          return one === undefined ? undefined : [...all, one];
        },
        rules: ['I7', 'I1', 'I2', 'H6'],
      },
      'held back': {
        fault: (all, pick) => {
          const place = pick % Math.max(1, all.length);
          const one = all[place];
          return one === undefined ? undefined : [...all.filter((_, i) => i !== place), { ...one, step: 1000 }];
        },
        rules: ['I2', 'I1', 'I7', ...UNPROVED],
      },
      'one byte': {
        fault: changed(isMerged, (one) => {
          const frame = one.frame.slice();
          const last = frame.length - 1;
          frame[last] = (frame[last] as number) ^ 0xff;
          return { ...one, frame };
        }),
        rules: ['H1'],
      },
    };
    for (const [name, { fault, rules }] of Object.entries(faults)) {
      it(name, () => {
        let planted = 0;
        let named = 0;
        fc.assert(
          fc.property(sessionOps, fc.nat(), (ops, pick) => {
            const steps = stepsOf(ops);
            const faulty = fault([...referenceRun(steps).indications], pick);
            if (faulty === undefined) return;
            planted++;
            const { verdict, findings } = judged(steps, faulty);
            expect(verdict).to.equal('fail');
            // What is a should is beside the checksum, which the alteration makes wrong.
            const [first] = findings.filter(({ level, rule }) => level !== 'should' || rules.includes(rule));
            if (first !== undefined && rules.includes(first.rule)) named++;
          }),
          { numRuns: 400 },
        );
        expect(planted).to.be.greaterThan(20);
        // Now and then another explanation is just as light: a window update that is lost may as well have been swallowed.
        expect(named / planted).to.be.greaterThan(0.9);
      });
    }
  });
});

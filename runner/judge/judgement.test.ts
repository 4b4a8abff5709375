/** What a judgement tells beside its findings: verdict, attribution, ratio, and what could not be observed. */

import { expect } from 'chai';
import type { OutOfBand } from '../../reference-impl/indication.ts';
import type { Policy } from '../../reference-impl/policy.ts';
import { referenceRun } from '../../reference-impl/reference-run.ts';
import type { FrameStep } from '../../reference-impl/step.ts';
import { buildFrame, type FrameSpec } from '../../reference-impl/wire/build.ts';
import { type Capabilities, DEFAULT_CAPABILITIES } from '../capabilities/capabilities.ts';
import { judge } from './judge.ts';
import type { JudgeInput, Judgement, ObservedIndication } from './types.ts';

const DPC: FrameStep = { dpc: true };

function data(index: number, extra: Partial<FrameSpec> = {}): FrameStep {
  const payload = Uint8Array.from({ length: 30 }, (_, i) => 30 * index + i);
  return {
    rx: buildFrame({ src: '10.0.0.1', dst: '192.0.2.1', sport: 1, dport: 2, seq: 30 * index, payload, ...extra }),
  };
}

const observed = (steps: readonly FrameStep[], policy?: Partial<Policy>): readonly ObservedIndication[] =>
  referenceRun(steps, policy).indications;

function judged(
  steps: readonly FrameStep[],
  indications: readonly ObservedIndication[],
  more: Partial<JudgeInput> = {},
): Judgement {
  return judge({ steps, indications, statistics: undefined, capabilities: DEFAULT_CAPABILITIES, ...more });
}

const udp: Partial<FrameSpec> = { transport: 'udp', sport: 9 };
const mixed: readonly FrameStep[] = [
  { set: { uro: true } },
  ...[data(0), data(0, udp), data(5, { sport: 7 }), data(1), data(1, udp), data(2), DPC],
];

describe('a judgement', () => {
  it('attributes every indication, of segments and of datagrams', () => {
    const { verdict, attribution, ratio } = judged(mixed, observed(mixed));
    expect({ verdict, attribution, ratio }).to.deep.equal({
      verdict: 'pass',
      attribution: [[0, 3, 5], [1, 4], [2]],
      ratio: 1,
    });
  });

  it('tells what was merged less than the reference merges', () => {
    const less = judged(mixed, observed(mixed, { maxSegments: 2 }));
    expect([less.verdict, less.ratio]).to.deep.equal(['pass-less', 2 / 3]);
    expect(less.attribution).to.deep.equal([[0, 3], [1, 4], [2], [5]]);
    const none = judged(mixed, observed(mixed, { maxSegments: 1 }));
    expect([none.verdict, none.ratio]).to.deep.equal(['pass-less', 0]);
    const nothingToMerge = [data(0), DPC];
    const { verdict, ratio } = judged(nothingToMerge, observed(nothingToMerge));
    expect([verdict, ratio]).to.deep.equal(['pass', 1]);
  });

  it('names what is missing once a stream, in the order of arrival', () => {
    const ports = [1, 7, 1, 7, 1];
    const steps = [...ports.map((sport, i) => data(i, { sport, flags: 'AS' })), DPC];
    const { verdict, attribution, findings } = judged(steps, observed(steps).slice(0, 1));
    expect(verdict).to.equal('fail');
    expect(attribution).to.deep.equal([[0]]);
    expect(findings.map(({ arrivals }) => arrivals)).to.deep.equal([
      [1, 3],
      [2, 4],
    ]);
  });

  describe('says what could not be observed:', () => {
    const steps = [data(0), data(1), DPC];
    const oob: OutOfBand = {
      segCount: 2,
      dupAckCount: 0,
      timestampDelta: 0,
      ipChecksum: 'ok',
      tcpChecksum: 'ok',
      valueInvalid: 0,
    };
    const frame = (observed(steps)[0] as ObservedIndication).frame;
    const all = Object.keys(oob) as (keyof OutOfBand)[];
    const statistics = { pkts: 2, octets: 60, events: 1, aborts: 0 };
    const capabilities: Capabilities = { ...DEFAULT_CAPABILITIES, addresses: ['192.0.2.1'] };
    const missing = (of: Partial<OutOfBand>, more: Partial<JudgeInput> = {}): readonly string[] =>
      judged(steps, [{ step: 2, frame, oob: of }], { statistics, capabilities, ...more }).notObserved;

    it('nothing, where all is there', () => {
      expect(missing(oob)).to.deep.equal([]);
    });

    it('each value that no indication reported', () => {
      expect(missing({})).to.deep.equal(all);
      for (const key of all) {
        const { [key]: _, ...rest } = oob;
        expect(missing(rest)).to.deep.equal([key]);
      }
    });

    it('none of them, where nothing was indicated, or one that was reported once', () => {
      const empty = judged([DPC], [], { statistics: { pkts: 0, octets: 0, events: 0, aborts: 0 }, capabilities });
      expect(empty.notObserved).to.deep.equal([]);
      const apart = observed(steps, { maxSegments: 1 }).map((one, i) => ({ ...one, oob: i === 0 ? oob : {} }));
      expect(judged(steps, apart, { statistics, capabilities }).notObserved).to.deep.equal([]);
    });

    it('counters, boundaries, forwarding', () => {
      expect(missing(oob, { statistics: undefined })).to.deep.equal(['statistics']);
      expect(missing(oob, { capabilities: { ...capabilities, boundary: 'none' } })).to.deep.equal(['DPC boundaries']);
      expect(missing(oob, { capabilities: { ...capabilities, boundary: 'timer' } })).to.deep.equal([]);
      expect(missing(oob, { capabilities: DEFAULT_CAPABILITIES })).to.deep.equal(['forwarded segments (I6)']);
    });

    it('a virtio header, where the vector is about it', () => {
      expect(missing(oob, { rules: ['V3'] })).to.deep.equal(['virtio headers (V)']);
      expect(missing(oob, { rules: ['C5'] })).to.deep.equal([]);
    });

    it('the count and size of datagrams, where URO is used', () => {
      const datagrams = [{ set: { uro: true } }, data(0, udp), data(1, udp), DPC];
      const whole = observed(datagrams);
      const fieldsReported = (one: Partial<OutOfBand>): readonly string[] =>
        judged(
          datagrams,
          whole.map((given) => ({ ...given, oob: { ...oob, ...one } })),
          { statistics, capabilities },
        ).notObserved;
      expect(fieldsReported({ uroSegCount: 2, uroSegSize: 30 })).to.deep.equal([]);
      expect(fieldsReported({ uroSegCount: 2 })).to.deep.equal(['uroSegSize']);
      expect(fieldsReported({ uroSegSize: 30 })).to.deep.equal(['uroSegCount']);
      expect(fieldsReported({})).to.deep.equal(['uroSegCount', 'uroSegSize']);
      const before = judged([{ set: { uro: true } }, DPC], [], { statistics, capabilities });
      expect(before.notObserved).to.deep.equal([]);
    });
  });
});

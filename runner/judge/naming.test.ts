import { expect } from 'chai';
import { Coalescer } from '../../reference-impl/coalescer.ts';
import type { FrameStep } from '../../reference-impl/step.ts';
import { buildFrame, type FrameSpec } from '../../reference-impl/wire/build.ts';
import { TcpAt } from '../../reference-impl/wire/fields.ts';
import { DEFAULT_CAPABILITIES } from '../capabilities/capabilities.ts';
import { parsed } from './arrival.ts';
import { judge } from './judge.ts';
import type { ObservedIndication } from './types.ts';

/** Faults that once got the name of another. */
describe('judge: names the fault that is there', () => {
  const segment = (seq: number, more: Partial<FrameSpec> = {}): FrameStep => {
    const payload = Uint8Array.from({ length: 100 }, (_, i) => seq + i);
    return { rx: buildFrame({ src: '10.0.0.1', dst: '192.0.2.1', sport: 1, dport: 2, seq, payload, ...more }) };
  };

  function named(steps: readonly FrameStep[], change: (one: ObservedIndication) => ObservedIndication): string[] {
    const coalescer = new Coalescer();
    for (const step of steps) if ('rx' in step) coalescer.receive(step.rx);
    const indications = coalescer.endOfDpc().map(({ frame, oob }) => change({ step: steps.length - 1, frame, oob }));
    const { findings } = judge({ steps, indications, statistics: undefined, capabilities: DEFAULT_CAPABILITIES });
    return findings.map(({ rule, field }) => `${rule} ${field}`);
  }

  it('a duplicate counted on a frame that stayed alone, among others', () => {
    const steps = [segment(0), segment(100), segment(500), segment(900), segment(1000), { dpc: true } as const];
    const count = (one: ObservedIndication): ObservedIndication =>
      one.oob.segCount === 0 ? { ...one, oob: { ...one.oob, dupAckCount: 1 } } : one;
    expect(named(steps, count)).to.deep.equal(['O2 dupAckCount']);
  });

  for (const [words, what] of [
    [4, 'under five'],
    [6, 'one too many'],
    [15, 'the largest'],
    [0, 'none'],
  ] as const) {
    it(`a data offset of ${words} on a merged unit: ${what}`, () => {
      const shortened = (one: ObservedIndication): ObservedIndication => {
        const frame = one.frame.slice();
        frame[parsed(frame).tcpOffset + TcpAt.dataOffset] = words << 4;
        return { ...one, frame };
      };
      expect(named([segment(0), segment(100), { dpc: true }], shortened)[0]).to.equal('H1 tcp.data-offset');
    });
  }
});

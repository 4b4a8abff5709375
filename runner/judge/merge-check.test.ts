/** What of a run of arrivals forbids their merge: one hard finding, soft ones beside it. */

import { expect } from 'chai';
import type { FrameStep } from '../../reference-impl/step.ts';
import type { FrameSpec } from '../../reference-impl/wire/build.ts';
import { data, pureAck, SIX } from '../../testing/segment-steps.ts';
import { type Capabilities, DEFAULT_CAPABILITIES } from '../capabilities/capabilities.ts';
import { arrivalsOf } from './arrival.ts';
import { worded as inWords } from './finding.ts';
import { checkMerge } from './merge-check.ts';
import type { Finding } from './types.ts';

function findings(steps: readonly FrameStep[], capabilities: Partial<Capabilities> = {}): readonly Finding[] {
  return checkMerge(arrivalsOf(steps, false), { ...DEFAULT_CAPABILITIES, ...capabilities }).findings.map(inWords);
}

function reported(steps: readonly FrameStep[], capabilities: Partial<Capabilities> = {}): string[] {
  return findings(steps, capabilities).map(({ rule, level, arrivals }) => `${rule} (${level}) at ${arrivals}`);
}

describe('merge check', () => {
  it('has nothing against what may be merged, and puts it together', () => {
    const steps = [data(0), data(1, { ack: 10, window: 77 }), pureAck(2, { ack: 10, window: 78 })];
    const { unit, findings: found } = checkMerge(arrivalsOf(steps, false), DEFAULT_CAPABILITIES);
    expect(found).to.deep.equal([]);
    expect([unit.dataSegments, unit.payloadLength, unit.ack, unit.window]).to.deep.equal([2, 20, 10, 78]);
  });

  it('says which segment must not be there, into what it was merged, and why', () => {
    const [found] = findings([data(0), data(1), data(2, { flags: 'AF' })]);
    expect(found).to.include({ rule: 'E3', level: 'must', field: 'merge', expected: 'not merged' });
    expect(found?.actual).to.equal('merged into #0 to #2: its TCP flags are FIN|ACK');
    expect(found?.message).to.match(/^#2 must not be merged: /);
  });

  it('says which values differ', () => {
    const actual = (...steps: FrameStep[]): string | undefined => findings(steps)[0]?.actual;
    expect(actual(data(0, { ecn: 2 }), data(1, { ecn: 3 }))).to.equal(
      'merged into #0 and #1: its ECN field is CE, #0’s is ECT(0)',
    );
    expect(actual(data(0), data(4))).to.equal(
      'merged into #0 and #1: its sequence number is 1040, the next one is 1010',
    );
    expect(actual(data(0), data(1, { corrupt: { tcpChecksum: 'wrong' } }))).to.equal('merged into #0 and #1');
  });

  it('names what breaks a must first, and leaves out the milder clause that the same bits break', () => {
    expect(reported([data(0), data(1, { flags: 'P' })])).to.deep.equal(['E3 (derived) at 1']);
    expect(reported([data(0, { flags: 'P' }), data(1, { flags: 'P' })])).to.deep.equal(['E3 (should) at 0']);
    const tagged = (vid: number): Partial<FrameSpec> => ({ tags: [{ vid }] });
    expect(reported([data(0, tagged(5)), data(1, tagged(6))])).to.deep.equal(['C11 (must) at 1']);
  });

  it('holds a switch-off between them against a merge, of their own IP version only', () => {
    const off4: FrameStep = { set: { rsc4: false } };
    const on4: FrameStep = { set: { rsc4: true } };
    const off6: FrameStep = { set: { rsc6: false } };
    expect(reported([data(0), off4, on4, data(1)])).to.deep.equal(['I4 (must) at 1']);
    expect(findings([data(0), off4, on4, data(1)])[0]?.message).to.match(/^#0 and #1 were merged across a switch-off/);
    expect(reported([data(0), off6, data(1)])).to.deep.equal([]);
    expect(reported([data(0), data(1), off4])).to.deep.equal([]);
    expect(reported([off4, on4, data(0), data(1)])).to.deep.equal([]);
    const six = [data(0, SIX), data(1, SIX)] as const;
    expect(reported([six[0], off6, { set: { rsc6: true } }, six[1]])).to.deep.equal(['I4 (must) at 1']);
    expect(reported([six[0], off4, six[1]])).to.deep.equal([]);
  });

  it('holds a merge while RSC is off against its first segment', () => {
    expect(reported([{ set: { rsc4: false } }, data(0), data(1)])).to.deep.equal(['I3 (must) at 0']);
  });

  it('holds a switch of receive checksum offload between them against a merge', () => {
    const off: FrameStep = { set: { rxcsum: false } };
    const on: FrameStep = { set: { rxcsum: true } };
    expect(reported([data(0), off, on, data(1)])).to.deep.equal(['K4 (derived) at 1']);
    expect(reported([data(0), data(1), off])).to.deep.equal([]);
    expect(reported([off, on, data(0), data(1)])).to.deep.equal([]);
    expect(reported([off, data(0), on, data(1)])).to.deep.equal(['K4 (derived) at 0']);
  });

  it('is silent where half the number space leaves no order, and not a step before', () => {
    const half = 0x8000_0000;
    expect(reported([data(0), data(1, { ack: (9 + half) >>> 0 })])).to.deep.equal([]);
    expect(reported([data(0), data(1, { ack: (9 + half + 1) >>> 0 })])).to.deep.equal(['C4 (should) at 1']);
    const stamped = (place: number, tsVal: number): FrameStep => data(place, { timestamps: [tsVal >>> 0, 5] });
    expect(reported([stamped(0, 9), stamped(1, 9 + half)])).to.deep.equal([]);
    expect(reported([stamped(0, 9), stamped(1, 9 + half + 1)])).to.deep.equal(['T2 (must) at 1']);
  });

  it('lists a should besides, whatever must not be, each once', () => {
    const reserved = { flags: 'A2' };
    expect(reported([data(0, reserved), data(1, reserved)])).to.deep.equal(['E3 (should) at 0']);
    expect(reported([data(0, reserved), data(1, { flags: 'AF2' }), data(2, { flags: 'AR2' })])).to.deep.equal([
      'E3 (must) at 1',
      'E3 (should) at 0',
    ]);
  });

  it('takes a counted duplicate onto a pure ACK from a target that says so, onto data from none', () => {
    const onAck = [pureAck(0), pureAck(0)];
    expect(reported(onAck)).to.deep.equal(['C8 (should) at 1']);
    expect(reported(onAck, { duplicateacks: 'counted' })).to.deep.equal([]);
    for (const duplicateacks of ['alone', 'counted'] as const) {
      expect(reported([data(0), pureAck(1)], { duplicateacks })).to.deep.equal(['C9 (should) at 1']);
    }
  });

  it('holds a target to its own limit of IPv6', () => {
    const long = (place: number): FrameStep =>
      data(0, { ...SIX, seq: 1000 + 32_760 * place, payload: new Uint8Array(32_760 - 20 * place) });
    // Payload Length: 20 + 32,760 + 32,740 = 65,520; with the IPv6 header 65,560.
    expect(reported([long(0), long(1)])).to.deep.equal([]);
    expect(reported([long(0), long(1)], { ipv6limit: 'total' })).to.deep.equal(['E7 (must) at 1']);
  });
});

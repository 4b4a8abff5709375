/** K and B as the judge sees them: what is legal passes, what is not is called by its name. */

import { expect } from 'chai';
import type { OutOfBand } from '../../reference-impl/indication.ts';
import type { FrameStep } from '../../reference-impl/step.ts';
import { buildFrame } from '../../reference-impl/wire/build.ts';
import { setU16 } from '../../reference-impl/wire/bytes.ts';
import { expandSegment } from '../../vectors/expand.ts';
import type { SegmentSpec } from '../../vectors/vector.ts';
import { DEFAULT_CAPABILITIES } from '../capabilities/capabilities.ts';
import { judge } from './judge.ts';

const CONNECTION = { src: '10.0.0.1', dst: '192.0.2.1', sport: 7, dport: 8 };
const CAPABILITIES = { ...DEFAULT_CAPABILITIES, csum: true, rxcsum: true };

const expanded = (spec: SegmentSpec): Uint8Array => expandSegment({ ack: 1, id: 9, ...spec }, CONNECTION);
/** 100 bytes at `seq`. */
const step = (seq: number, spec: SegmentSpec = {}): FrameStep & { readonly rx: Uint8Array } => ({
  rx: expanded({ seq, payload: 100, ...spec }),
  ...(spec.csum === undefined ? {} : { csum: spec.csum }),
});
const unit = (seq: number, length: number): Uint8Array =>
  buildFrame({ ...CONNECTION, ack: 1, id: 9, seq, payload: payloadOf(seq, length) });
const payloadOf = (seq: number, payload: number, payloadVersion = 0): Uint8Array =>
  expanded({ seq, payload, payloadVersion, trailer: 0 }).subarray(54);

function found(
  steps: readonly FrameStep[],
  indications: readonly { frame: Uint8Array; oob?: Partial<OutOfBand>; step?: number }[],
): string[] {
  const at = steps.length - 1;
  const observed = indications.map(({ frame, oob = {}, step: when = at }) => ({ step: when, frame, oob }));
  const { findings } = judge({ steps, indications: observed, statistics: undefined, capabilities: CAPABILITIES });
  return findings.map(({ rule, arrivals, field }) => `${rule} ${arrivals} ${field}`);
}

const dpc: FrameStep = { dpc: true };
const partial = { csum: 'partial' } as const;
const trusted = { csum: 'unnecessary' } as const;
const wrong = { corrupt: { tcpChecksum: 'wrong' } } as const;

describe('checksums announced out of band', () => {
  const pseudo = expanded({ seq: 0, payload: 200, ...partial });
  const whole = unit(0, 200);
  const pair = [step(0, partial), step(100), dpc];

  it('expands a partial segment to the pseudo-header’s sum', () => {
    // 10.0.0.1, 192.0.2.1, TCP, 220 bytes of TCP.
    expect(((pseudo[50] as number) << 8) | (pseudo[51] as number)).to.equal(0x0a00 + 1 + 0xc000 + 0x0201 + 6 + 220);
  });

  it('takes a unit with a whole sum, with the pseudo-header’s sum and a mark, or flagged', () => {
    expect(found(pair, [{ frame: whole, oob: { tcpChecksum: 'ok' } }])).to.deep.equal([]);
    expect(found(pair, [{ frame: pseudo, oob: { tcpChecksum: 'partial' } }])).to.deep.equal([]);
    expect(found(pair, [{ frame: pseudo, oob: { tcpChecksum: 'ok', valueInvalid: 1 } }])).to.deep.equal([]);
    expect(found(pair, [{ frame: pseudo }])).to.deep.equal([]);
  });

  it('K3: the pseudo-header’s sum without a mark, a whole sum with one, neither', () => {
    const neither = whole.slice();
    setU16(neither, 50, 0x1234);
    expect(found(pair, [{ frame: pseudo, oob: { tcpChecksum: 'ok' } }])).to.deep.equal(['K3 0,1 tcp.checksum']);
    expect(found(pair, [{ frame: whole, oob: { tcpChecksum: 'partial' } }])).to.deep.equal(['K3 0,1 tcp.checksum']);
    expect(found(pair, [{ frame: neither, oob: { tcpChecksum: 'ok' } }])).to.deep.equal(['K3 0,1 tcp.checksum']);
  });

  it('H7 where nothing was marked', () => {
    const steps = [step(0), step(100), dpc];
    expect(found(steps, [{ frame: pseudo, oob: { tcpChecksum: 'ok' } }])).to.deep.equal(['H7 0,1 tcp.checksum']);
  });

  it('K1: alone, a partial frame may be passed on, vouched for or completed, but not fail', () => {
    const [arrival] = pair as [FrameStep & { readonly rx: Uint8Array }];
    const steps = [arrival, dpc];
    for (const tcpChecksum of ['partial', 'ok'] as const)
      expect(found(steps, [{ frame: arrival.rx, oob: { tcpChecksum } }]), tcpChecksum).to.deep.equal([]);
    expect(found(steps, [{ frame: unit(0, 100), oob: { tcpChecksum: 'ok' } }])).to.deep.equal([]);
    expect(found(steps, [{ frame: unit(0, 100), oob: { tcpChecksum: 'none' } }])).to.deep.equal([]);
    expect(found(steps, [{ frame: arrival.rx }])).to.deep.equal([]);
    expect(found(steps, [{ frame: arrival.rx, oob: { tcpChecksum: 'bad' } }])).to.deep.equal(['K1 0 tcpChecksum']);
    const completed = [{ frame: unit(0, 100), oob: { tcpChecksum: 'partial' } as const }];
    expect(found(steps, completed)).to.deep.equal(['K3 0 tcp.checksum']);
  });

  it('K2: of two frames with the same bytes, the trusted one merges, and the one that fails its checksum may be dropped', () => {
    const steps = [step(0), step(100, wrong), step(100, { ...wrong, ...trusted }), dpc];
    const indications = [{ step: 3, frame: whole, oob: { tcpChecksum: 'ok' } as const }];
    const capabilities = { ...CAPABILITIES, drops: 'checksum' } as const;
    const { findings, attribution } = judge({ steps, indications, statistics: undefined, capabilities });
    expect(findings).to.deep.equal([]);
    expect(attribution).to.deep.equal([[0, 2]]);
  });

  it('K3, a warning: a partial frame goes up as it came, and nothing is said', () => {
    const arrival = step(0, partial);
    const indications = [{ step: 1, frame: arrival.rx, oob: { tcpChecksum: 'none' } as const }];
    const input = { steps: [arrival, dpc], indications, statistics: undefined, capabilities: CAPABILITIES };
    const { verdict, findings } = judge(input);
    expect([verdict, ...findings.map(({ rule, level }) => `${rule} ${level}`)]).to.deep.equal(['warn', 'K3 should']);
  });

  it('K2: a trusted frame merges whatever its bytes say; an unmarked one does not', () => {
    const steps = [step(0, { ...trusted, ...wrong }), step(100), dpc];
    expect(found(steps, [{ frame: whole, oob: { tcpChecksum: 'ok' } }])).to.deep.equal([]);
    const alone = [step(0, { ...trusted, ...wrong }), dpc] as const;
    expect(found(alone, [{ frame: alone[0].rx, oob: { tcpChecksum: 'ok' } }])).to.deep.equal([]);
    expect(found(alone, [{ frame: alone[0].rx, oob: { tcpChecksum: 'bad' } }])).to.deep.equal(['K2 0 tcpChecksum']);
    expect(found([step(0, wrong), step(100), dpc], [{ frame: whole }])).to.deep.equal(['E2 0 merge']);
  });

  it('a partial frame is not dropped as wrong', () => {
    const capabilities = { ...CAPABILITIES, drops: 'both' } as const;
    const { findings } = judge({
      steps: [step(0, partial), dpc],
      indications: [],
      statistics: undefined,
      capabilities,
    });
    expect(findings.map(({ rule }) => rule)).to.deep.equal(['I7']);
  });

  it('K4: what is merged, validated or held back while receive checksum offload is off', () => {
    const off: FrameStep = { set: { rxcsum: false } };
    const [a, b] = [step(0), step(100)];
    expect(found([off, a, b, dpc], [{ frame: whole }])).to.deep.equal(['K4 0 merge']);
    expect(found([a, off, b, dpc], [{ frame: whole }])).to.deep.equal(['K4 1 merge']);
    expect(found([a, b, off, dpc], [{ frame: whole }])).to.deep.equal(['K4 0,1 dpc']);
    const flushed = { step: 2, frame: whole };
    for (const tcpChecksum of ['ok', 'none', 'partial'] as const) {
      const frame = tcpChecksum === 'partial' ? pseudo : whole;
      expect(found([a, b, off, dpc], [{ ...flushed, frame, oob: { tcpChecksum } }]), tcpChecksum).to.deep.equal([]);
    }
    expect(found([a, b, off, dpc], [{ ...flushed, oob: { tcpChecksum: 'bad' } }])).to.deep.equal([
      'H8 0,1 tcpChecksum',
    ]);
    expect(found([off, a, dpc], [{ frame: a.rx, oob: { tcpChecksum: 'ok' } }])).to.deep.equal(['K4 0 tcpChecksum']);
    expect(found([off, a, dpc], [{ frame: a.rx, oob: { ipChecksum: 'ok' } }])).to.deep.equal(['K4 0 ipChecksum']);
    expect(found([off, a, dpc], [{ frame: a.rx, oob: { tcpChecksum: 'none' } }])).to.deep.equal([]);
    // On again before it came out: it may have been verified then.
    const on: FrameStep = { set: { rxcsum: true } };
    expect(found([off, a, on, dpc], [{ frame: a.rx, step: 2, oob: { tcpChecksum: 'ok' } }])).to.deep.equal([]);
  });
});

describe('stale bytes', () => {
  const three = [step(0), step(100), step(200)];
  /** A unit of three whose parts are these. */
  const made = (...parts: Uint8Array[]): Uint8Array =>
    buildFrame({ ...CONNECTION, ack: 1, id: 9, seq: 0, payload: new Uint8Array(Buffer.concat(parts)) });
  const [first, second, third] = [payloadOf(0, 100), payloadOf(100, 100), payloadOf(200, 100)];

  it('B1: every place holds the last segment’s bytes', () => {
    expect(found([...three, dpc], [{ frame: made(third, third, third) }])).to.deep.equal(['B1 0,1,2 payload']);
    expect(found([...three, dpc], [{ frame: made(second, third, third) }])).to.deep.equal(['B1 0,1,2 payload']);
  });

  it('B2: the bytes of another copy of the same range', () => {
    const steps = [...three, step(100, { payloadVersion: 1, id: 10 }), dpc];
    const again = { frame: (steps[3] as { rx: Uint8Array }).rx };
    expect(found(steps, [{ frame: made(first, payloadOf(100, 100, 1), third) }, again])).to.deep.equal([
      'B2 0,1,2 payload',
    ]);
  });

  it('B3: bytes that had not arrived when the frame was indicated', () => {
    const steps = [...three, dpc, step(300), dpc];
    const later = payloadOf(300, 100);
    const rest = { frame: (steps[4] as { rx: Uint8Array }).rx };
    expect(found(steps, [{ frame: made(first, later, third), step: 3 }, rest])).to.deep.equal(['B3 0,1,2 payload']);
    const lone = [step(0), dpc, step(300), dpc];
    expect(found(lone, [{ frame: rest.frame, step: 1 }, rest])).to.include('B3 0 payload');
  });

  it('B2: a copy that covers the range in part, and not one byte less of it', () => {
    const steps = [...three, step(150, { payloadVersion: 1, id: 10 }), dpc];
    const again = { frame: (steps[3] as { rx: Uint8Array }).rx };
    const part = new Uint8Array(Buffer.concat([second.subarray(0, 50), payloadOf(150, 50, 1)]));
    expect(found(steps, [{ frame: made(first, part, third) }, again])).to.deep.equal(['B2 0,1,2 payload']);
    // A whole segment of it was merged twice.
    const both = new Uint8Array(Buffer.concat([payloadOf(150, 100, 1).subarray(50), third.subarray(50)]));
    expect(found(steps, [{ frame: made(first, part, both) }, again])).to.deep.equal(['B2 0,1,2 payload']);
  });

  it('H1, where fewer than four bytes are another’s', () => {
    const few = (count: number): Uint8Array => {
      const altered = second.slice();
      altered.set(third.subarray(100 - count), 100 - count);
      return made(first, altered, third);
    };
    expect(found([...three, dpc], [{ frame: few(3) }])).to.deep.equal(['H1 0,1,2 payload']);
    expect(found([...three, dpc], [{ frame: few(4) }])).to.deep.equal(['B1 0,1,2 payload']);
  });

  it('says whose bytes they are', () => {
    const { findings } = judge({
      steps: [...three, dpc],
      indications: [{ step: 3, frame: made(second, third, third), oob: {} }],
      statistics: undefined,
      capabilities: CAPABILITIES,
    });
    expect(findings[0]?.message).to.match(/^#0 to #2: the payload holds bytes of #1: /);
  });

  it('H1 as before: swapped, repeated, missing, altered', () => {
    const expectH1 = (frame: Uint8Array): void => {
      const rules = found([...three, dpc], [{ frame }]).map((text) => text.split(' ')[0]);
      expect(rules).to.include.oneOf(['H1', 'H2']);
      expect(rules.join()).not.to.match(/B\d/);
    };
    expectH1(made(second, first, third));
    expectH1(made(first, first, third));
    expectH1(made(first, third));
    expectH1(made(first, new Uint8Array(100), third));
    expectH1(made(first, new Uint8Array([0]), second, third.subarray(0, 99)));
  });
});

import { expect } from 'chai';
import type { FrameStep } from '../../../reference-impl/step.ts';
import { buildFrame, type FrameSpec } from '../../../reference-impl/wire/build.ts';
import { DEFAULT_CAPABILITIES } from '../../capabilities/capabilities.ts';
import { judge } from '../judge.ts';

const CONNECTION = { src: '10.0.0.1', dst: '192.0.2.1', sport: 7, dport: 8, ack: 1, id: 9 };
const V6 = { ...CONNECTION, src: '2001:db8::1', dst: '2001:db8::2' };
const BYTES = Uint8Array.from({ length: 400 }, (_, i) => (i * 7 + (i >> 4)) & 0xff);

const data = (from: number, to: number, fields: Partial<FrameSpec> = {}): Uint8Array =>
  buildFrame({ ...CONNECTION, seq: from, payload: BYTES.slice(from, to), ...fields });

function findingsOf(arrivals: readonly Uint8Array[], indicated: readonly Uint8Array[]): string[] {
  const steps: FrameStep[] = [...arrivals.map((rx) => ({ rx })), { dpc: true }];
  const indications = indicated.map((frame) => ({ step: arrivals.length, frame, oob: {} }));
  const { findings } = judge({ steps, indications, statistics: undefined, capabilities: DEFAULT_CAPABILITIES });
  return findings.map(({ rule, arrivals: those }) => `${rule} ${those}`);
}

describe('explanation of TCP', () => {
  it('knows a pure ACK that was overtaken from one that came out twice', () => {
    const update = buildFrame({ ...CONNECTION, seq: 200, window: 30_002 });
    const arrivals = [
      data(0, 100, { window: 1000 }),
      data(100, 200, { window: 1000 }),
      update,
      data(200, 300, { window: 30_002 }),
    ];
    const merged = data(0, 300, { window: 30_002 });
    expect(findingsOf(arrivals, [merged, update])).to.deep.equal(['I1 2,3']);
  });

  it('and so with a retransmission', () => {
    const old = data(0, 100, { window: 1001 });
    const arrivals = [
      data(0, 100, { window: 1000 }),
      data(100, 200, { window: 1000 }),
      old,
      data(200, 300, { window: 1002 }),
    ];
    const merged = data(0, 300, { window: 1002 });
    expect(findingsOf(arrivals, [merged, old])).to.deep.equal(['I1 2,3']);
  });

  it('still knows what did come out twice', () => {
    const arrivals = [data(0, 100), data(100, 200)];
    const found = findingsOf(arrivals, [data(0, 200), data(100, 200)]);
    expect(found).to.deep.equal(['I7 1']);
  });

  it('knows what was merged around an exception that came out after it', () => {
    const alone = { flags: 'AF' };
    const arrivals = [data(0, 100), data(0, 100, alone), data(100, 120)];
    expect(findingsOf(arrivals, [data(0, 120), data(0, 100, alone)])).to.deep.equal(['I1 1,2']);
  });

  it('knows a merged unit that came after later exceptions, whatever other connections did meanwhile', () => {
    const other = { ...V6, sport: 9 };
    const arrivals = [
      data(0, 100, V6),
      data(500, 600, other),
      data(100, 200, V6),
      data(200, 300, { ...V6, flags: 'AF' }),
      data(300, 400, { ...V6, flags: 'AF' }),
      data(600, 700, { ...other, flags: 'AF' }),
    ];
    const [, b, , first, second, c] = arrivals as [Uint8Array, ...Uint8Array[]];
    const merged = data(0, 200, V6);
    expect(findingsOf(arrivals, [c, first, second, merged, b] as Uint8Array[])).to.deep.equal(['I1 1,5', 'I1 0,2,3,4']);
  });

  it('tells a unit out of order from what was lost in its middle', () => {
    const end = data(300, 400, { flags: 'AF' });
    const late = data(300, 400, { flags: 'AFP' });
    const arrivals = [data(0, 100), data(0, 100, { ack: 2 }), data(100, 200), end, late];
    expect(findingsOf(arrivals, [end, late, data(0, 200)])).to.deep.equal(['I1 0,2,3,4', 'I7 1']);
  });

  it('knows a fragment that was merged in place of the segment with the same bytes, which came out alone', () => {
    const fragment = data(200, 300, { fragmentOffset: 100 });
    const arrivals = [data(0, 100), data(100, 200), fragment, data(200, 300)];
    expect(findingsOf(arrivals, [data(0, 300), data(200, 300)])).to.deep.equal(['E6 2']);
  });

  it('knows pure ACKs that changed places from ones whose fields are wrong', () => {
    const acks = [1, 2, 3].map((n) => buildFrame({ ...CONNECTION, seq: 100, ack: 1000 * n, id: n, window: 70 + n }));
    const [a, b, c] = acks as [Uint8Array, Uint8Array, Uint8Array];
    expect(findingsOf(acks, [b, a, c])).to.deep.equal(['I1 0,1']);
    expect(findingsOf(acks, [a, c, b])).to.deep.equal(['I1 1,2']);
  });
});

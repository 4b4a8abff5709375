import { expect } from 'chai';
import { referenceRun } from '../../reference-impl/reference-run.ts';
import type { FrameStep } from '../../reference-impl/step.ts';
import type { Unit } from '../../reference-impl/unit.ts';
import { setU16, setU32, u16, u32 } from '../../reference-impl/wire/bytes.ts';
import { datagram, URO } from '../../testing/datagram-steps.ts';
import { type Scripted, scripted } from '../../testing/scripted-coalescer.ts';
import { data, pureAck, SIX } from '../../testing/segment-steps.ts';
import { DEFAULT_CAPABILITIES } from '../capabilities/capabilities.ts';
import { judge } from './judge.ts';
import type { ObservedIndication } from './types.ts';

const DPC = { dpc: true } as const;
const frameOf = (step: FrameStep): Uint8Array => (step as { rx: Uint8Array }).rx;

function said(steps: readonly FrameStep[], indications: readonly ObservedIndication[]): string[] {
  const { findings } = judge({ steps, indications, statistics: undefined, capabilities: DEFAULT_CAPABILITIES });
  return findings.map(({ rule, arrivals, message }) => `${rule} [${arrivals}] ${message}`);
}

/** Of two DPCs, the second without frames. */
function ofUnits(frames: readonly FrameStep[], units: readonly Scripted[]): string[] {
  const steps = [...frames, DPC, DPC];
  return said(steps, scripted(steps, units));
}

describe('judge: what is wrong once is named once', () => {
  const stamped = (place: number): FrameStep => data(place, { timestamps: [100 + place, 7] });

  it('timestamps of a frame that came out alone', () => {
    const change = (unit: Unit): void =>
      setU32(unit.bytes, unit.timestampsOffset, u32(unit.bytes, unit.timestampsOffset) + 900);
    expect(ofUnits([stamped(0), data(3)], [{ arrivals: [0], change }, { arrivals: [1] }])).to.deep.equal([
      'T3 [0] The TSval is 1000, must be 100.',
    ]);
  });

  it('the type of a unit with timestamps', () => {
    const change = (unit: Unit): void => setU16(unit.bytes, 12, 0x1800);
    const found = ofUnits([stamped(0), stamped(1)], [{ arrivals: [0, 1], change }]);
    expect(found).to.have.length(1);
    expect(found[0]).to.match(/^H1 \[0,1\] The link-layer header is .* 0x1800, must be .* 0x0800\.$/);
  });

  it('padding that became data of a frame that came out alone', () => {
    const [first, second] = [data(0, { payload: Uint8Array.of(1, 2, 3) }), data(9)];
    const frame = frameOf(first);
    expect(frame).to.have.length(60);
    const whole = frameOf(data(0, { payload: Uint8Array.of(1, 2, 3, 0, 0, 0) }));
    const indications = [whole, frameOf(second)].map((one) => ({ step: 2, frame: one, oob: {} }));
    expect(said([first, second, DPC], indications)).to.deep.equal([
      'H1 [0] Ethernet padding of #0 (3 bytes) became data.',
    ]);
  });

  it('a bad checksum that was merged, although nothing of the pure ACK before it is left (IPv6)', () => {
    const bad = data(0, { ...SIX, corrupt: { tcpChecksum: 'wrong' } });
    expect(ofUnits([pureAck(0, SIX), bad], [{ arrivals: [0, 1] }])).to.deep.equal([
      'E2 [1] #1 must not be merged: The TCP checksum is wrong.',
    ]);
  });

  it('bytes that came out in the neighbour', () => {
    const [a, b] = [data(0), data(1)];
    const joined = [...new Uint8Array(10).fill(0), ...new Uint8Array(10).fill(1)];
    const cut = (at: number): ObservedIndication[] =>
      [joined.slice(0, at), joined.slice(at)].map((payload, i) => ({
        step: 2,
        frame: frameOf(data(i, { seq: 1000 + i * at, payload: Uint8Array.from(payload) })),
        oob: {},
      }));
    expect(said([a, b, DPC], cut(8))).to.deep.equal(['H1 [0,1] The last 2 bytes of #0 came out with #1.']);
    expect(said([a, b, DPC], cut(11))).to.deep.equal(['H1 [0,1] The first byte of #1 came out with #0.']);
  });

  it('a unit that says how many segments it is made of, and lacks the bytes of one', () => {
    const frames = [data(0), data(1), data(2)];
    const payload = new Uint8Array(20).fill(2);
    payload.fill(0, 0, 10);
    const frame = frameOf(data(0, { payload }));
    expect(said([...frames, DPC], [{ step: 3, frame, oob: { segCount: 3 } }])).to.deep.equal([
      'H1 [0,1,2] The payload of #1 (10 bytes) is missing.',
    ]);
  });

  it('headers that were taken for shorter than they are, and became data', () => {
    const second = data(1, { ipOptions: '01010101' });
    const headers = frameOf(second).subarray(54, 58);
    const payload = Uint8Array.from([...new Uint8Array(10), ...headers, ...new Uint8Array(10).fill(1)]);
    const frame = frameOf(data(0, { payload }));
    expect(said([data(0), second, DPC], [{ step: 2, frame, oob: {} }])).to.deep.equal([
      'E5 [1] #1 must not be merged: The IPv4 header has options.',
      'H1 [0,1] The last 4 bytes of the headers of #1 became data.',
    ]);
  });

  it('the same after a segment of one byte, whose fields alone could be wrong', () => {
    const byte = (place: number, fields: object = {}) =>
      data(0, { seq: 1000 + place, id: place, window: 500 + place, payload: Uint8Array.of(0xa0 + place), ...fields });
    const second = byte(1, { ipOptions: '01010101010101010101010101010101' });
    const frame = frameOf(byte(0, { payload: Uint8Array.of(0xa0, ...frameOf(second).subarray(58, 71)) }));
    const unit = { step: 4, frame, oob: {} };
    const rest = scripted([byte(0), second, byte(2), byte(3), DPC], [{ arrivals: [2, 3] }]);
    expect(said([byte(0), second, byte(2), byte(3), DPC], [unit, ...rest])).to.deep.equal([
      'E5 [1] #1 must not be merged: The IPv4 header has options.',
      'H1 [0,1] The last 12 bytes of the headers of #1 became data.',
      'H6 [0,1] The window is #0’s (500), must be the last segment’s (501).',
    ]);
  });

  it('zeros between two payloads are no headers, although the headers of the second end with zeros', () => {
    const options = '0101080a00000005000000060101000000000000';
    const frames = [0, 1].map((place) => data(place, { options }));
    const payload = Uint8Array.of(...new Uint8Array(10), ...new Uint8Array(6), ...new Uint8Array(10).fill(1));
    const frame = frameOf(data(0, { options, payload }));
    expect(said([...frames, DPC], [{ step: 2, frame, oob: {} }])).to.deep.equal([
      'H1 [0,1] 6 bytes that were not sent there are in the payload after #0: 000000000000.',
    ]);
  });

  it('a pure ACK that left no trace: what else it may be is said', () => {
    const acked = { ack: 19 };
    const frames = [data(0), pureAck(1, acked), data(1, acked)];
    expect(ofUnits(frames, [{ arrivals: [0, 2] }])).to.deep.equal([
      'I7 [1] #1 (pure ACK) never came out. It may have been merged with #0 and #2 without a trace, which C6 forbids.',
    ]);
  });
});

describe('judge: what is wrong with a datagram is named once', () => {
  const [a, b] = [1, 2].map((place) => datagram(place, { payload: new Uint8Array(40).fill(place) })) as [
    FrameStep,
    FrameStep,
  ];
  const alone = (change: (frame: Uint8Array) => Uint8Array): string[] => {
    const indications = [change(frameOf(a).slice()), frameOf(b)].map((frame) => ({ step: 3, frame, oob: {} }));
    return said([URO, a, b, DPC], indications).map((text) => text.replace(/: A datagram that .*/, ''));
  };
  const made = (fields: Parameters<typeof datagram>[1]) => (): Uint8Array => frameOf(datagram(1, fields));

  it('its payload, whatever its lengths and checksums are then', () => {
    expect(alone(made({ payload: new Uint8Array(39).fill(1) }))).to.deep.equal([
      'U10 [0] Byte 39 of #0’s payload is missing.',
    ]);
    expect(alone(made({ payload: new Uint8Array(40).fill(7) }))).to.have.length(1);
  });

  it('a field of its header by the field', () => {
    const ttl = made({ payload: new Uint8Array(40).fill(1), ttl: 9 });
    expect(alone(ttl)).to.deep.equal(['U10 [0] The IP header has TTL 9, must have TTL 64, as it arrived.']);
    const length = alone((frame) => {
      setU16(frame, 38, u16(frame, 38) - 1);
      return frame;
    });
    expect(length).to.deep.equal(['U10 [0] The UDP header has UDP length 47, must have UDP length 48, as it arrived.']);
  });

  it('the payload of a unit, whatever its lengths are then', () => {
    const unit = referenceRun([URO, a, b, DPC]).indications[0]?.frame.slice() as Uint8Array;
    const shorter = unit.subarray(0, unit.length - 1);
    setU16(shorter, 16, u16(shorter, 16) - 1);
    setU16(shorter, 38, u16(shorter, 38) - 1);
    const found = said([URO, a, b, DPC], [{ step: 3, frame: shorter, oob: {} }]);
    expect(found).to.have.length(1);
    expect(found[0]).to.equal('U5 [0,1] Byte 39 of #1’s payload is missing.');
  });

  it('bytes that came out in the neighbour', () => {
    const frames = [new Uint8Array(38).fill(1), Uint8Array.from([1, 1, ...new Uint8Array(40).fill(2)])].map(
      (payload, i) => frameOf(datagram(i + 1, { payload })),
    );
    const found = said(
      [URO, a, b, DPC],
      frames.map((frame) => ({ step: 3, frame, oob: {} })),
    );
    expect(found).to.deep.equal(['U10 [0,1] The last 2 bytes of #0 came out with #1.']);
  });
});

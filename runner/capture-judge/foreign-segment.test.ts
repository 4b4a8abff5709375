import { expect } from 'chai';
import { buildFrame, type FrameSpec } from '../../reference-impl/wire/build.ts';
import { arrivalsOf, parsed } from '../judge/arrival.ts';
import { isForeign } from './foreign-segment.ts';
import type { ReceivedFrame } from './sides.ts';

function packet(seq: number, length: number, spec: Partial<FrameSpec> = {}): Uint8Array {
  const payload = Uint8Array.from({ length }, (_, k) => ((seq + k) * 2654435761) >>> 13);
  return buildFrame({ src: 'fd00::1', dst: 'fd00::2', sport: 5000, dport: 80, seq, ack: 7, payload, ...spec });
}

const NEAR = arrivalsOf(
  [packet(1000, 500), packet(1500, 500), packet(2000, 0)].map((rx) => ({ rx })),
  false,
);

function isOfOthers(frame: Uint8Array, known = frame.length): boolean {
  return isForeign({ repaired: parsed(frame), known } as unknown as ReceivedFrame, NEAR);
}

describe('a received frame that nothing in the sent capture explains', () => {
  it('is a packet that is missing there if no byte and no number of it was sent', () => {
    expect(isOfOthers(packet(5000, 500))).to.equal(true);
    expect(isOfOthers(packet(4999, 0, { flags: 'S', ack: 0 }))).to.equal(true);
  });

  it('may be an altered one if something of it was sent', () => {
    const [first] = NEAR;
    const payload = first?.segment.frame.subarray(first.segment.payloadOffset) as Uint8Array;
    // The sequence number, the payload, the acknowledgment number, or the length.
    expect(isOfOthers(packet(5000, 500, { payload }))).to.equal(false);
    expect(isOfOthers(packet(1000, 500, { payload: new Uint8Array(500) }))).to.equal(false);
    expect(isOfOthers(packet(1999, 500))).to.equal(false);
    expect(isOfOthers(packet(2000, 0, { ack: 9 }))).to.equal(false);
    expect(isOfOthers(packet(3000, 0))).to.equal(false);
    expect(isOfOthers(packet(1000, 0, { ack: 9 }))).to.equal(false);
  });

  it('is searched for if a capture cut it', () => {
    const frame = packet(5000, 500);
    expect(isOfOthers(frame, frame.length - 1)).to.equal(false);
  });
});

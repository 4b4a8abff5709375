import { expect } from 'chai';
import { buildFrame } from '../../reference-impl/wire/build.ts';
import { type Arrival, arrivalsOf, parsed } from '../judge/arrival.ts';
import type { Observed } from '../judge/observed.ts';
import type { Finding } from '../judge/types.ts';
import { tcpDoubt, tcpDoubtOfField } from './tcp-doubt.ts';
import type { DoubtScene } from './transport.ts';

function pureAck(id: number, ack: number, window: number): Uint8Array {
  const ends = { src: '10.0.0.1', dst: '10.0.0.2', sport: 5000, dport: 80 } as const;
  return buildFrame({ ...ends, id, seq: 1000, ack, window, payload: new Uint8Array(0) });
}

function data(id: number, seq: number, length: number): Uint8Array {
  const ends = { src: '10.0.0.1', dst: '10.0.0.2', sport: 5000, dport: 80 } as const;
  return buildFrame({ ...ends, id, seq, ack: 100, window: 500, payload: new Uint8Array(length) });
}

/** The doubt about the acknowledgment number of a received frame that was taken for the second of two packets. */
function doubtOf(
  frame: Uint8Array,
  packets: readonly Uint8Array[] = [pureAck(0xdcf4, 100, 500), pureAck(0xdd00, 400, 700)],
): string | undefined {
  const sent = arrivalsOf(
    packets.map((rx) => ({ rx })),
    false,
  );
  const scene = { near: sent, received: [], isDirect: false, isNumbered: true } as unknown as DoubtScene;
  const observed = { number: 0, frame, segment: parsed(frame), repaired: parsed(frame) } as unknown as Observed;
  const found = { rule: 'H6', field: 'tcp.ack', arrivals: [1] } as unknown as Finding;
  return tcpDoubtOfField(found, [sent[1] as Arrival], observed, scene);
}

describe('doubt about a packet between captures', () => {
  it('that is another pure ACK but for its window, which a missing window update may have changed', () => {
    expect(doubtOf(pureAck(0xdcf4, 100, 900))).to.include('are those of another packet');
  });

  it('is none if its numbers are those of no packet that was sent', () => {
    expect(doubtOf(pureAck(0xdd00, 300, 700))).to.equal(undefined);
    expect(doubtOf(pureAck(0xdcf4, 300, 700))).to.equal(undefined);
  });

  it('that is another one with payload, or the beginning of it', () => {
    const sent = [data(0x19cf, 1000, 301), pureAck(0x19c9, 400, 700)];
    expect(doubtOf(data(0x19cf, 1000, 301), sent)).to.include('may have taken its place');
    expect(doubtOf(data(0x19cf, 1000, 300), sent)).to.include('may have taken its place');
    expect(doubtOf(data(0x19cf, 1000, 302), sent)).to.equal(undefined);
    expect(doubtOf(data(0x19cf, 1001, 300), sent)).to.equal(undefined);
    expect(doubtOf(data(0x19d0, 1000, 301), sent)).to.equal(undefined);
  });

  it('that was sent in other segments, if nothing names its packets', () => {
    const sent = arrivalsOf(
      [data(0, 1000, 500), data(0, 3000, 300), data(0, 3300, 300)].map((rx) => ({ rx })),
      false,
    );
    const frame = data(0, 3100, 500);
    const observed = { number: 0, frame, segment: parsed(frame), repaired: parsed(frame) } as unknown as Observed;
    const found = { rule: 'H6', field: 'tcp.seq', arrivals: [0] } as unknown as Finding;
    const doubt = (isNumbered: boolean, run: readonly Arrival[]): string | undefined =>
      tcpDoubtOfField(found, run, observed, { near: sent, received: [], isNumbered } as unknown as DoubtScene);
    expect(doubt(false, sent.slice(0, 1))).to.include('in other packets');
    expect(doubt(true, sent.slice(0, 1))).to.equal(undefined);
    // It has bytes of the segment.
    expect(doubt(false, sent.slice(1, 2))).to.equal(undefined);
  });

  it('does not look for its bytes in a later connection on the same ports', () => {
    const bytes = (from: number, length: number): Uint8Array =>
      data(1, from, length).fill(from & 0xff, data(1, from, 0).length - 6);
    const syn = buildFrame({ src: '10.0.0.1', dst: '10.0.0.2', sport: 5000, dport: 80, id: 1, seq: 1399, flags: 'S' });
    const near = arrivalsOf(
      [bytes(1000, 500), bytes(1000, 500), syn, bytes(1400, 1400)].map((rx) => ({ rx })),
      false,
    );
    const received = [bytes(1450, 100), bytes(1460, 100), bytes(1000, 1500)].map(
      (frame, number) => ({ number, frame, segment: parsed(frame), repaired: parsed(frame) }) as unknown as Observed,
    );
    const capabilities = { checksums: 'unknown' };
    const scene = { near, received, capabilities, isDirect: false, isNumbered: false } as unknown as DoubtScene;
    expect(tcpDoubt(received[2] as Observed, scene)?.isWhole).to.equal(true);
  });
});

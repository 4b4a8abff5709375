/** A path that carries less than the sender's link: what a NIC cuts up may be no longer than a packet of that link. */

import { expect } from 'chai';
import { buildFrame } from '../../reference-impl/wire/build.ts';
import { coalesced, failuresOf, judged, partial, rulesOf } from '../../testing/capture-pair-scene.ts';
import { howFarJudged } from './how-far-judged.ts';

const SIZE = 516;
const ends = { src: '2001:db8::1', dst: '2001:db8::2', sport: 5000, dport: 443, ack: 1, window: 500 } as const;

const bytes = (from: number, length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => ((from + i) * 7 + ((from + i) >> 8)) & 0xff);

/** Data from this place on, as one segment. */
const data = (from: number, length: number): Uint8Array =>
  buildFrame({ ...ends, seq: 1001 + from, payload: bytes(from, length) });

const syn = buildFrame({
  ...ends,
  ack: 0,
  seq: 1000,
  flags: 'S',
  options: `0204${SIZE.toString(16).padStart(4, '0')}`,
});

/** What the sender's capture holds, each up to two segments long, and the segments. */
const LENGTHS = [2 * SIZE, SIZE, 2 * SIZE, SIZE, 2 * SIZE] as const;
const before: Uint8Array[] = [];
const wire: Uint8Array[] = [];
for (let at = 0, i = 0; i < LENGTHS.length; at += LENGTHS[i++] as number) {
  const length = LENGTHS[i] as number;
  before.push(partial(data(at, length)));
  for (let piece = 0; piece < length; piece += SIZE) wire.push(data(at + piece, SIZE));
}
/** The device merges four at a time, so that units begin and end within frames of the sender's capture. */
const received = coalesced(wire, 4);

describe('what a NIC cut up below the MTU of the sender’s link', () => {
  it('is judged by the size that an end announced', async () => {
    const results = await judged([syn, ...before], [syn, ...received], { allowsSenderOffload: true });
    expect(failuresOf(results)).to.deep.equal([]);
    expect(results.map((result) => howFarJudged(result).extent)).to.deep.equal(['judged']);
    expect(results[0]?.counts.unsent).to.equal(0);
  });

  it('is not judged where no capture shows the size, and the report says so', async () => {
    const results = await judged(before, received, { allowsSenderOffload: true });
    expect(failuresOf(results)).to.deep.equal([]);
    expect(results.map((result) => howFarJudged(result))).to.deep.equal([
      {
        extent: 'not',
        left: [
          'received frames begin or end within frames of the sent side: the sender’s NIC cut these up after the capture, into sizes that neither capture shows (--mtu says the largest packet of the path)',
        ],
      },
    ]);
  });

  it('is judged with the MTU of the path', async () => {
    const results = await judged(before, received, { allowsSenderOffload: true, mtu: 60 + SIZE });
    expect(results.map((result) => howFarJudged(result).extent)).to.deep.equal(['judged']);
  });

  it('is held against a device where nothing says that the sender leaves segmentation to its NIC', async () => {
    expect(rulesOf(await judged(before, received))).to.include('H1 payload');
  });

  it('a sender that forgets its options in a segment’s size has cut nothing up', async () => {
    const stamps = '0101080a0000000100000002';
    const whole = [0, 1, 2, 3].map((i) =>
      buildFrame({ ...ends, seq: 1001 + i * SIZE, payload: bytes(i * SIZE, SIZE), options: stamps }),
    );
    const results = await judged([syn, ...whole], [syn, ...whole], { allowsSenderOffload: true });
    expect(results[0]?.counts.merged).to.equal(0);
    expect(results[0]?.counts.segments).to.equal(5);
  });

  it('padding that became data is no cut: a device that does it is found', async () => {
    const padded = received.map((frame, i) => {
      const length = frame.length - 54 - 20;
      return i === 0
        ? buildFrame({ ...ends, seq: 1001, payload: Uint8Array.of(...bytes(0, length), 0, 0, 0, 0, 0, 0) })
        : frame;
    });
    const results = await judged([syn, ...before], [syn, ...padded], { allowsSenderOffload: true });
    expect(failuresOf(results)).to.include('H1 payload');
  });
});

describe('datagrams that a NIC cut up below the MTU', () => {
  const datagram = (from: number, length: number): Uint8Array =>
    buildFrame({
      transport: 'udp',
      src: '10.0.0.1',
      dst: '10.0.0.2',
      sport: 500,
      dport: 443,
      id: 0,
      payload: bytes(from, length),
    });
  const unit = datagram(0, 384);

  it('are not held against a device that merges equal ones', async () => {
    const results = await judged([datagram(0, 64), datagram(64, 320)], [unit], { allowsSenderOffload: true });
    expect(failuresOf(results)).to.deep.equal([]);
    expect(rulesOf(results)).to.deep.equal(['U2 merge']);
  });

  it('are held against it where they were whole when they were captured, or cannot be equal', async () => {
    expect(failuresOf(await judged([datagram(0, 64), datagram(64, 320)], [unit]))).to.deep.equal(['U2 merge']);
    const uneven = [datagram(0, 64), datagram(64, 100), datagram(164, 220)];
    expect(failuresOf(await judged(uneven, [unit], { allowsSenderOffload: true }))).to.deep.equal(['U2 merge']);
  });
});

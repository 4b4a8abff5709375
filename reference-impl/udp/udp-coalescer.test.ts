import { expect } from 'chai';
import fc from 'fast-check';
import { Coalescer } from '../coalescer.ts';
import type { Indication } from '../indication.ts';
import { buildFrame, type FrameSpec } from '../wire/build.ts';
import { toHex, u16 } from '../wire/bytes.ts';
import { Datagram, parseDatagram } from './datagram.ts';

const SOURCES = ['10.0.0.1', '10.0.0.2', '2001:db8::5'] as const;

let stamp = 0;

/** Payload bytes are numbered over all datagrams: loss, repetition and order show. */
function datagram(connection: number, length: number, fields: Partial<FrameSpec> = {}): Uint8Array {
  const src = SOURCES[connection] as string;
  const payload = Uint8Array.from({ length }, () => stamp++ & 0xff);
  const dst = src.includes(':') ? '2001:db8::1' : '192.0.2.1';
  return buildFrame({ src, dst, sport: 4000, dport: 5000, transport: 'udp', payload, ...fields });
}

function switchedOn(): Coalescer {
  const coalescer = new Coalescer();
  expect(coalescer.setRsc({ uro: true })).to.deep.equal([]);
  return coalescer;
}

function payloadOf(frame: Uint8Array): Uint8Array {
  const { payloadOffset, payloadLength } = parseDatagram(frame, new Datagram());
  return frame.slice(payloadOffset, payloadOffset + payloadLength);
}

const groups = (due: readonly Indication[]): number[][] => due.map(({ arrivals }) => arrivals);

describe('URO', () => {
  it('is off until it is switched on, and after a reset', () => {
    const coalescer = new Coalescer();
    for (let i = 0; i < 2; i++) coalescer.receive(datagram(0, 50));
    expect(groups(coalescer.endOfDpc())).to.deep.equal([[0], [1]]);
    coalescer.setRsc({ uro: true });
    coalescer.receive(datagram(0, 50));
    coalescer.reset();
    for (let i = 0; i < 2; i++) coalescer.receive(datagram(0, 50));
    expect(groups(coalescer.endOfDpc())).to.deep.equal([[0], [1]]);
  });

  it('makes one datagram: lengths of the whole, checksums zero, count and size beside it', () => {
    const coalescer = switchedOn();
    const frames = [datagram(0, 50), datagram(0, 50), datagram(0, 20)];
    for (const frame of frames) coalescer.receive(frame);
    const [unit, ...others] = coalescer.endOfDpc();
    expect(others).to.deep.equal([]);
    const frame = unit?.frame ?? new Uint8Array(0);
    expect(frame.length).to.equal(14 + 20 + 8 + 120);
    expect([u16(frame, 16), u16(frame, 38), u16(frame, 24), u16(frame, 40)]).to.deep.equal([148, 128, 0, 0]);
    expect(toHex(payloadOf(frame))).to.equal(frames.map((one) => toHex(payloadOf(one))).join(''));
    expect(unit?.oob).to.deep.equal({
      segCount: 0,
      dupAckCount: 0,
      uroSegCount: 3,
      uroSegSize: 50,
      ipChecksum: 'ok',
      tcpChecksum: 'ok',
      valueInvalid: 0,
    });
  });

  it('gives a lone datagram as it came, trailer and all, with its own verdicts', () => {
    const coalescer = switchedOn();
    const bad = datagram(0, 3, { corrupt: { udpChecksum: 'wrong' } });
    const good = datagram(0, 3);
    coalescer.receive(bad);
    coalescer.receive(good);
    const due = coalescer.endOfDpc();
    expect(due.map(({ frame }) => toHex(frame))).to.deep.equal([toHex(bad), toHex(good)]);
    expect(due.map(({ oob }) => [oob.tcpChecksum, oob.uroSegCount])).to.deep.equal([
      ['bad', undefined],
      ['ok', undefined],
    ]);
  });

  it('ends units of TCP and of UDP in the order in which they were started', () => {
    const coalescer = switchedOn();
    const tcp = (src: string): Uint8Array =>
      buildFrame({ src, dst: '192.0.2.1', sport: 1, dport: 2, payload: new Uint8Array(9) });
    coalescer.receive(datagram(0, 50));
    coalescer.receive(tcp('10.1.0.1'));
    coalescer.receive(datagram(1, 50));
    coalescer.receive(tcp('10.1.0.2'));
    expect(groups(coalescer.endOfDpc())).to.deep.equal([[0], [1], [2], [3]]);
    coalescer.receive(datagram(0, 50));
    coalescer.receive(tcp('10.1.0.1'));
    coalescer.receive(datagram(1, 50));
    expect(groups(coalescer.setRsc({ uro: false, ipv4: false }))).to.deep.equal([[4], [5], [6]]);
  });

  it('leaves the counters of TCP alone', () => {
    const coalescer = switchedOn();
    for (let i = 0; i < 5; i++) coalescer.receive(datagram(0, 50, i === 2 ? { ttl: 3 } : {}));
    coalescer.endOfDpc();
    expect(coalescer.statistics).to.deep.equal({ pkts: 0, octets: 0, events: 0, aborts: 0 });
  });

  it('copies what it keeps', () => {
    const coalescer = switchedOn();
    const buffer = datagram(0, 50);
    const first = toHex(payloadOf(buffer));
    coalescer.receive(buffer);
    buffer.set(datagram(0, 50));
    const second = toHex(payloadOf(buffer));
    coalescer.receive(buffer);
    buffer.fill(0xee);
    expect(coalescer.endOfDpc().map(({ frame }) => toHex(payloadOf(frame)))).to.deep.equal([first + second]);
  });
});

interface Op {
  readonly connection: number;
  readonly length: number;
  readonly odd: number;
  readonly dpc: boolean;
}

const ODDITIES: readonly Partial<FrameSpec>[] = [
  { ttl: 3 },
  { ecn: 3 },
  { df: false, flowLabel: 9 },
  { corrupt: { udpChecksum: 'wrong' } },
  { corrupt: { udpChecksum: 0 } },
  { corrupt: { udpLength: 9 } },
  { slack: 3 },
  { ipOptions: '01010101', extensions: [{ kind: 'destination' }] },
  { mf: true, extensions: [{ kind: 'fragment', more: true }] },
  { trailer: 40, trailerByte: 0xee },
];

const ops: fc.Arbitrary<Op[]> = fc.array(
  fc.record({
    connection: fc.nat(2),
    length: fc.constantFrom(50, 50, 50, 50, 20, 60, 0, 1),
    odd: fc.oneof({ weight: 5, arbitrary: fc.constant(-1) }, { weight: 1, arbitrary: fc.nat(ODDITIES.length - 1) }),
    dpc: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  }),
  { maxLength: 40 },
);

interface Played {
  readonly frames: readonly Uint8Array[];
  readonly due: readonly Indication[];
}

function play(list: readonly (Op & { readonly frame: Uint8Array })[]): Played {
  const coalescer = switchedOn();
  const due: Indication[] = [];
  for (const { frame, dpc } of list) {
    coalescer.receive(frame);
    if (dpc) due.push(...coalescer.endOfDpc());
  }
  due.push(...coalescer.endOfDpc());
  return { frames: list.map(({ frame }) => frame), due };
}

function withFrames(list: readonly Op[]): (Op & { readonly frame: Uint8Array })[] {
  return list.map((op) => ({ ...op, frame: datagram(op.connection, op.length, ODDITIES[op.odd] ?? {}) }));
}

describe('laws of URO', () => {
  it('conserves bytes: each arrival is in one indication, its payload whole and in its place', () => {
    fc.assert(
      fc.property(ops, (list) => {
        const { frames, due } = play(withFrames(list));
        const arrivals = due.flatMap((one) => one.arrivals).sort((a, b) => a - b);
        expect(arrivals).to.deep.equal(frames.map((_, i) => i));
        for (const { arrivals: members, frame } of due) {
          const [first] = members;
          const parts = members.map((number) => toHex(payloadOf(frames[number] as Uint8Array)));
          if (members.length > 1) expect(toHex(payloadOf(frame))).to.equal(parts.join(''));
          else expect(toHex(frame)).to.equal(toHex(frames[first as number] as Uint8Array));
        }
      }),
      { numRuns: 400 },
    );
  });

  it('keeps the order of each connection', () => {
    fc.assert(
      fc.property(ops, (list) => {
        const { due } = play(withFrames(list));
        for (const connection of [0, 1, 2]) {
          const order = due.flatMap(({ arrivals }) => arrivals).filter((i) => list[i]?.connection === connection);
          expect(order).to.deep.equal([...order].sort((a, b) => a - b));
        }
      }),
      { numRuns: 400 },
    );
  });

  it('lets no connection disturb another: alone, each comes out the same', () => {
    fc.assert(
      fc.property(ops, (list) => {
        const whole = withFrames(list);
        const { due } = play(whole);
        for (const connection of [0, 1, 2]) {
          // Without the others, but with every end of a DPC.
          const coalescer = switchedOn();
          const alone: Indication[] = [];
          for (const { frame, dpc, connection: own } of whole) {
            if (own === connection) coalescer.receive(frame);
            if (dpc) alone.push(...coalescer.endOfDpc());
          }
          alone.push(...coalescer.endOfDpc());
          const together = due.filter(({ arrivals }) => list[arrivals[0] as number]?.connection === connection);
          expect(alone.map(({ frame }) => toHex(frame))).to.deep.equal(together.map(({ frame }) => toHex(frame)));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('says how a unit can be cut apart again: count and size give back each length', () => {
    fc.assert(
      fc.property(ops, (list) => {
        const { frames, due } = play(withFrames(list));
        for (const { arrivals, frame, oob } of due) {
          if (arrivals.length === 1) continue;
          const { uroSegCount = 0, uroSegSize = 0 } = oob;
          const lengths = arrivals.map((number) => payloadOf(frames[number] as Uint8Array).length);
          const total = payloadOf(frame).length;
          const cut = Array.from({ length: uroSegCount }, (_, i) => Math.min(uroSegSize, total - i * uroSegSize));
          expect(cut).to.deep.equal(lengths);
        }
      }),
      { numRuns: 200 },
    );
  });
});

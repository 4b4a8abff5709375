/** Captures that are cut, lack packets, or hold what the path did: the device is not to blame. */

import { expect } from 'chai';
import { Coalescer } from '../../reference-impl/coalescer.ts';
import { buildFrame, type FrameSpec } from '../../reference-impl/wire/build.ts';
import { setU16, setU32 } from '../../reference-impl/wire/bytes.ts';
import { finish, sumBytes } from '../../reference-impl/wire/checksum.ts';
import { Ipv4At, TcpAt } from '../../reference-impl/wire/fields.ts';
import {
  type CutFrame,
  coalesced,
  failuresOf,
  judged,
  LINK,
  MSS,
  partial,
  rulesOf,
  run,
  verdictOf,
} from '../../testing/capture-pair-scene.ts';
import { tunnelled } from '../../vectors/tunnel.ts';
import { DEFAULT_CAPABILITIES } from '../capabilities/capabilities.ts';

const NO_LINK = { srcMac: '00:00:00:00:00:00', dstMac: '00:00:00:00:00:00' };

const cutTo = (bytes: number, frames: readonly Uint8Array[]): CutFrame[] =>
  frames.map((frame) => ({ frame: frame.subarray(0, bytes), original: frame.length }));

/** With this done to its IPv4 header, and the header's checksum right again. */
function withIpv4(frame: Uint8Array, change: (ip: Uint8Array) => void): Uint8Array {
  const copy = frame.slice();
  change(copy.subarray(LINK));
  setU16(copy, LINK + Ipv4At.checksum, 0);
  setU16(copy, LINK + Ipv4At.checksum, finish(sumBytes(copy, LINK, LINK + 20)));
  return copy;
}

const lowered = (frame: Uint8Array): Uint8Array =>
  withIpv4(frame, (ip) => {
    ip[Ipv4At.ttl] = (ip[Ipv4At.ttl] as number) - 1;
  });

function datagrams(count: number, spec: Partial<FrameSpec> = {}): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => {
    const payload = Uint8Array.from({ length: 900 }, (_unused, k) => (i * 31 + k * 7) & 0xff);
    const base = { src: '10.0.0.1', dst: '10.0.0.2', sport: 500, dport: 443, id: 100 + i, payload } as const;
    return buildFrame({ transport: 'udp', ...base, ...spec });
  });
}

function coalescedDatagrams(frames: readonly Uint8Array[]): Uint8Array[] {
  const coalescer = new Coalescer();
  coalescer.setRsc({ uro: true });
  return coalesced(frames, 4, coalescer);
}

/** One frame that the sender's NIC is to segment, as a capture before that NIC shows it. */
function superFrame(frames: readonly Uint8Array[], id: number): Uint8Array {
  const [merged] = coalesced(frames, frames.length) as [Uint8Array];
  return partial(withIpv4(merged, (ip) => setU16(ip, Ipv4At.id, id)));
}

/** Segments of 300 bytes: several fit into one packet of the link. */
function small(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, i) =>
    buildFrame({
      ...{ src: '10.0.0.1', dst: '10.0.0.2', sport: 5000, dport: 80, id: 0, ack: 1, window: 500 },
      ...{ seq: 1000 + i * 300, payload: new Uint8Array(300).fill(i) },
    }),
  );
}

describe('a pair of captures that is damaged', () => {
  it('says nothing of bytes that a capture lacks: datagrams', async () => {
    const sent = datagrams(12);
    const received = coalescedDatagrams(sent);
    for (const [a, b] of [
      [cutTo(96, sent), received],
      [sent, cutTo(96, received)],
      [cutTo(60, sent), cutTo(128, received)],
      [cutTo(96, sent).slice(1), received],
      [cutTo(96, [...sent.slice(0, 3), ...sent.slice(4)]), received],
    ] as const)
      expect(failuresOf(await judged(a, b))).to.deep.equal([]);
  });

  it('says nothing of bytes that a capture lacks: segments, those that a NIC made among them', async () => {
    const sent = run(12);
    const received = coalesced(sent, 4);
    const swapped = [1, 0, 2, 3, 5, 4, 7, 6, 8, 11, 10, 9].map((i) => sent[i] as Uint8Array);
    for (const [a, b, allowsSenderOffload] of [
      [cutTo(68, sent.map(partial)), cutTo(68, received), false],
      [cutTo(68, swapped), cutTo(68, received), false],
      [cutTo(96, [superFrame(sent, 100)]), received, true],
      [cutTo(3000, [superFrame(sent, 100)]), cutTo(68, received), true],
    ] as const)
      expect(failuresOf(await judged(a, b, { allowsSenderOffload }))).to.deep.equal([]);
  });

  it('takes the Identification that a NIC left alone in all segments of a frame', async () => {
    const sent = run(12).map((frame) => withIpv4(frame, (ip) => setU16(ip, Ipv4At.id, 0)));
    const received = coalesced(sent, 4);
    const [, ...others] = received;
    for (const came of [received, others])
      expect(failuresOf(await judged([superFrame(sent, 0)], came, { allowsSenderOffload: true }))).to.deep.equal([]);
  });

  it('sees a router where the link has no addresses', async () => {
    for (const sent of [run(8, NO_LINK), datagrams(8, NO_LINK)]) {
      const received = (sent.length === 8 ? coalesced(sent.map(lowered), 4) : sent).map((frame) => frame);
      expect((await judged(sent, received)).map(verdictOf)).to.deep.equal(['pass']);
    }
  });

  it('still finds a TTL that only some units got wrong there', async () => {
    const sent = run(8, NO_LINK);
    const [first, ...others] = coalesced(sent, 2) as [Uint8Array, ...Uint8Array[]];
    expect(rulesOf(await judged(sent, [first, ...others.map(lowered)]))).to.deep.equal(['H4 ip.ttl']);
  });

  it('warns of packets that came as congestion experienced, for the path marks them', async () => {
    const mark = (frame: Uint8Array): Uint8Array =>
      withIpv4(frame, (ip) => {
        ip[1] = (ip[1] as number) | 3;
      });
    for (const [sent, merged] of [
      [run(8, { ecn: 2 }), (frames: readonly Uint8Array[]) => coalesced(frames, 4)],
      [datagrams(8, { ecn: 2 }), coalescedDatagrams],
    ] as const) {
      const received = merged(sent.map((frame, i) => (i === 1 || i > 5 ? mark(frame) : frame)));
      expect((await judged(sent, received)).map(verdictOf)).to.deep.equal(['warn']);
      expect(failuresOf(await judged(sent, received, { isDirect: true }))).to.not.deep.equal([]);
    }
  });

  it('vouches for no order of packets that nothing names where copies of them are missing', async () => {
    const ack = (sack?: number): Uint8Array =>
      buildFrame({
        ...{ src: 'fd00::1', dst: 'fd00::2', sport: 5000, dport: 80, seq: 1000, ack: 5000, window: 500 },
        ...(sack === undefined
          ? {}
          : {
              options: `0101050a${(sack * 4096).toString(16).padStart(8, '0')}${(sack * 4096 + 512).toString(16).padStart(8, '0')}`,
            }),
      });
    const all = [ack(), ack(9), ack(), ack(7), ack(), ack(), ack(5), ack(6), ack(), ack(8)];
    const received = all.filter((_, i) => i !== 5);
    for (let hole = 0; hole < all.length; hole++)
      for (let other = hole; other < all.length; other++) {
        const sent = all.filter((_, i) => i !== hole && i !== other);
        expect(failuresOf(await judged(sent, received, { isDirect: true })), `${hole} ${other}`).to.deep.equal([]);
      }
  });

  it('takes a shorter copy of what it saw cut for a packet of its own', async () => {
    const sent = run(3, { id: 0 });
    const shorter = run(1, { id: 0, payload: (sent[2] as Uint8Array).slice(54, 900) }, 2);
    for (const checksums of ['recomputed', 'unknown'] as const) {
      const capabilities = { ...DEFAULT_CAPABILITIES, checksums, boundary: 'none', metadata: 'off' } as const;
      const results = await judged(sent, cutTo(128, [...sent, ...shorter]), { capabilities });
      expect(failuresOf(results)).to.deep.equal([]);
    }
  });

  it('takes no Identification for a number that packets have at several places', async () => {
    const base = { src: '10.0.0.1', dst: '10.0.0.2', sport: 5000, dport: 80, window: 500 } as const;
    const of = (seq: number, ack: number, bytes: number, id: number = 7, flags: string = 'A'): Uint8Array =>
      buildFrame({ ...base, seq, ack, id, flags, payload: new Uint8Array(bytes).fill(seq) });
    const data = [0, 1, 2, 3, 4].map((i) => of(1000 + i * 1000, 1, 1000, 8 + i));
    const later = [
      of(6000, 500, 0),
      of(6000, 500, 40),
      of(6040, 500, 300),
      of(6340, 900, 0),
      of(6340, 900, 0, 7, 'AF'),
    ];
    const last = of(6341, 901, 0);
    const sent = [...data.filter((_, i) => i !== 2), last];
    expect(failuresOf(await judged(sent, [...data, ...later, last]))).to.deep.equal([]);
  });

  it('knows a unit that the path marked by its place, where all payloads are alike', async () => {
    const zeros = (i: number, ecn: 2 | 3): Uint8Array[] =>
      run(1, { ecn, id: 100 + ((i * 37) % 64), payload: new Uint8Array(MSS) }, i);
    const all = (ecn: 2 | 3, numbers: readonly number[]): Uint8Array[] => numbers.flatMap((i) => zeros(i, ecn));
    const sent = all(2, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    const unit = (frames: readonly Uint8Array[]): Uint8Array[] => coalesced(frames, 12);
    const received = [
      ...unit(all(2, [4, 5, 6])),
      ...unit(all(3, [0, 1])),
      ...unit(all(2, [8, 9, 10, 11])),
      ...unit(all(3, [2, 3])),
    ];
    for (let hole = 0; hole < sent.length; hole++)
      expect(
        failuresOf(
          await judged(
            sent.filter((_, i) => i !== hole),
            received,
          ),
        ),
        `${hole}`,
      ).to.deep.equal([]);
  });

  it('warns of a unit that goes on with a segment that the sent capture lacks', async () => {
    const seq = (0xffff_f000 + 4 * MSS) >>> 0;
    const short = (length: number, at: number, id: number): Uint8Array[] =>
      run(1, { payload: new Uint8Array(length).fill(id), seq: (seq + at) >>> 0, id });
    const sent = [
      ...run(4),
      ...short(500, 0, 104),
      ...short(300, 500, 105),
      ...short(500, 800, 106),
      ...short(500, 1300, 107),
    ];
    const [a, , , ...others] = coalesced(sent, 2) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
    const unit = coalesced(sent.slice(4, 6), 2);
    const results = await judged([...sent.slice(0, 5), ...sent.slice(6)], [a, ...unit, ...others]);
    expect(results.map(verdictOf)).to.deep.equal(['warn']);
  });

  it('does not take zeros for those of a frame without IP length where the sent capture lacks the segment that they are of', async () => {
    const ends = { src: 'fd00::1', dst: 'fd00::2', sport: 5000, dport: 80, ack: 1, window: 500 } as const;
    const sent = Array.from({ length: 12 }, (_, i) =>
      buildFrame({ ...ends, seq: 1000 + 500 * i, payload: new Uint8Array(500) }),
    );
    // As a sender leaves the length to its NIC; by it, the frame is no segment.
    const lengthless = (sent[7] as Uint8Array).slice();
    setU16(lengthless, LINK + 4, 0);
    const before = sent.map((frame, i) => (i === 7 ? lengthless : frame)).filter((_, i) => i !== 3);
    const results = await judged(before, coalesced(sent, 12));
    expect(failuresOf(results)).to.deep.equal([]);
  });

  it('warns of units that begin with bytes that the sent capture lacks, if payloads are alike and nothing names them', async () => {
    const payload = new Uint8Array(MSS);
    const sent = run(24, { payload, id: 0 });
    const received = coalesced(sent, 3);
    const lacking = [...sent.slice(0, 6), ...sent.slice(15)];
    expect(failuresOf(await judged(lacking, received))).to.deep.equal([]);
  });

  it('takes a frame that came as it was sent for the one that was sent, even with an IP length of 0', async () => {
    const sent = run(3);
    const whole = superFrame(sent, 100);
    const zero = withIpv4(whole, (ip) => setU16(ip, Ipv4At.totalLength, 0));
    expect((await judged([zero, ...run(1, {}, 3)], [zero, ...run(1, {}, 3)])).map(verdictOf)).to.deep.equal(['pass']);
    const [before] = run(1, {}, 7) as [Uint8Array];
    expect(failuresOf(await judged([before, zero, ...run(1, {}, 3)], [zero, before, ...run(1, {}, 3)]))).to.deep.equal(
      [],
    );
  });

  describe('judges at once, whatever the sent capture lacks', () => {
    const sack = '0101050a0000100000001100';
    const shapes: Readonly<Record<string, (i: number) => Partial<FrameSpec>>> = {
      'pure ACKs with exceptions among them': (i) => ({
        ...{ window: 500 + (i & 1), ack: 1 + Math.floor(i / 6), ...(i % 2 === 0 ? { options: sack } : {}) },
      }),
      'window updates between two windows': (i) => ({ window: 500 + (i & 1), ack: 1 }),
    };
    for (const [name, shape] of Object.entries(shapes))
      it(name, async () => {
        const base = { src: 'fd00::1', dst: 'fd00::2', sport: 5000, dport: 80, seq: 1000 };
        const acks = Array.from({ length: 512 }, (_, i) => buildFrame({ ...base, ...shape(i) }));
        const begun = process.cpuUsage();
        const results = await judged(
          acks.filter((_, i) => i % 11 !== 3),
          coalesced(acks, 8).filter((_, i) => i % 7 !== 2),
        );
        const { user, system } = process.cpuUsage(begun);
        expect(failuresOf(results)).to.deep.equal([]);
        expect((user + system) / acks.length, 'microseconds of CPU a packet').to.be.below(5000);
      });
  });

  it('warns of a frame whose first copy the sent capture lacks, and whose checksum was left to a NIC', async () => {
    const six = { src: 'fd00::1', dst: 'fd00::2' };
    const all = run(8, six);
    const again = run(1, { ...six, payload: new Uint8Array(1000).fill(9) }, 3);
    const sent = [...all.slice(0, 3), ...all.slice(4), ...again];
    expect(failuresOf(await judged(sent, all.map(partial)))).to.deep.equal([]);
  });

  it('warns of a unit of which the sent capture has some segments only', async () => {
    const sent = run(24);
    const lacking = sent.filter((_, i) => i < 4 || (i > 9 && i % 5 !== 1));
    expect(failuresOf(await judged(lacking, coalesced(sent, 8)))).to.deep.equal([]);
  });

  it('takes Identifications of a tunnel’s outer header as a NIC counts them, or leaves them', async () => {
    for (const step of [1, 0]) {
      const wire = run(8).map((frame, i) => tunnelled(frame, { kind: 'ipip' }, 50 + i * step));
      const inner = superFrame(run(8), 100);
      const sent = tunnelled(inner, { kind: 'ipip' }, 50);
      const results = await judged([sent], wire, { allowsSenderOffload: true, mtu: 1508 });
      expect(failuresOf(results)).to.deep.equal([]);
      expect(results.map(({ counts }) => counts.explained)).to.deep.equal([8]);
    }
  });

  it('takes frames within the MTU for what a NIC segmented where they came so', async () => {
    const wire = small(12);
    const sent = [0, 4, 8].map((i) => superFrame(wire.slice(i, i + 4), 0));
    const received = [...coalesced(wire.slice(0, 3), 3), ...coalesced(wire.slice(3), 9)];
    expect(failuresOf(await judged(sent, received, { allowsSenderOffload: true }))).to.deep.equal([]);
  });

  it('warns where a frame with an IP length of 0 was merged: the sender’s NIC may have written it', async () => {
    const [first, second, ...others] = small(4) as [Uint8Array, Uint8Array, ...Uint8Array[]];
    const zero = withIpv4(second, (ip) => setU16(ip, Ipv4At.totalLength, 0));
    const results = await judged([first, zero, ...others], coalesced([first, second, ...others], 4));
    expect(results.map(verdictOf)).to.deep.equal(['warn']);
    expect(rulesOf(results)).to.include('I8 merge');
  });

  it('excuses neither padding in a unit, nor a segment that is in it twice', async () => {
    const sent = run(12);
    const units = (merged: readonly Uint8Array[]): Uint8Array[] => [
      ...coalesced(sent.slice(0, 4), 4),
      ...coalesced(merged, 8),
      ...coalesced(sent.slice(8), 4),
    ];
    const seq = (place: number): number => (0xffff_f000 + place * MSS) >>> 0;
    const padding = run(1, { payload: new Uint8Array(6), seq: seq(8) }, 8);
    const again = run(1, { seq: seq(8) }, 7);
    for (const extra of [padding, again]) {
      const received = units([...sent.slice(4, 8), ...extra]);
      expect(failuresOf(await judged(sent, received))).to.deep.equal(['H1 payload']);
    }
  });

  it('still names a sequence number that was altered', async () => {
    const sent = run(8);
    const received = coalesced(sent, 2);
    const wrong = received[1] as Uint8Array;
    setU32(wrong, LINK + 20 + TcpAt.seq, 77);
    expect(rulesOf(await judged(sent, received))).to.include('H6 tcp.seq');
  });
});

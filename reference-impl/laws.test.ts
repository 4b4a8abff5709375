/** Laws that hold for any arrivals. */

import { expect } from 'chai';
import fc from 'fast-check';
import { bytesAt, feed, parsed } from '../testing/scenario.ts';
import { Coalescer } from './coalescer.ts';
import type { Indication } from './indication.ts';
import { DEFAULT_POLICY, type Policy } from './policy.ts';
import { registry } from './rules/index.ts';
import { type Decision, formatDecision } from './trace.ts';
import { buildFrame, type FrameSpec } from './wire/build.ts';
import { toHex } from './wire/bytes.ts';
import { finish, sumBytes } from './wire/checksum.ts';
import { headerFields } from './wire/fields.ts';
import { pseudoHeaderSum } from './wire/segment.ts';

interface Step {
  readonly connection: number;
  readonly length: number;
  readonly extra: Partial<FrameSpec>;
  /** Offset from the connection's next sequence number. */
  readonly skew: number;
  readonly endsDpc: boolean;
}
interface Arrival {
  readonly frame: Uint8Array;
  readonly connection: number;
  readonly endsDpc: boolean;
}

const ordinary = fc.constant<Partial<FrameSpec>>({});
const unusual = fc.constantFrom<Partial<FrameSpec>>(
  ...[
    { flags: 'AS' },
    { flags: 'AP' },
    { flags: 'AE' },
    { ecn: 2 },
    { ecn: 3 },
    { ttl: 3 },
    { dscp: 9 },
    { df: false },
  ],
  ...[{ window: 1 }, { window: 2 }, { ack: 501 }, { ack: 499 }, { options: '0402' }, { timestamps: [5, 1] as const }],
  ...[{ timestamps: [4, 2] as const }, { mf: true }, { fragmentOffset: 3 }, { ipOptions: '01010101' }, { urgent: 4 }],
  ...[{ corrupt: { tcpChecksum: 'wrong' } as const }, { corrupt: { ipVersion: 7 } }, { corrupt: { cutTo: 40 } }],
  ...[{ extensions: [{ kind: 'fragment', offset: 1 }] as const }, { extensions: [{ kind: 'routing' }] as const }],
);
const step: fc.Arbitrary<Step> = fc.record({
  connection: fc.nat(3),
  length: fc.oneof(fc.constantFrom(0, 1, 2, 3, 100, 1448), fc.nat(40)),
  extra: fc.oneof({ weight: 4, arbitrary: ordinary }, { weight: 1, arbitrary: unusual }),
  skew: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: -5, max: 5 }) }),
  endsDpc: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
});

/** Connections 0 and 1 are IPv4, 2 and 3 IPv6; each has hosts of its own, and its sequence numbers wrap early. */
function arrivalsOf(steps: readonly Step[]): Arrival[] {
  const next = [0xffff_ff00, 5, 0xffff_fff0, 77];
  return steps.map(({ connection, length, extra, skew, endsDpc }) => {
    const seq = ((next[connection] as number) + skew) >>> 0;
    next[connection] = (seq + length) >>> 0;
    const isIpv4 = connection < 2;
    const src = isIpv4 ? `10.0.0.${connection}` : `fd00::${connection}`;
    const dst = isIpv4 ? '10.9.9.9' : 'fd00::9';
    const payload = bytesAt(seq, length);
    return {
      frame: buildFrame({ src, dst, sport: 9, dport: 80, seq, ack: 500, payload, ...extra }),
      connection,
      endsDpc,
    };
  });
}
const arrivals = fc.array(step, { maxLength: 60 }).map(arrivalsOf);
const policies: fc.Arbitrary<Partial<Policy>> = fc.record({
  duplicateAcks: fc.constantFrom('alone', 'counted'),
  timestamps: fc.constantFrom('coalesced', 'exception'),
  maxConnections: fc.constantFrom(DEFAULT_POLICY.maxConnections, 2),
  fullTable: fc.constantFrom('alone', 'evict'),
  maxSegments: fc.constantFrom(DEFAULT_POLICY.maxSegments, 3),
  stopAtPush: fc.boolean(),
});

/** All DPCs' indications; what was indicated first is compared again at the end (B3). */
function play(list: readonly Arrival[], policy: Partial<Policy> = {}): Indication[] {
  const coalescer = new Coalescer(policy);
  const indications: Indication[] = [];
  const copies: string[] = [];
  const take = (): void => {
    const due = coalescer.endOfDpc();
    indications.push(...due);
    copies.push(...due.map(({ frame }) => toHex(frame)));
  };
  for (const { frame, endsDpc } of list) {
    feed(coalescer, [frame]);
    if (endsDpc) take();
  }
  take();
  expect(indications.map(({ frame }) => toHex(frame))).to.deep.equal(copies);
  return indications;
}

/** The frame's segments of `size` bytes each, every header field copied but PSH, which the last one has. */
function segmented(frame: Uint8Array, size: number): Uint8Array[] {
  const whole = parsed(frame);
  const frames: Uint8Array[] = [];
  for (let at = 0; at < whole.payloadLength; at += size) {
    const length = Math.min(size, whole.payloadLength - at);
    const piece = new Uint8Array(whole.payloadOffset + length);
    piece.set(frame.subarray(0, whole.payloadOffset));
    piece.set(frame.subarray(whole.payloadOffset + at, whole.payloadOffset + at + length), whole.payloadOffset);
    const write = (field: keyof typeof headerFields, value: number): void => {
      if (headerFields[field].has(whole)) headerFields[field].write(piece, whole, value);
    };
    const ipLength = piece.length - whole.ipOffset - (whole.ipVersion === 6 ? 40 : 0);
    write('ipv4.total-length', ipLength);
    write('ipv6.payload-length', ipLength);
    write('tcp.seq', (whole.seq + at) >>> 0);
    if (at + size < whole.payloadLength) write('tcp.psh', 0);
    write('ipv4.checksum', 0);
    write('ipv4.checksum', finish(sumBytes(piece, whole.ipOffset, whole.tcpOffset)));
    write('tcp.checksum', 0);
    const pseudo = pseudoHeaderSum(whole, piece.length - whole.tcpOffset);
    write('tcp.checksum', finish(pseudo + sumBytes(piece, whole.tcpOffset, piece.length)));
    frames.push(piece);
  }
  return frames;
}

describe('laws', () => {
  it('bytes are conserved, every arrival is indicated exactly once, checksums of SCUs verify', () => {
    fc.assert(
      fc.property(arrivals, policies, (list, policy) => {
        const indications = play(list, policy);
        const indicated = indications.flatMap((one) => one.arrivals);
        expect(indicated.toSorted((a, b) => a - b)).to.deep.equal(list.map((_, i) => i));
        for (const { frame, arrivals: from, oob } of indications) {
          const originals = from.map((i) => (list[i] as Arrival).frame);
          if (originals.length === 1) expect(frame).to.deep.equal(originals[0]);
          else {
            const { tcpChecksum, ipChecksum, payloadOffset } = parsed(frame);
            expect([tcpChecksum, oob.tcpChecksum]).to.deep.equal(['right', 'ok']);
            expect(ipChecksum).not.to.equal('wrong');
            const payloads = originals.map((original) => {
              const segment = parsed(original);
              return toHex(original.subarray(segment.payloadOffset, segment.ipEnd));
            });
            expect(toHex(frame.subarray(payloadOffset))).to.equal(payloads.join(''));
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('order is kept within a connection', () => {
    fc.assert(
      fc.property(arrivals, policies, (list, policy) => {
        const latest = new Map<number, number>();
        for (const { arrivals: from, endedBy } of play(list, policy)) {
          if (endedBy === 'I8') continue;
          for (const i of from) {
            const { connection } = list[i] as Arrival;
            expect(i).to.be.greaterThan(latest.get(connection) ?? -1);
            latest.set(connection, i);
          }
        }
      }),
    );
  });

  it('connections are independent', () => {
    fc.assert(
      fc.property(arrivals, fc.nat(3), (list, connection) => {
        const isOurs = (i: number): boolean => list[i]?.connection === connection;
        const among = play(list).filter(({ arrivals: from }) => isOurs(from[0] as number));
        // Alone, but with the same DPCs: a frame of another protocol replaces each frame of the others.
        const idle = new Uint8Array(60);
        const alone = play(list.map((one, i) => (isOurs(i) ? one : { ...one, frame: idle })));
        expect(among).to.deep.equal(alone.filter(({ arrivals: from }) => isOurs(from[0] as number)));
      }),
    );
  });

  it('an SCU’s segments, one DPC each, come back unmerged', () => {
    fc.assert(
      fc.property(arrivals, (list) => {
        for (const { frame, arrivals: from, endedBy, endedByName } of play(
          list.map((one) => ({ ...one, endsDpc: true })),
        )) {
          expect(frame).to.deep.equal(list[from[0] as number]?.frame);
          expect(registry.find(({ name }) => name === endedByName)?.id).to.equal(endedBy);
          expect(from).to.have.length(1);
        }
      }),
    );
  });

  it('an SCU that holds data, segmented again, coalesces to the same frame', () => {
    fc.assert(
      fc.property(arrivals, fc.integer({ min: 1, max: 1500 }), (list, size) => {
        for (const { frame, arrivals: from } of play(list)) {
          if (from.length === 1 || parsed(frame).payloadLength === 0) continue;
          const again = play(segmented(frame, size).map((piece) => ({ frame: piece, connection: 0, endsDpc: false })));
          expect(again.map((one) => toHex(one.frame))).to.deep.equal([toHex(frame)]);
        }
      }),
    );
  });

  it('the short way of what goes on as before does what the rules do', () => {
    const place = fc.record({ offset: fc.nat(20), trailer: fc.nat(10), seed: fc.nat(255) });
    let merged = 0;
    fc.assert(
      fc.property(arrivals, policies, fc.array(place, { minLength: 1 }), (list, policy, places) => {
        const moved = list.map((one, i): Arrival => {
          const { offset, trailer, seed } = places[i % places.length] as (typeof places)[number];
          const { length } = one.frame;
          const memory = new Uint8Array(offset + length + trailer + 5).fill(seed);
          memory.set(one.frame, offset);
          return { ...one, frame: memory.subarray(offset, offset + length + trailer) };
        });
        // Rules that are no registry are asked one by one, all of them.
        const [shortly, fully] = [registry, [...registry]].map((rules) => {
          const decisions: string[] = [];
          const onDecision = (decision: Decision): void => void decisions.push(formatDecision(decision));
          const coalescer = new Coalescer(policy, { rules, onDecision });
          const indications: Indication[] = [];
          for (const { frame, endsDpc } of moved) {
            coalescer.receive(frame);
            if (endsDpc) indications.push(...coalescer.endOfDpc());
          }
          indications.push(...coalescer.endOfDpc());
          return { indications, decisions, statistics: coalescer.statistics };
        });
        expect(shortly).to.deep.equal(fully);
        merged += shortly?.indications.filter(({ arrivals: from }) => from.length > 2).length ?? 0;
      }),
      { numRuns: 400 },
    );
    expect(merged).to.be.greaterThan(20);
  });

  it('takes any bytes', () => {
    const valid = arrivals.chain((list) => fc.constantFrom(...list.map(({ frame }) => frame), new Uint8Array(0)));
    const edits = fc.array(fc.tuple(fc.nat(80), fc.nat(255)), { maxLength: 3 });
    const mangled = fc.tuple(valid, edits).map(([frame, changes]) => {
      const copy = Uint8Array.from(frame);
      for (const [at, byte] of changes) if (at < copy.length) copy[at] = byte;
      return copy;
    });
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.uint8Array({ maxLength: 90 }), mangled), { maxLength: 25 }),
        policies,
        (frames, policy) => {
          const indications = play(
            frames.map((frame) => ({ frame, connection: 0, endsDpc: false })),
            policy,
          );
          const indicated = indications.flatMap((one) => one.arrivals);
          expect(indicated.toSorted((a, b) => a - b)).to.deep.equal(frames.map((_, i) => i));
        },
      ),
      { numRuns: 500 },
    );
  });
});

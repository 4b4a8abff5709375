import { expect } from 'chai';
import fc from 'fast-check';
import { buildFrame, type FrameSpec } from './build.ts';
import { fold, sumBytes } from './checksum.ts';
import { headerMask } from './header-mask.ts';
import { Scratch } from './scratch.ts';
import { parseSegment, Segment, verify } from './segment.ts';
import { compile, frameModule, HEADER_WORDS } from './wasm/frame-module.ts';

const WAYS: Readonly<Record<string, Scratch>> = {
  'WebAssembly with vectors': new Scratch(compile(true)),
  'WebAssembly without': new Scratch(compile(false)),
  'plain JavaScript': new Scratch(undefined),
};
const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => (i * 2654435761) >>> 24);
const plain = (start: number, end: number): number => fold(sumBytes(bytes, start, end));

const ENDS = {
  4: { src: '10.0.0.1', dst: '192.0.2.1', sport: 4000, dport: 5000 },
  6: { src: '2001:db8::5', dst: '2001:db8::1', sport: 4000, dport: 5000 },
} as const;

/** A frame like others of its stream, and one that may differ from it anywhere. */
interface Pair {
  readonly first: Uint8Array;
  readonly second: Uint8Array;
}

const fields: fc.Arbitrary<Partial<FrameSpec>> = fc.record({
  payload: fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 100 }),
    fc.nat(65_000).map((length) => bytes.subarray(0, length)),
  ),
  id: fc.nat(0xffff),
  seq: fc.nat(0xffff_ffff),
  ack: fc.nat(0xffff_ffff),
  window: fc.nat(0xffff),
  flags: fc.constantFrom('A', 'AP'),
  trailer: fc.nat(40),
});
const layout: fc.Arbitrary<Partial<FrameSpec>> = fc.record({
  tags: fc.array(fc.record({ vid: fc.nat(4095) }), { maxLength: 3 }),
  ttl: fc.constantFrom(1, 64),
  ecn: fc.nat(3),
});
const damage = fc.array(fc.tuple(fc.nat(120), fc.nat(255)), { maxLength: 2 });

const pair: fc.Arbitrary<Pair> = fc
  .record({
    version: fc.constantFrom(4 as const, 6 as const),
    timestamps: fc.boolean(),
    layout,
    fields,
    others: fields,
    stamps: fc.tuple(fc.nat(0xffff_ffff), fc.nat(0xffff_ffff)),
    change: fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: layout }),
    damage: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: damage }),
    cut: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(30) }),
  })
  .map((it) => {
    const build = (own: Partial<FrameSpec>): Uint8Array =>
      buildFrame({ ...ENDS[it.version], ...it.layout, ...own, ...(it.timestamps ? { timestamps: it.stamps } : {}) });
    const second = build({ ...it.others, ...it.change });
    for (const [at, value] of it.damage) if (at < second.length) second[at] = value;
    return { first: build(it.fields), second: second.subarray(0, second.length - it.cut) };
  });

/** What `check` says of the second frame where those like the first are expected; undefined: none can be. */
function checked(scratch: Scratch, { first, second }: Pair): readonly [boolean, number, number] | undefined {
  const mask = headerMask(parseSegment(first, new Segment()));
  if (mask === undefined) return undefined;
  scratch.place(first);
  scratch.remember(new Int32Array(HEADER_WORDS), mask);
  scratch.place(second);
  return [scratch.check(), scratch.payloadLength, scratch.payloadSum];
}

describe('Scratch', () => {
  for (const [name, scratch] of Object.entries(WAYS)) {
    it(`sums every length by ${name}`, () => {
      scratch.place(bytes);
      for (let length = 0; length < 300; length++)
        expect(scratch.sum(54, length), `${length}`).to.equal(plain(54, 54 + length));
      for (const length of [1448, 1449, 8948, 65_533, 65_535])
        for (const start of [202, 204]) expect(scratch.sum(start, length)).to.equal(plain(start, start + length));
    });

    it(`sums the largest values by ${name}`, () => {
      scratch.place(new Uint8Array(65_589).fill(0xff));
      expect(scratch.sum(54, 65_535)).to.equal(fold(0xffff * 32_767 + 0xff00));
      expect(scratch.sum(54, 65_532)).to.equal(0xffff);
    });

    it(`checks a frame as the parser and the rules for checksums do, by ${name}`, () => {
      let right = 0;
      fc.assert(
        fc.property(pair, (frames) => {
          const found = checked(scratch, frames);
          if (found?.[0] !== true) return;
          right++;
          const segment = parseSegment(frames.second, new Segment());
          const { kind, payloadOffset, payloadLength, ipEnd } = segment;
          const payloadSum = fold(sumBytes(frames.second, payloadOffset, ipEnd));
          verify(segment, payloadSum);
          expect([kind, segment.tcpChecksum, segment.ipChecksum]).to.deep.equal([
            ...['segment', 'right', segment.ipVersion === 4 ? 'right' : 'unverified'],
          ]);
          expect(found).to.deep.equal([true, payloadLength, payloadSum]);
        }),
        { numRuns: 400 },
      );
      expect(right).to.be.greaterThan(50);
    });
  }

  it('finds the same by each of them', () => {
    fc.assert(
      fc.property(pair, (frames) => {
        const [first, ...others] = Object.values(WAYS).map((scratch) => checked(scratch, frames));
        for (const other of others) expect(other).to.deep.equal(first);
      }),
      { numRuns: 400 },
    );
  });

  it('has WebAssembly here, with and without vectors', () => {
    for (const module of [frameModule(), compile(true), compile(false)]) expect(module).not.to.equal(undefined);
  });

  it('takes headers and trailers of any length', () => {
    const scratch = new Scratch(frameModule());
    const long = new Uint8Array(300_000);
    long.set(bytes, 1002);
    scratch.place(long);
    expect([...scratch.payload(1002, 100)]).to.deep.equal([...bytes.subarray(0, 100)]);
    expect(scratch.sum(1002, 65_100)).to.equal(plain(0, 65_100));
    expect(scratch.check()).to.equal(false);
  });

  it('makes a view of each payload once, and forgets them where they are many', () => {
    const scratch = new Scratch(frameModule());
    const view = scratch.payload(54, 100);
    scratch.payload(54, 101);
    expect(scratch.payload(54, 100)).to.equal(view);
    for (let length = 0; length < 5000; length++) scratch.payload(54, length);
    expect(scratch.payload(54, 100)).not.to.equal(view);
    expect(scratch.payload(54, 100).byteOffset).to.equal(view.byteOffset);
  });
});

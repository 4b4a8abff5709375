import { expect } from 'chai';
import fc from 'fast-check';
import { BASE6, data, feed, groups, run } from '../testing/scenario.ts';
import { Coalescer } from './coalescer.ts';
import type { Indication } from './indication.ts';
import { registry } from './rules/index.ts';
import { formatDecision } from './trace.ts';
import { buildFrame, type FrameSpec } from './wire/build.ts';

const six: Partial<FrameSpec> = { src: BASE6.src, dst: BASE6.dst };

describe('Coalescer', () => {
  it('indicates the same bytes whether or not its memory is given back', () => {
    const lengths = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1000, max: 9000 }));
    const dpc = fc.array(fc.tuple(lengths, fc.integer({ min: 1, max: 3 })), { maxLength: 30 });
    fc.assert(
      fc.property(fc.array(dpc, { maxLength: 6 }), (dpcs) => {
        const keeping = new Coalescer();
        const giving = new Coalescer();
        const kept: { frame: Uint8Array; copy: Uint8Array }[] = [];
        const seqs = [0, 0, 0, 0];
        for (const [index, segments] of dpcs.entries()) {
          for (const [length, sport] of segments) {
            const payload = new Uint8Array(length).fill(index * 31 + length);
            const frame = buildFrame({
              src: '10.0.0.1',
              dst: '10.0.0.2',
              sport,
              dport: 9,
              seq: seqs[sport] ?? 0,
              payload,
            });
            seqs[sport] = (seqs[sport] ?? 0) + length;
            keeping.receive(frame);
            giving.receive(frame);
          }
          const due = giving.endOfDpc();
          const expected = keeping.endOfDpc();
          expect(due).to.deep.equal(expected);
          for (const indication of due) giving.recycle(indication);
          for (const { frame } of expected) kept.push({ frame, copy: frame.slice() });
        }
        for (const { frame, copy } of kept) expect(frame).to.deep.equal(copy);
      }),
      { numRuns: 100 },
    );
  });

  it('returns everything once', () => {
    const coalescer = new Coalescer();
    feed(coalescer, [data(0), data(100)]);
    expect(coalescer.endOfDpc()).to.have.length(1);
    expect(coalescer.endOfDpc()).to.deep.equal([]);
    feed(coalescer, [data(200)]);
    expect(groups(coalescer.endOfDpc())).to.deep.equal([[2]]);
  });

  it('lists SCUs that a DPC’s end ends in the order in which they were started', () => {
    const ports = [5, 3, 9, 1];
    const frames = [...ports, ...ports.toReversed()].map((sport, i) => data(i < 4 ? 0 : 100, { sport }));
    expect(groups(run(frames))).to.deep.equal([
      [0, 7],
      [1, 6],
      [2, 5],
      [3, 4],
    ]);
  });

  it('I3, I4: switches an IP version off and on', () => {
    const coalescer = new Coalescer();
    feed(coalescer, [data(0), data(0, six), data(0, { sport: 7, flags: 'AS' })]);
    const due = coalescer.setRsc({ ipv4: false });
    expect(groups(due)).to.deep.equal([[2], [0]]);
    expect(due.map(({ endedBy }) => endedBy)).to.deep.equal(['E3', 'I4']);
    const { aborts } = coalescer.statistics;
    feed(coalescer, [data(100), data(200), data(300, { flags: 'AS' }), data(100, six)]);
    expect(groups(coalescer.endOfDpc())).to.deep.equal([[3], [4], [5], [1, 6]]);
    expect(coalescer.statistics.aborts, 'no exception counts while RSC is off').to.equal(aborts);
    expect(coalescer.setRsc({ ipv4: true })).to.deep.equal([]);
    feed(coalescer, [data(400), data(500)]);
    expect(groups(coalescer.setRsc({ ipv4: true })), 'setting what is set ends nothing').to.deep.equal([]);
    expect(groups(coalescer.endOfDpc())).to.deep.equal([[7, 8]]);
  });

  it('is as new after a reset', () => {
    const coalescer = new Coalescer();
    feed(coalescer, [data(0)]);
    coalescer.setRsc({ ipv4: false, ipv6: false });
    coalescer.reset();
    feed(coalescer, [data(100), data(200)]);
    expect(groups(coalescer.endOfDpc())).to.deep.equal([[0, 1]]);
  });

  it('does the same by the registry’s loops as unrolled', () => {
    const frames = [data(0), data(100), data(200, { flags: 'AS' }), data(250), data(350), data(400, { ecn: 2 })];
    const looped = new Coalescer({}, { rules: [...registry] });
    feed(looped, frames);
    expect(looped.endOfDpc()).to.deep.equal(run(frames));
  });

  it('tells each decision', () => {
    const lines: string[] = [];
    const coalescer = new Coalescer({}, { onDecision: (decision) => lines.push(formatDecision(decision)) });
    feed(coalescer, [data(0), data(100), data(200, { flags: 'AS' }), data(300), data(301)]);
    expect(lines.map((line) => line.split(':').slice(0, 2).join(':'))).to.deep.equal([
      '#0 starts an SCU: C1 start-unit',
      '#1 merges: C5 merge-data',
      '#2 goes alone: E3 exceptional-flag',
      '#3 starts an SCU: C1 start-unit',
      '#4 starts a new SCU: C2 in-sequence',
    ]);
  });

  it('keeps thousands of connections side by side', () => {
    const frames: Uint8Array[] = [];
    for (const at of [0, 100])
      for (let i = 0; i < 3000; i++) frames.push(data(at, { sport: 1 + i, src: `10.0.${i & 7}.1` }));
    const indications = run(frames);
    expect(indications).to.have.length(3000);
    for (const { arrivals } of indications) expect((arrivals[1] as number) - (arrivals[0] as number)).to.equal(3000);
  });

  it('keeps every arrival of a unit of many segments', () => {
    const frames = Array.from({ length: 70 }, (_, i) => data(100 * i));
    expect(groups(run(frames))).to.deep.equal([frames.map((_, i) => i)]);
  });

  it('S4: a full table aborts, whichever unit has to end', () => {
    const frames = [data(0), data(0, { sport: 7 })];
    for (const fullTable of ['alone', 'evict'] as const) {
      const coalescer = new Coalescer({ maxConnections: 1, fullTable });
      feed(coalescer, frames);
      coalescer.endOfDpc();
      expect(coalescer.statistics.aborts, fullTable).to.equal(1);
    }
  });

  it('grows into memory that was given back, and into no memory of anybody else', () => {
    const coalescer = new Coalescer();
    const longUnit = (): Uint8Array => {
      feed(coalescer, [data(0, {}, 3000), data(3000, {}, 3000)]);
      const [unit] = coalescer.endOfDpc();
      if (unit === undefined) throw new Error('no unit');
      coalescer.recycle(unit);
      return unit.frame;
    };
    // What is in use of other tests' frames is passed over once.
    const buffers = new Set(Array.from({ length: 1000 }, () => longUnit().buffer));
    expect(buffers.size).to.be.at.most(2);
    const shared = new Uint8Array(new SharedArrayBuffer(8192));
    coalescer.recycle({ frame: shared, oob: {}, arrivals: [], endedBy: 'I2' } as unknown as Indication);
    expect(buffers.has(longUnit().buffer)).to.equal(true);
  });

  it('drops the memory of units that a reset ends', () => {
    const coalescer = new Coalescer();
    const buffers = new Set<ArrayBufferLike>();
    for (let i = 0; i < 1000; i++) {
      feed(coalescer, [data(0, {}, 3000), data(3000, {}, 3000), data(0, { sport: 7 }, 9000)]);
      coalescer.reset();
      feed(coalescer, [data(0, {}, 3000), data(3000, {}, 3000)]);
      for (const unit of coalescer.endOfDpc()) {
        buffers.add(unit.frame.buffer);
        coalescer.recycle(unit);
      }
    }
    expect(buffers.size).to.be.at.most(2);
  });

  it('takes frames with very long headers and trailers', () => {
    const extensions = Array.from({ length: 8000 }, () => ({ kind: 'destination' }) as const);
    const long = buildFrame({ ...BASE6, extensions, payload: new Uint8Array(500) });
    const trailed = data(100, { trailer: 200_000 });
    const indications = run([data(0), long, trailed, data(200)]);
    expect(groups(indications)).to.deep.equal([[1], [0, 2, 3]]);
    expect(indications[0]?.frame).to.deep.equal(long);
    expect(indications[1]?.frame.length).to.equal(54 + 300);
  });
});

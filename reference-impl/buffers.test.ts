/** B: one buffer for all frames, written over after every call; and what was indicated stays as it was. */

import { expect } from 'chai';
import fc from 'fast-check';
import { BASE } from '../testing/scenario.ts';
import { Coalescer } from './coalescer.ts';
import type { Indication } from './indication.ts';
import { buildFrame } from './wire/build.ts';

const CAPACITY = 4096;

interface Op {
  readonly length: number;
  /** Segments after NXT: a retransmission, with bytes of its own. */
  readonly back: number;
  readonly flags: 'A' | 'AF';
  readonly sport: number;
  readonly after: 'nothing' | 'dpc' | 'off-and-on';
}

const op: fc.Arbitrary<Op> = fc.record({
  length: fc.constantFrom(0, 1, 7, 100, 100, 100, 101, 1448),
  back: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 3 }) }),
  flags: fc.oneof(
    { weight: 8, arbitrary: fc.constant('A' as const) },
    { weight: 1, arbitrary: fc.constant('AF' as const) },
  ),
  sport: fc.constantFrom(1, 1, 2),
  after: fc.oneof(
    { weight: 6, arbitrary: fc.constant('nothing' as const) },
    { weight: 1, arbitrary: fc.constantFrom('dpc' as const, 'off-and-on' as const) },
  ),
});

/** Bytes that tell which arrival they are of. */
function frames(ops: readonly Op[]): Uint8Array[] {
  const sent = new Map<number, number[]>();
  return ops.map(({ length, back, flags, sport }, arrival) => {
    const seqs = sent.get(sport) ?? [1000];
    sent.set(sport, seqs);
    const seq = seqs[Math.max(0, seqs.length - 1 - back)] as number;
    if (back === 0) seqs.push(seq + length);
    const payload = Uint8Array.from({ length }, (_, i) => (arrival * 37 + i * 11 + 1) & 0xff);
    return buildFrame({ ...BASE, sport, seq, flags, id: arrival, payload });
  });
}

type Receive = (coalescer: Coalescer, frame: Uint8Array) => void;

function play(ops: readonly Op[], receive: Receive, onDue: (due: readonly Indication[]) => void): void {
  const coalescer = new Coalescer();
  for (const [i, frame] of frames(ops).entries()) {
    receive(coalescer, frame);
    const after = ops[i]?.after;
    if (after === 'dpc') onDue(coalescer.endOfDpc());
    if (after === 'off-and-on') onDue([...coalescer.setRsc({ ipv4: false }), ...coalescer.setRsc({ ipv4: true })]);
  }
  onDue(coalescer.endOfDpc());
}

describe('buffers', () => {
  const buffer = new Uint8Array(CAPACITY);
  const lent: Receive = (coalescer, frame) => {
    buffer.set(frame);
    coalescer.receive(buffer.subarray(0, frame.length));
    for (let i = 0; i < buffer.length; i++) buffer[i] = (i * 7) ^ 0xa5;
  };

  it('B1, B2: what comes out does not depend on what becomes of the caller’s buffer', () => {
    fc.assert(
      fc.property(fc.array(op, { maxLength: 30 }), (ops) => {
        const own: Indication[] = [];
        const reused: Indication[] = [];
        play(
          ops,
          (coalescer, frame) => coalescer.receive(frame),
          (due) => own.push(...due),
        );
        play(ops, lent, (due) => reused.push(...due));
        expect(reused).to.deep.equal(own);
      }),
      { numRuns: 300 },
    );
  });

  it('B3: an indicated frame never changes, whatever arrives next', () => {
    fc.assert(
      fc.property(fc.array(op, { maxLength: 40 }), (ops) => {
        const indicated: { frame: Uint8Array; was: Uint8Array }[] = [];
        play(ops, lent, (due) => {
          for (const { frame } of due) indicated.push({ frame, was: frame.slice() });
        });
        for (const { frame, was } of indicated) expect(frame).to.deep.equal(was);
      }),
      { numRuns: 300 },
    );
  });

  it('indicated frames share no memory with the caller’s buffer or each other', () => {
    const all: Uint8Array[] = [];
    const op = (after: Op['after'], flags: Op['flags'] = 'A'): Op => ({ length: 100, back: 0, flags, sport: 1, after });
    const ops = [op('nothing'), op('dpc'), op('nothing', 'AF'), op('dpc'), op('nothing'), op('nothing')];
    play(ops, lent, (due) => all.push(...due.map(({ frame }) => frame)));
    expect(all).to.have.length(4);
    for (const frame of all) expect(frame.buffer).not.to.equal(buffer.buffer);
    for (const [i, frame] of all.entries()) {
      const others = all.filter((_, j) => j !== i).map((other) => other.slice());
      frame.fill(0);
      expect(all.filter((_, j) => j !== i)).to.deep.equal(others);
    }
  });
});

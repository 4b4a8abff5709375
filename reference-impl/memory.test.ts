import { expect } from 'chai';
import { Memory } from './memory.ts';

const KIB = 1024;

/** Pieces of these lengths, handed out whole. */
function handedOut(memory: Memory, ...lengths: readonly number[]): Uint8Array[] {
  return lengths.map((length) => memory.handOut(memory.cut(length), length));
}

describe('memory of units', () => {
  it('cuts pieces from a slab, each with bytes of its own', () => {
    const memory = new Memory();
    const [first, second] = handedOut(memory, 5000, 7000) as [Uint8Array, Uint8Array];
    expect([first.length, second.length, first.buffer === second.buffer]).to.deep.equal([5000, 7000, true]);
    first.fill(1);
    second.fill(2);
    expect(first.every((byte) => byte === 1)).to.equal(true);
    expect(memory.made).to.equal(1);
  });

  it('uses a slab again when all in it was given back, and not before', () => {
    const memory = new Memory();
    const frames = handedOut(memory, 100 * KIB, 100 * KIB);
    const unit = memory.cut(50 * KIB);
    for (const frame of frames) memory.giveBack(frame);
    expect(memory.cut(100 * KIB).bytes.buffer, 'a unit lies in it').not.to.equal(unit.bytes.buffer);
    memory.release(unit);
    for (let i = 0; i < 3; i++) memory.cut(100 * KIB);
    expect(memory.made).to.equal(2);
  });

  it('takes each frame back once, and nothing that it did not hand out', () => {
    const memory = new Memory();
    const [held, given] = handedOut(memory, 100, 100) as [Uint8Array, Uint8Array];
    for (let i = 0; i < 3; i++) memory.giveBack(given);
    memory.giveBack(new Uint8Array(held.buffer, held.byteOffset + 64, 10));
    memory.giveBack(new Uint8Array(100));
    memory.giveBack(new Uint8Array(new SharedArrayBuffer(100)));
    held.fill(7);
    for (const frame of handedOut(memory, ...Array.from({ length: 40 }, () => 10 * KIB))) frame.fill(9);
    expect(held.every((byte) => byte === 7)).to.equal(true);
  });

  it('takes a frame back once even where another lies in its place by then', () => {
    const memory = new Memory();
    const [before] = handedOut(memory, 100) as [Uint8Array];
    memory.giveBack(before);
    const [held] = handedOut(memory, 100) as [Uint8Array];
    expect(held.byteOffset).to.equal(before.byteOffset);
    memory.giveBack(before);
    held.fill(7);
    for (const frame of handedOut(memory, 100, 100)) frame.fill(9);
    expect(held.every((byte) => byte === 7)).to.equal(true);
  });

  it('hands out copies of short ones, without slack', () => {
    const memory = new Memory();
    const unit = Uint8Array.from({ length: 2048 }, (_, i) => i);
    const copies = [300, 64, 1].map((length) => memory.handOutCopy(unit, length));
    unit.fill(0);
    for (const copy of copies) expect([...copy]).to.deep.equal([...copy.keys()].map((i) => i & 0xff));
    for (const copy of copies.toReversed()) memory.giveBack(copy);
    expect(memory.handOutCopy(unit, 10).byteOffset).to.equal(0);
  });

  it('cuts the last piece back to what it holds', () => {
    const memory = new Memory();
    const piece = memory.cut(200 * KIB);
    memory.handOut(piece, KIB);
    expect(memory.cut(200 * KIB).bytes.buffer).to.equal(piece.bytes.buffer);
  });

  it('makes a slab for a piece that fits into none', () => {
    const memory = new Memory();
    const small = memory.cut(KIB);
    const large = memory.cut(300 * KIB);
    expect(large.bytes.length).to.equal(300 * KIB);
    expect(memory.cut(KIB).bytes.buffer, 'the slab before is used on').to.equal(small.bytes.buffer);
  });

  it('needs no more slabs for more units, as long as all are given back', () => {
    const memory = new Memory();
    const round = (): void => {
      for (const frame of handedOut(memory, ...Array.from({ length: 30 }, () => 23 * KIB))) memory.giveBack(frame);
    };
    round();
    const { made } = memory;
    for (let i = 0; i < 1000; i++) round();
    expect(memory.made).to.equal(made);
  });
});

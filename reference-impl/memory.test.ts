import { expect } from 'chai';
import { Memory } from './memory.ts';

const MIB = 1024 * 1024;

describe('memory of frames that were given back', () => {
  it('is taken again where it is long enough, and fresh where nothing is', () => {
    const memory = new Memory();
    const piece = new ArrayBuffer(5000);
    memory.give(piece);
    expect(memory.take(5000, 9000).buffer).to.equal(piece);
    const fresh = memory.take(5000, 9000);
    expect(fresh.length).to.equal(9000);
    expect(fresh.every((byte) => byte === 0)).to.equal(true);
  });

  it('is forgotten where it is too short, and does not lie on top of what serves', () => {
    const memory = new Memory();
    const long = new ArrayBuffer(8192);
    memory.give(long);
    memory.give(new ArrayBuffer(4096));
    expect(memory.take(5000, 9000).buffer).to.equal(long);
    expect(memory.take(4096, 4097).length).to.equal(4097);
  });

  it('is kept from 4,096 bytes up, to 64 MiB in all', () => {
    const memory = new Memory();
    memory.give(new ArrayBuffer(4095));
    expect(memory.take(1, 2).length).to.equal(2);
    const least = new ArrayBuffer(4096);
    memory.give(least);
    expect(memory.take(1, 2).buffer).to.equal(least);

    const kept = Array.from({ length: 4 }, () => new ArrayBuffer(16 * MIB));
    for (const piece of kept) memory.give(piece);
    memory.give(new ArrayBuffer(4096));
    expect(memory.take(1, 2).buffer, 'the piece beyond the bound').to.equal(kept[3]);
    const other = new ArrayBuffer(16 * MIB);
    memory.give(other);
    expect(memory.take(1, 2).buffer, 'room again').to.equal(other);
    // What is too short is forgotten, and no longer counted either.
    memory.take(17 * MIB, 1);
    for (const piece of kept) memory.give(piece);
    for (const piece of kept.toReversed()) expect(memory.take(1, 2).buffer).to.equal(piece);
  });
});

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import fc from 'fast-check';
import { type Plain, packetLists, pcapBytes, plain, readAll, testFolder } from '../../testing/capture-fixtures.ts';
import { CaptureError } from './capture-error.ts';
import { readWithPcapParser } from './pcap-parser-reader.ts';
import { PcapWriter } from './pcap-writer.ts';

const MICRO = 0xa1b2_c3d4;
const NANO = 0xa1b2_3c4d;

describe('pcap', () => {
  const file = join(testFolder(), 'a.pcap');

  async function write(list: readonly Plain[], isNano: boolean): Promise<void> {
    const writer = await PcapWriter.create(file, { isNano });
    for (const { frame, seconds, nanoseconds, originalLength } of list) {
      writer.write(Uint8Array.from(frame), seconds, nanoseconds, originalLength);
    }
    await writer.close();
  }

  for (const isNano of [false, true]) {
    it(`reads back what it writes, ${isNano ? 'nanoseconds' : 'microseconds, and so does pcap-parser'}`, async () => {
      await fc.assert(
        fc.asyncProperty(packetLists(isNano ? 1 : 1000), async (list) => {
          await write(list, isNano);
          expect(await readAll(file)).to.deep.equal({ packets: list, error: undefined });
          expect(await readAll(file, { pcapParser: false })).to.deep.equal({ packets: list, error: undefined });
        }),
        { numRuns: 60 },
      );
    });
  }

  it('reads both byte orders', async () => {
    const list = [plain([1, 2, 3], 7, 5000, 9), plain([], 8, 0), plain([4], 0xffff_ffff, 999_999_000)];
    for (const little of [false, true]) {
      for (const magic of [MICRO, NANO]) {
        writeFileSync(file, pcapBytes(little, magic, 1, list));
        expect(await readAll(file)).to.deep.equal({ packets: list, error: undefined });
        writeFileSync(file, gzipSync(pcapBytes(little, magic, 1, list)));
        expect(await readAll(file)).to.deep.equal({ packets: list, error: undefined });
      }
    }
  });

  it('gives everything before a cut, then the offset of the record that is cut', async () => {
    const list = [1, 2, 3].map((n) => plain([n, n, n], n, n * 1000));
    const whole = pcapBytes(true, MICRO, 1, list);
    for (let length = 0; length < whole.length; length++) {
      for (const pcapParser of [false, true]) {
        writeFileSync(file, whole.subarray(0, length));
        const { packets, error } = await readAll(file, { pcapParser });
        const records = Math.max(0, Math.floor((length - 24) / 19));
        expect(packets).to.deep.equal(list.slice(0, records));
        if (length >= 24 && (length - 24) % 19 === 0) expect(error).to.equal(undefined);
        else {
          expect(error).to.be.instanceOf(CaptureError);
          expect((error as CaptureError).offset).to.equal(length < 24 ? 0 : 24 + 19 * records);
        }
      }
    }
  });

  it('gives everything before a cut of a gzip’d file', async () => {
    const list = Array.from({ length: 5000 }, (_, n) => plain([n & 255, (n * 7) & 255], n));
    const whole = pcapBytes(true, MICRO, 1, list);
    const packed = gzipSync(whole);
    writeFileSync(file, packed.subarray(0, packed.length - 9));
    const { packets, error } = await readAll(file);
    expect(error).to.be.instanceOf(CaptureError);
    expect(packets.length).to.be.greaterThan(4000);
    expect(packets).to.deep.equal(list.slice(0, packets.length));
  });

  it('reads records longer than a piece, and bounds them', async () => {
    const long = Buffer.alloc(3_000_000, 7);
    const head = pcapBytes(true, MICRO, 1, [plain([1])]);
    const length = (captured: number): Buffer => {
      const header = Buffer.alloc(16);
      header.writeUInt32LE(captured, 8);
      header.writeUInt32LE(captured, 12);
      return header;
    };
    const tail = Buffer.concat([length(2), Buffer.from([5, 6])]);
    writeFileSync(file, Buffer.concat([head, length(long.length), long, tail]));
    const { packets, error } = await readAll(file, { pcapParser: false });
    expect(error).to.equal(undefined);
    expect(packets.map(({ frame }) => frame.length)).to.deep.equal([1, 3_000_000, 2]);
    expect(packets[2]?.frame).to.deep.equal([5, 6]);
    for (const pcapParser of [false, true]) {
      writeFileSync(file, Buffer.concat([head, length(0xffff_fff0), long]));
      const hostile = await readAll(file, { pcapParser });
      expect(hostile.packets).to.have.length(1);
      expect(hostile.error).to.be.instanceOf(CaptureError).with.property('offset', head.length);
    }
  });

  it('gives every link type as Ethernet', async () => {
    const ip4 = [0x45, 1, 2, 3];
    const ip6 = [0x60, 1, 2, 3];
    const zeros = (n: number): number[] => new Array<number>(n).fill(0);
    const mac = [2, 3, 4, 5, 6, 7];
    const cooked1 = [0, 0, 0, 1, 0, 6, ...mac, 0, 0, 8, 0, ...ip4];
    const cooked2 = [0x86, 0xdd, 0, 0, 0, 0, 0, 3, 0, 1, 0, 6, ...mac, 0, 0, ...ip6];
    const cases: [number, number[], number[]][] = [
      [101, ip4, [...zeros(12), 8, 0, ...ip4]],
      [101, ip6, [...zeros(12), 0x86, 0xdd, ...ip6]],
      [14, ip4, [...zeros(12), 8, 0, ...ip4]],
      [0, [2, 0, 0, 0, ...ip4], [...zeros(12), 8, 0, ...ip4]],
      [0, [0, 0, 0, 30, ...ip6], [...zeros(12), 0x86, 0xdd, ...ip6]],
      [108, [0, 0, 0, 24, ...ip6], [...zeros(12), 0x86, 0xdd, ...ip6]],
      [228, ip4, [...zeros(12), 8, 0, ...ip4]],
      [229, ip6, [...zeros(12), 0x86, 0xdd, ...ip6]],
      [9, [0xff, 3, 0, 0x21, ...ip4], [...zeros(12), 8, 0, ...ip4]],
      [9, [0, 0x57, ...ip6], [...zeros(12), 0x86, 0xdd, ...ip6]],
      [9, [0x21, ...ip4], [...zeros(12), 8, 0, ...ip4]],
      [9, [0xff, 3, 0xc0, 0x21, 1, 2, 3], [...zeros(12), 0x88, 0x0b, 0xc0, 0x21, 1, 2, 3]],
      [113, cooked1, [...zeros(6), ...mac, 8, 0, ...ip4]],
      [276, cooked2, [...zeros(6), ...mac, 0x86, 0xdd, ...ip6]],
    ];
    for (const [link, data, frame] of cases) {
      const before = plain(data, 1, 0);
      writeFileSync(file, pcapBytes(true, MICRO, link, [before, before]));
      const expected = plain(frame, 1, 0);
      expect(await readAll(file)).to.deep.equal({ packets: [expected, expected], error: undefined });
    }
    writeFileSync(file, pcapBytes(true, MICRO, 113, [plain(cooked1.slice(0, 9), 1, 0, 20)]));
    expect((await readAll(file)).packets).to.deep.equal([plain([], 1, 0, 20)]);
    writeFileSync(file, pcapBytes(true, MICRO, 9, [plain([0xff, 3, 0, 0x21], 1, 0, 20)]));
    expect((await readAll(file)).packets).to.deep.equal([plain([], 1, 0, 20)]);
    writeFileSync(file, pcapBytes(true, MICRO, 127, []));
    expect((await readAll(file)).error)
      .to.be.instanceOf(CaptureError)
      .and.match(/link type 127 \(IEEE 802\.11 with radiotap\), which is not read, at byte 20/)
      .with.property('offset', 20);
  });

  it('takes a fraction of more than a second for what it is', async () => {
    const bytes = pcapBytes(true, MICRO, 1, [plain([1, 2], 5, 0)]);
    bytes.writeUInt32LE(2_500_001, 24 + 4);
    writeFileSync(file, bytes);
    for (const pcapParser of [false, true])
      expect(await readAll(file, { pcapParser })).to.deep.equal({
        packets: [plain([1, 2], 7, 500_001_000)],
        error: undefined,
      });
  });

  it('survives any bytes, as pcap-parser does after our walk', async () => {
    const head = pcapBytes(true, MICRO, 1, [plain([1, 2])]);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.boolean(), async (bytes, asCapture) => {
        writeFileSync(file, asCapture ? Buffer.concat([head, bytes]) : bytes);
        const own = await readAll(file, { pcapParser: false });
        if (own.error !== undefined) expect(own.error).to.be.instanceOf(CaptureError);
        if (asCapture) expect(own.packets[0]).to.deep.equal(plain([1, 2]));
        const other = await readAll(file);
        expect(other.packets).to.deep.equal(own.packets);
        expect(other.error === undefined).to.equal(own.error === undefined);
        if (asCapture && own.error instanceof CaptureError) {
          expect((other.error as CaptureError).offset).to.equal(own.error.offset);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('survives damage to a gzip’d file', async () => {
    const packed = gzipSync(pcapBytes(true, MICRO, 1, [plain([1, 2]), plain([3])]));
    for (let at = 0; at < packed.length; at++) {
      const damaged = Buffer.from(packed);
      damaged[at] = (damaged[at] as number) ^ 0x55;
      writeFileSync(file, damaged);
      const { error } = await readAll(file);
      if (error !== undefined) expect(error).to.be.instanceOf(CaptureError);
      writeFileSync(file, packed.subarray(0, at));
      expect((await readAll(file)).error).to.be.instanceOf(CaptureError);
    }
  });

  it('asks pcap-parser on its own, too', async () => {
    await write([plain([1, 2])], false);
    const batches: number[][] = [];
    for await (const batch of readWithPcapParser(file)) for (const { frame } of batch) batches.push([...frame]);
    expect(batches).to.deep.equal([[1, 2]]);
  });

  it('writes many records, in order', async () => {
    const count = 200_000;
    const writer = await PcapWriter.create(file);
    const frame = new Uint8Array(20);
    for (let i = 0; i < count; i++) {
      frame[0] = i & 255;
      writer.write(frame, i, 0);
    }
    await writer.close();
    expect(readFileSync(file)).to.have.length(24 + count * 36);
    const { packets, error } = await readAll(file, { pcapParser: false });
    expect(error).to.equal(undefined);
    expect(packets.every(({ seconds, frame: [first] }, i) => seconds === i && first === (i & 255))).to.equal(true);
  });

  it('writes long frames from where they lie, in their order among the others', async () => {
    const writer = await PcapWriter.create(file);
    const lengths = Array.from({ length: 400 }, (_, i) => (i % 3 === 0 ? 100 + i : 3000 + 97 * i));
    // A long record among them, which fits into no buffer.
    lengths[200] = 250_000;
    const held = new Set<Uint8Array>();
    for (const [i, length] of lengths.entries()) {
      const frame = new Uint8Array(length).fill(i);
      held.add(frame);
      writer.writeHeld(frame, i, 0, length, () => {
        held.delete(frame);
        frame.fill(0xee);
      });
      if (length < 4096) expect(held.has(frame), 'a copy is done with at once').to.equal(false);
    }
    expect(held.size).to.be.greaterThan(0);
    await writer.close();
    expect(held.size).to.equal(0);
    const { packets } = await readAll(file, { pcapParser: false });
    expect(packets.map(({ frame }) => frame.length)).to.deep.equal(lengths);
    for (const [i, { frame }] of packets.entries()) expect(frame.every((byte) => byte === (i & 0xff))).to.equal(true);
  });
});

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import fc from 'fast-check';
import { block, pack, packetLists, plain, readAll, section, testFolder } from '../../testing/capture-fixtures.ts';
import { CaptureError } from './capture-error.ts';
import { Clock } from './clock.ts';
import { PcapngWriter } from './pcapng-writer.ts';

describe('pcapng', () => {
  const file = join(testFolder(), 'a.pcapng');

  function enhanced(little: boolean, id: number, ticks: bigint, frame: number[], ...options: Buffer[]): Buffer {
    const high = Number(ticks >> 32n);
    const low = Number(ticks & 0xffff_ffffn);
    const fields = pack(little, 32, id, 32, high, 32, low, 32, frame.length, 32, frame.length);
    return block(little, 6, fields, Buffer.from(frame), Buffer.alloc(-frame.length & 3), ...options);
  }

  it('reads back what it writes, comments and interfaces aside', async () => {
    await fc.assert(
      fc.asyncProperty(packetLists(1), fc.string({ unit: 'grapheme', maxLength: 20 }), async (list, comment) => {
        const writer = await PcapngWriter.create(file);
        const ids = [writer.addInterface('sent'), writer.addInterface('received')];
        list.forEach(({ frame, seconds, nanoseconds, originalLength }, i) => {
          const from = ids[i % 2] as number;
          writer.write(Uint8Array.from(frame), seconds, nanoseconds, {
            from,
            originalLength,
            ...(i > 0 ? { comment } : {}),
          });
        });
        await writer.close();
        expect(await readAll(file)).to.deep.equal({ packets: list, error: undefined });
        const bytes = readFileSync(file);
        if (list.length > 1 && comment.length > 3) expect(bytes.includes(comment)).to.equal(true);
        writeFileSync(file, gzipSync(bytes));
        expect(await readAll(file)).to.deep.equal({ packets: list, error: undefined });
      }),
      { numRuns: 60 },
    );
  });

  function everything(): { bytes: Buffer[]; packets: ReturnType<typeof plain>[] } {
    const sectionOf = (little: boolean): Buffer[] => [
      section(little),
      block(little, 1, pack(little, 16, 1, 16, 0, 32, 6)),
      block(little, 1, pack(little, 16, 101, 16, 0, 32, 0, 16, 9, 16, 1, 8, 9, 24, 0, 16, 0, 16, 0)),
      block(little, 0x1234, Buffer.from('of unknown kind')),
      enhanced(little, 0, 7_000_005n, [1, 2, 3], pack(little, 16, 1, 16, 2, 16, 0x4142, 16, 0, 32, 0)),
      enhanced(little, 1, 1_700_000_000_123_456_789n, [0x45, 9]),
      block(little, 3, pack(little, 32, 8), Buffer.from([1, 2, 3, 4, 5, 6])),
      block(little, 2, pack(little, 16, 0, 16, 0, 32, 0, 32, 9, 32, 1, 32, 4), Buffer.from([8])),
    ];
    const packets = [
      plain([1, 2, 3], 7, 5000),
      plain([...new Array<number>(12).fill(0), 8, 0, 0x45, 9], 1_700_000_000, 123_456_789),
      plain([1, 2, 3, 4, 5, 6], 0, 0, 8),
      plain([8], 0, 9000, 4),
    ];
    return { bytes: [...sectionOf(true), ...sectionOf(false)], packets: [...packets, ...packets] };
  }

  it('reads sections of both byte orders, every packet block, resolutions, and skips the rest', async () => {
    const { bytes, packets } = everything();
    writeFileSync(file, Buffer.concat(bytes));
    expect(await readAll(file)).to.deep.equal({ packets, error: undefined });
  });

  it('gives everything before a cut, then the offset of the block that is cut', async () => {
    const { bytes, packets } = everything();
    const whole = Buffer.concat(bytes);
    const isPacket = [0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1];
    for (let length = 0; length < whole.length; length++) {
      writeFileSync(file, whole.subarray(0, length));
      let offset = 0;
      let count = 0;
      for (let i = 0; offset + (bytes[i] as Buffer).length <= length; i++) {
        offset += (bytes[i] as Buffer).length;
        count += isPacket[i] as number;
      }
      const { packets: read, error } = await readAll(file);
      expect(read).to.deep.equal(packets.slice(0, count));
      if (length > 0 && length === offset) expect(error).to.equal(undefined);
      else expect(error).to.be.instanceOf(CaptureError).with.property('offset', offset);
    }
  });

  it('survives any change of a byte, and any bytes after it', async () => {
    const whole = Buffer.concat(everything().bytes);
    for (let at = 0; at < whole.length; at++) {
      for (const change of [0xff, 0x01, 0x80]) {
        const damaged = Buffer.from(whole);
        damaged[at] = (damaged[at] as number) ^ change;
        writeFileSync(file, damaged);
        const { error } = await readAll(file);
        if (error !== undefined) expect(error).to.be.instanceOf(CaptureError);
      }
    }
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        writeFileSync(file, Buffer.concat([whole, bytes]));
        const { packets, error } = await readAll(file);
        expect(packets.length).to.be.at.least(8);
        if (error !== undefined) expect(error).to.be.instanceOf(CaptureError);
      }),
      { numRuns: 100 },
    );
  });

  it('names what is wrong', async () => {
    const cases: [Buffer[], RegExp][] = [
      [[section(true), enhanced(true, 3, 0n, [])], /interface 3, which is not described at byte 28/],
      [[section(true), block(true, 1, pack(true, 16, 127, 16, 0, 32, 0)), enhanced(true, 0, 0n, [])], /link type 127/],
      [[section(true), pack(true, 32, 5, 32, 0xffff_fff0, 32, 0)], /claims 4294967280 bytes at byte 28/],
      [[block(true, 0x0a0d0d0a, pack(true, 32, 5, 32, 0, 32, 0, 32, 0))], /byte-order magic at byte 8/],
      [[pack(true, 32, 0x12345678, 32, 0)], /not a capture: magic 0x78563412 at byte 0/],
    ];
    for (const [bytes, message] of cases) {
      writeFileSync(file, Buffer.concat(bytes));
      const { error } = await readAll(file);
      expect(error).to.be.instanceOf(CaptureError);
      expect((error as CaptureError).message).to.match(message);
    }
  });

  it('divides ticks of any resolution exactly', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        fc.integer({ min: 0, max: 255 }),
        (ticks, resolution) => {
          const perSecond = (resolution >= 128 ? 2n : 10n) ** BigInt(resolution & 0x7f);
          const clock = new Clock(resolution);
          clock.read(Number(ticks >> 32n), Number(ticks & 0xffff_ffffn));
          expect(clock.seconds).to.equal(Number(ticks / perSecond));
          expect(clock.nanoseconds).to.equal(Number(((ticks % perSecond) * 1_000_000_000n) / perSecond));
        },
      ),
    );
  });
});

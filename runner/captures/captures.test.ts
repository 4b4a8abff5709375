import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { CaptureError } from './capture-error.ts';
import { PcapReader } from './pcap-reader.ts';
import { PcapWriter } from './pcap-writer.ts';
import { openCapture, parsedByPackage } from './read-capture.ts';

interface Packet {
  readonly frame: number[];
  readonly seconds: number;
  readonly micros: number;
}

const packets: fc.Arbitrary<Packet[]> = fc.array(
  fc.record({
    frame: fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 80 }),
    seconds: fc.integer({ min: 0, max: 0xffff_ffff }),
    micros: fc.integer({ min: 0, max: 999_999 }),
  }),
  { maxLength: 6 },
);

function readAll(file: string): { packets: Packet[]; error: unknown } {
  const read: Packet[] = [];
  try {
    for (const { frame, seconds, nanoseconds } of new PcapReader(file).records()) {
      read.push({ frame: [...frame], seconds, micros: nanoseconds / 1000 });
    }
  } catch (error) {
    return { packets: read, error };
  }
  return { packets: read, error: undefined };
}

describe('captures', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rsc-captures-'));
  const file = join(folder, 'a.pcap');
  after(() => rmSync(folder, { recursive: true }));

  function write(list: readonly Packet[]): void {
    const writer = new PcapWriter(file);
    for (const { frame, seconds, micros } of list) writer.write(Uint8Array.from(frame), seconds, micros * 1000);
    writer.close();
  }

  it('reads back what it writes, and so does pcap-parser', async () => {
    await fc.assert(
      fc.asyncProperty(packets, async (list) => {
        write(list);
        expect(readAll(file)).to.deep.equal({ packets: list, error: undefined });
        const others = await parsedByPackage(file, readFileSync(file).length);
        expect(others.map(({ data }) => [...data])).to.deep.equal(list.map(({ frame }) => frame));
        expect(others.map(({ header }) => header.timestampMicroseconds)).to.deep.equal(
          list.map(({ micros }) => micros),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('gives everything before a cut, then the offset of the record that is cut', async () => {
    const list = [1, 2, 3].map((n) => ({ frame: [n, n, n], seconds: n, micros: n }));
    write(list);
    const whole = readFileSync(file);
    for (let length = 0; length < whole.length; length++) {
      writeFileSync(file, whole.subarray(0, length));
      const { packets: read, error } = readAll(file);
      const records = Math.max(0, Math.floor((length - 24) / 19));
      expect(read).to.deep.equal(list.slice(0, records));
      if (length >= 24 && (length - 24) % 19 === 0) {
        expect(error).to.equal(undefined);
        continue;
      }
      expect(error).to.be.instanceOf(CaptureError);
      expect((error as CaptureError).offset).to.equal(length < 24 ? 0 : 24 + 19 * records);
      if (length < 24) continue;
      const seen: number[][] = [];
      try {
        for await (const { frame } of openCapture(file).records()) seen.push([...frame]);
        expect.fail('a cut-off file was read to its end');
      } catch (thrown) {
        expect(thrown).to.be.instanceOf(CaptureError);
      }
      expect(seen).to.deep.equal(list.slice(0, records).map(({ frame }) => frame));
    }
  });

  it('reads both byte orders and nanoseconds', () => {
    for (const [magic, bigEndian] of [
      [0xa1b2c3d4, true],
      [0xa1b23c4d, true],
      [0xa1b23c4d, false],
    ] as const) {
      const bytes = new DataView(new ArrayBuffer(24 + 16 + 2));
      const put = (at: number, value: number): void => bytes.setUint32(at, value, !bigEndian);
      put(0, magic);
      put(20, 1);
      put(24, 7);
      put(28, 5000);
      put(32, 2);
      put(36, 9);
      writeFileSync(file, new Uint8Array(bytes.buffer));
      const [record] = [...new PcapReader(file).records()];
      expect(record?.originalLength).to.equal(9);
      expect(record?.nanoseconds).to.equal(magic === 0xa1b23c4d ? 5000 : 5_000_000);
    }
  });

  it('survives any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, asCapture) => {
        write([]);
        writeFileSync(file, asCapture ? Buffer.concat([readFileSync(file), bytes]) : bytes);
        const { error } = readAll(file);
        if (error !== undefined) expect(error).to.be.instanceOf(CaptureError);
      }),
      { numRuns: 300 },
    );
  });
});

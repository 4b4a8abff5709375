/** Files that want to crash, hang or fill the memory of their reader. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { block, pack, pcapBytes, plain, readAll, section, testFolder } from '../../testing/capture-fixtures.ts';
import { commandIn } from '../../testing/command.ts';
import { type Measured, runMeasured } from '../../testing/peak-memory.ts';
import { CaptureError } from './capture-error.ts';

const MICRO = 0xa1b2_c3d4;
const MIB = 1024 * 1024;
const MOST_MEMORY = 300 * MIB;

describe('hostile captures', () => {
  const folder = testFolder();
  const file = join(folder, 'hostile');

  /** Runs `inspect` on the file, which must end, and in bounded memory. */
  function inspect(...bytes: readonly Uint8Array[]): Omit<Measured, 'peak'> {
    writeFileSync(file, Buffer.concat(bytes));
    const { status, out, err, peak } = runMeasured('inspect', file);
    expect(peak).to.be.within(1, MOST_MEMORY);
    return { status, out, err };
  }

  const record = (captured: number, original = captured): Buffer =>
    pack(true, 32, 1, 32, 0, 32, captured, 32, original);
  const header = pcapBytes(true, MICRO, 1, []);

  it('unpacks a bomb of empty records piece by piece', () => {
    const { status, out } = inspect(gzipSync(Buffer.concat([header, Buffer.alloc(64 * MIB)])));
    expect(status).to.equal(0);
    expect(out).to.include(`${(64 * MIB) / 16} frames, 0 of them TCP`);
  });

  it('unpacks a bomb of the longest records one by one', () => {
    const longest = Buffer.concat([record(16 * MIB), Buffer.alloc(16 * MIB)]);
    const { status, out } = inspect(gzipSync(Buffer.concat([header, ...new Array<Buffer>(20).fill(longest)])));
    expect(status).to.equal(0);
    expect(out).to.include('20 frames');
  });

  it('unpacks a bomb of the longest blocks one by one', () => {
    const longest = block(true, 0x0bad, Buffer.alloc(17 * MIB - 16));
    const { status, out } = inspect(gzipSync(Buffer.concat([section(true), ...new Array<Buffer>(20).fill(longest)])));
    expect(status).to.equal(0);
    expect(out).to.include('0 frames');
  });

  it('does not unpack what unpacks to another gzip file', () => {
    const { status, err } = inspect(gzipSync(gzipSync(Buffer.concat([header, Buffer.alloc(MIB)]))));
    expect(status).to.equal(2);
    expect(err).to.match(/not a capture: magic 0x1f8b0800 at byte 0/);
  });

  it('takes lengths of 4 GB for what they are', () => {
    const one = Buffer.concat([record(3), Buffer.alloc(3)]);
    const at = header.length + one.length;
    const classic = inspect(header, one, record(0xffff_ffff));
    expect(classic.status).to.equal(2);
    expect(classic.out).to.include('1 frame,');
    expect(classic.err).to.include(`a record claims 4294967295 bytes at byte ${at}`);
    for (const type of [0x0a0d_0d0a, 1, 2, 3, 6, 0x7fff_ffff]) {
      const { status, err } = inspect(section(true), pack(true, 32, type, 32, 0xffff_fffc, 32, 0x1a2b_3c4d, 32, 0));
      expect(status).to.equal(2);
      expect(err).to.match(/a block claims 4294967292 bytes at byte 28/);
    }
  });

  it('is not held up by blocks without a length', () => {
    for (const length of [0, 4, 8, 11, 13]) {
      const { status, err } = inspect(section(true), pack(true, 32, 6, 32, length, 32, length), Buffer.alloc(64));
      expect(status).to.equal(2);
      expect(err).to.include(`a block claims ${length} bytes at byte 28`);
    }
  });

  it('takes sections upon sections, and interfaces upon interfaces', () => {
    const many = Buffer.concat(new Array<Buffer>(300_000).fill(section(true)));
    expect(inspect(many).status).to.equal(0);
    const description = block(true, 1, pack(true, 16, 1, 16, 0, 32, 0, 16, 9, 16, 1, 8, 255, 24, 0, 32, 0));
    const { status, err } = inspect(section(true), Buffer.concat(new Array<Buffer>(65_537).fill(description)));
    expect(status).to.equal(2);
    expect(err).to.include(`too many interfaces in a section at byte ${28 + 65_536 * description.length}`);
  });

  it('takes any resolution and offset of time', async () => {
    for (const resolution of [0, 9, 19, 127, 128, 191, 255]) {
      for (const offset of [
        [0, 0],
        [0xffff_ffff, 0x7fff_ffff],
        [0, 0x8000_0000],
      ] as const) {
        const options = pack(true, 16, 9, 16, 1, 8, resolution, 24, 0, 16, 14, 16, 8, 32, offset[0], 32, offset[1]);
        const bytes = [
          section(true),
          block(true, 1, pack(true, 16, 1, 16, 0, 32, 0), options, pack(true, 32, 0)),
          block(true, 6, pack(true, 32, 0, 32, 0xffff_ffff, 32, 0xffff_ffff, 32, 4, 32, 4), Buffer.alloc(4)),
        ];
        writeFileSync(file, Buffer.concat(bytes));
        const { packets, error } = await readAll(file);
        expect(error).to.equal(undefined);
        expect(packets[0]?.seconds).to.satisfy((seconds: number) => seconds >= 0 && Number.isFinite(seconds));
        expect(packets[0]?.nanoseconds).to.be.within(0, 999_999_999);
        if (resolution !== 255) continue;
        const out = join(folder, 'out.pcap');
        const { status } = await commandIn(folder, 'coalesce', file, '--out', out, '--dpc-gap', '5');
        expect(status).to.equal(0);
        expect((await readAll(out)).packets).to.have.length(1);
      }
    }
  });

  it('does not believe the snaplen', async () => {
    const frames = [plain([1, 2, 3, 4, 5, 6]), plain([7])];
    for (const snaplen of [0, 1, 4, 0xffff_ffff]) {
      const bytes = pcapBytes(true, MICRO, 1, frames);
      bytes.writeUInt32LE(snaplen, 16);
      writeFileSync(file, bytes);
      for (const pcapParser of [false, true]) {
        expect(await readAll(file, { pcapParser })).to.deep.equal({ packets: frames, error: undefined });
      }
    }
    // A simple block has no captured length but the snaplen and its own room.
    for (const [snaplen, expected] of [
      [2, [1, 2]],
      [0xffff_ffff, [1, 2, 3, 4]],
      [0, [1, 2, 3, 4]],
    ] as const) {
      const description = block(true, 1, pack(true, 16, 1, 16, 0, 32, snaplen));
      writeFileSync(
        file,
        Buffer.concat([section(true), description, block(true, 3, pack(true, 32, 900, 32, 0x04030201))]),
      );
      const { packets, error } = await readAll(file);
      expect(error).to.equal(undefined);
      expect(packets).to.deep.equal([plain([...expected], 0, 0, 900)]);
    }
  });

  it('tells a wrong length where it is, after what comes before it', async () => {
    const whole = pcapBytes(true, MICRO, 1, [plain([1, 2]), plain([3, 4]), plain([5, 6])]);
    for (const [field, value] of [
      [8, 70_000],
      [8, 3],
      [12, 1],
    ] as const) {
      const bytes = Buffer.from(whole);
      bytes.writeUInt32LE(value, 24 + 18 + field);
      writeFileSync(file, bytes);
      for (const pcapParser of [false, true]) {
        const { packets, error } = await readAll(file, { pcapParser });
        expect(packets).to.deep.equal([plain([1, 2])]);
        expect(error)
          .to.be.instanceOf(CaptureError)
          .with.property('offset', 24 + 18);
      }
    }
  });
});

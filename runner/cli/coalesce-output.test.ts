/** What `coalesce` writes, byte by byte, and what it takes for it. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { Coalescer } from '../../reference-impl/coalescer.ts';
import type { Indication } from '../../reference-impl/indication.ts';
import { buildFrame } from '../../reference-impl/wire/build.ts';
import { pcapBytes, plain, readAll, testFolder } from '../../testing/capture-fixtures.ts';
import { runMeasured } from '../../testing/peak-memory.ts';
import { PcapWriter } from '../captures/pcap-writer.ts';

const MICRO = 0xa1b2_c3d4;
const MIB = 1024 * 1024;

describe('the output of coalesce', () => {
  const folder = testFolder();
  const input = join(folder, 'in.pcap');
  const output = join(folder, 'out.pcap');

  /** `count` segments on some connections in runs, some short, some tagged, some cut, some damaged. */
  async function writeInput(count: number, payloadLength: number): Promise<void> {
    const writer = await PcapWriter.create(input);
    const seqs = new Map<number, number>();
    for (let i = 0; i < count; i++) {
      const sport = 1000 + (Math.floor(i / 7) % 9);
      const seq = seqs.get(sport) ?? 0;
      const length = i % 11 === 0 ? (i * 37) % payloadLength : payloadLength;
      seqs.set(sport, seq + length);
      const frame = buildFrame({
        src: sport % 2 === 0 ? '10.0.0.1' : 'fd00::1',
        dst: sport % 2 === 0 ? '10.0.0.2' : 'fd00::2',
        sport,
        dport: 443,
        seq,
        payload: new Uint8Array(length).fill(i),
        flags: i % 13 === 0 ? 'PA' : 'A',
        tags: i % 63 < 7 ? [{ vid: 5 }] : [],
        corrupt: i % 101 === 0 ? { tcpChecksum: 'wrong' } : {},
      });
      const cut = i % 97 === 0 ? 20 : 0;
      writer.write(frame.subarray(0, frame.length - cut), i, i * 1000, frame.length);
    }
    await writer.close();
  }

  it('is what the library indicates, record by record', async () => {
    await writeInput(6_000, 1300);
    const { status, peak } = runMeasured('coalesce', input, '--out', output, '--dpc', '50');
    expect(status).to.equal(0);
    const { packets } = await readAll(input, { pcapParser: false });
    const coalescer = new Coalescer();
    const expected = [];
    let due: Indication[] = [];
    for (const [i, { frame, originalLength }] of packets.entries()) {
      // What was cut stays in its place.
      if (originalLength > frame.length) due.push(...coalescer.endOfDpc());
      coalescer.receive(Uint8Array.from(frame));
      if ((i + 1) % 50 !== 0 && i + 1 < packets.length) continue;
      due.push(...coalescer.endOfDpc());
      for (const unit of due) {
        const last = packets[unit.arrivals.at(-1) as number] as (typeof packets)[number];
        const cut = unit.arrivals.length === 1 ? last.originalLength - last.frame.length : 0;
        expected.push(plain([...unit.frame], last.seconds, last.nanoseconds, unit.frame.length + cut));
      }
      due = [];
    }
    expect(expected.length).to.be.lessThan(packets.length / 2);
    const bytes = pcapBytes(true, MICRO, 1, expected);
    // libpcap's largest snaplen, where the other writer has its own.
    bytes.writeUInt32LE(262_144, 16);
    expect(readFileSync(output).equals(bytes)).to.equal(true);
    expect(peak).to.be.lessThan(300 * MIB);
  });

  it('says in one line that the disk is full, whether the capture is short or long', async function () {
    // A device that is always full.
    if (process.platform !== 'linux') this.skip();
    for (const count of [10, 6000]) {
      await writeInput(count, 1300);
      const { status, err } = runMeasured('coalesce', input, '--out', '/dev/full');
      expect(status).to.equal(2);
      expect(err).to.match(/^rsc-conformance: \/dev\/full cannot be finished: the disk is full[^\n]*\n$/);
    }
  });

  it('takes no more memory for a longer capture', async () => {
    const peaks: number[] = [];
    for (const count of [40_000, 160_000]) {
      await writeInput(count, 1448);
      const { status, peak } = runMeasured('coalesce', input, '--out', output);
      expect(status).to.equal(0);
      peaks.push(peak);
    }
    const [short = 0, long = 0] = peaks;
    expect(long, '240 MB').to.be.lessThan(120 * MIB);
    expect(long - short, '180 MB more').to.be.lessThan(60 * MIB);
  });
});

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { buildFrame } from '../../reference-impl/wire/build.ts';
import { type Plain, plain, readAll, testFolder } from '../../testing/capture-fixtures.ts';
import { commandIn } from '../../testing/command.ts';
import { MAIN } from '../../testing/paths.ts';
import { PcapWriter } from '../captures/pcap-writer.ts';

describe('coalesce', () => {
  const folder = testFolder();
  const input = join(folder, 'in.pcap');
  const output = join(folder, 'out.pcap');

  async function coalesce(...args: readonly string[]): Promise<{ status: number; out: string; err: string }> {
    const { status, stdout, stderr } = await commandIn(folder, 'coalesce', ...args);
    return { status, out: stdout, err: stderr };
  }

  function segment(index: number, port = 1000): number[] {
    const payload = new Uint8Array(100).fill(index);
    return [...buildFrame({ src: '10.0.0.1', dst: '10.0.0.2', sport: port, dport: 80, seq: index * 100, payload })];
  }

  async function write(packets: readonly Plain[], isNano = false): Promise<void> {
    const writer = await PcapWriter.create(input, { isNano });
    for (const { frame, seconds, nanoseconds, originalLength } of packets) {
      writer.write(Uint8Array.from(frame), seconds, nanoseconds, originalLength);
    }
    await writer.close();
  }

  const five = [0, 1, 2, 3, 4].map((i) => plain(segment(i), 10 + Math.floor(i / 3), i * 1000));

  beforeEach(async () => {
    rmSync(output, { force: true });
    await write(five);
  });

  function lines(text: string): Record<string, unknown>[] {
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  it('prints JSON lines alone on standard output', async () => {
    const { status, out, err } = await coalesce(input, '--json', '--dpc', '2', '--trace');
    expect(status).to.equal(0);
    expect(
      lines(out).map(({ dpc, arrivals, seg, dup, tsdelta, endedBy }) => [dpc, arrivals, seg, dup, tsdelta, endedBy]),
    ).to.deep.equal([
      [0, [0, 1], 2, 0, 0, 'I2'],
      [1, [2, 3], 2, 0, 0, 'I2'],
      [2, [4], 0, 0, 0, 'I2'],
    ]);
    expect(lines(out)[2]?.['frame']).to.equal(Buffer.from(segment(4)).toString('hex'));
    expect(err)
      .to.match(/#4 starts an SCU/)
      .and.to.match(/5 frames in, in 3 DPCs; 3 frames out/);
  });

  it('groups by gap, and all in one', async () => {
    const byGap = lines((await coalesce(input, '--json', '--dpc-gap', '500000')).out);
    expect(byGap.map(({ arrivals }) => arrivals)).to.deep.equal([
      [0, 1, 2],
      [3, 4],
    ]);
    const edge = lines((await coalesce(input, '--json', '--dpc-gap', '1000001')).out);
    expect(edge.map(({ dpc }) => dpc)).to.deep.equal([0, 1]);
    expect(lines((await coalesce(input, '--json', '--dpc-gap', '1000002')).out)).to.have.length(1);
    expect(lines((await coalesce(input, '--json', '--dpc', 'all')).out)).to.have.length(1);
    const byTimer = lines((await coalesce(input, '--json', '--interval', '2')).out);
    expect(byTimer.map(({ arrivals }) => arrivals)).to.deep.equal([[0, 1], [2], [3, 4]]);
  });

  it('writes a capture with the time of each unit’s last segment', async () => {
    expect((await coalesce(input, '--out', output, '--dpc', '2')).status).to.equal(0);
    const { packets } = await readAll(output);
    expect(packets.map(({ frame, seconds, nanoseconds }) => [frame.length, seconds, nanoseconds])).to.deep.equal([
      [254, 10, 1000],
      [254, 11, 3000],
      [154, 11, 4000],
    ]);
    await write([plain(segment(0), 5, 123_456_789)], true);
    await coalesce(input, '--out', output);
    expect((await readAll(output)).packets).to.deep.equal([plain(segment(0), 5, 123_456_789)]);
  });

  it('keeps what comes before a defect, and tells its offset', async () => {
    const bytes = readFileSync(input);
    writeFileSync(input, bytes.subarray(0, bytes.length - 1));
    const { status, out, err } = await coalesce(input, '--out', output, '--json');
    expect(status).to.equal(2);
    expect(lines(out).map(({ arrivals }) => arrivals)).to.deep.equal([[0, 1, 2, 3]]);
    expect(err).to.contain(
      `cut off in the record at byte ${24 + 4 * (16 + 154)} (${output} contains everything before it)`,
    );
    expect((await readAll(output)).packets).to.have.length(1);
  });

  it('says once that frames were cut by snaplen', async () => {
    const cut = five.map(({ frame, seconds }) => plain(frame.slice(0, 96), seconds, 0, frame.length));
    await write(cut);
    const { status, err } = await coalesce(input, '--out', output);
    expect(status).to.equal(0);
    expect(err.match(/5 of 5 frames were cut by the capture’s snaplen/g)).to.have.length(1);
    expect((await readAll(output)).packets).to.deep.equal(cut);
  });

  it('leaves a cut frame in its place, although what came before it waits to be merged', async () => {
    const isCut = (i: number): boolean => i === 2;
    await write(
      five.map(({ frame, seconds }, i) => plain(isCut(i) ? frame.slice(0, 70) : frame, seconds, 0, frame.length)),
    );
    const { out, err } = await coalesce(input, '--json');
    expect(lines(out).map(({ arrivals }) => arrivals)).to.deep.equal([[0, 1], [2], [3, 4]]);
    expect(err).to.match(/1 of 5 frames was cut.*stays in its place/);
  });

  it('--profile gro merges as GRO does: nothing whose windows differ', async () => {
    const frames = [5, 6].map((window, i) =>
      buildFrame({
        ...{ src: '10.0.0.1', dst: '10.0.0.2', sport: 1000, dport: 80, id: i + 1, seq: 100 * i, window },
        payload: new Uint8Array(100),
      }),
    );
    await write(frames.map((frame) => plain([...frame])));
    const units = async (...args: readonly string[]): Promise<number> =>
      lines((await coalesce(input, '--json', ...args)).out).length;
    expect(await units()).to.equal(1);
    expect(await units('--profile', 'ndis')).to.equal(1);
    expect(await units('--profile', 'gro')).to.equal(2);
    expect((await coalesce(input, '--profile', 'virtio')).err).to.match(/--profile/);
  });

  it('says how many checksums were never filled in', async () => {
    const frames = five.map(({ frame }) => Buffer.from(frame));
    // The pseudo-header’s sum of 10.0.0.1, 10.0.0.2, TCP and 120 bytes; zero; damage.
    frames[0]?.writeUInt16BE(0x0a00 + 1 + 0x0a00 + 2 + 6 + 120, 50);
    frames[1]?.writeUInt16BE(0, 50);
    frames[2]?.writeUInt16BE(0x4242, 50);
    await write(frames.map((frame, i) => plain([...frame], i)));
    const { status, err } = await coalesce(input);
    expect(status).to.equal(0);
    expect(err).to.match(/2 of 5 frames have a TCP checksum that was never filled in/);
    expect(err).to.match(/3 {2}E2 [^\n]*tcp-checksum-wrong/);
  });

  it('K5: treats checksums that were never filled in as partial with --unfilled, and fills them in', async () => {
    const frames = five.map(({ frame }) => Buffer.from(frame));
    for (const frame of frames.slice(0, 3)) frame.writeUInt16BE(0x0a00 + 1 + 0x0a00 + 2 + 6 + 120, 50);
    frames[4]?.writeUInt16BE(0x4242, 50);
    await write(frames.map((frame, i) => plain([...frame], i)));
    const { status, err } = await coalesce(input, '--unfilled', 'partial', '--dpc', '2', '--out', output);
    expect(status).to.equal(0);
    expect(err).to.match(/3 of 5 frames have a TCP checksum that was never filled in .* marked partial \(K1\)/);
    expect(err).to.match(/1 {2}E2 /);
    expect((await readAll(output)).packets).to.have.length(3);
    // Alone, too, they are filled in: read again, all but the damaged one merge.
    expect((await coalesce(input, '--unfilled', 'partial', '--dpc', '1', '--out', output)).status).to.equal(0);
    const again = (await coalesce(output, '--dpc', 'all')).err;
    expect(again)
      .to.match(/5 frames in, in 1 DPC; 2 frames out/)
      .and.not.to.match(/never filled in/);
    expect((await coalesce(input, '--unfilled', 'maybe')).status).to.equal(2);
  });

  it('takes many arrivals in one DPC', async () => {
    await write(Array.from({ length: 5000 }, (_, i) => plain(segment(i % 250, 1000 + Math.floor(i / 250)), i, 0)));
    expect((await coalesce(input, '--dpc', 'all', '--out', output)).status).to.equal(0);
    const { packets } = await readAll(output);
    expect(packets.map(({ seconds }) => seconds)).to.deep.equal(Array.from({ length: 20 }, (_, i) => 250 * i + 249));
  });

  it('refuses in one line', async () => {
    const empty = join(folder, 'empty.pcap');
    writeFileSync(empty, '');
    const cases: [readonly string[], RegExp][] = [
      [[], /coalesce needs IN/],
      [[join(folder, 'none')], /there is no such file/],
      [[folder], /is a folder/],
      [[empty], /the file is empty at byte 0/],
      [[MAIN], /not a capture: magic 0x23212f75 at byte 0/],
      [[input, '--dpc', '0'], /--dpc cannot be "0"/],
      [[input, '--dpc-gap', '1.5'], /--dpc-gap cannot be "1.5"/],
      [[input, '--dpc', '3', '--dpc-gap', '4'], /--dpc and --dpc-gap exclude each other/],
      [[input, '--policy', 'timestmps=exception'], /did you mean timestamps/],
      [[input, '--out', input], /is the input capture/],
      [[input, '--out', join(folder, 'none', 'x')], /cannot be written: there is no such folder/],
    ];
    for (const [args, message] of cases) {
      const { status, out, err } = await coalesce(...args);
      expect(status, args.join(' ')).to.equal(2);
      expect(out).to.equal('');
      expect(err)
        .to.match(/^rsc-conformance: [^\n]*\n$/)
        .and.to.match(message);
    }
    expect(readFileSync(input)).to.have.length(24 + 5 * (16 + 154));
  });
});

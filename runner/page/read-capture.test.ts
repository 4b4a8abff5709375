import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { buildFrame } from '../../reference-impl/wire/build.ts';
import { partial } from '../../testing/capture-pair-scene.ts';
import { commandIn } from '../../testing/command.ts';
import { Capture } from '../captures/capture.ts';
import { PcapWriter } from '../captures/pcap-writer.ts';
import { readCapture } from './read-capture.ts';

describe('a capture in memory', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rsc-memory-'));
  after(() => rmSync(folder, { recursive: true }));

  it('is read as from a file', async () => {
    const file = join(folder, 'a.pcap');
    const writer = await PcapWriter.create(file, { isNano: true });
    for (let i = 0; i < 3000; i++) writer.write(new Uint8Array(14 + (i % 1400)).fill(i), 1_700_000_000 + i, i * 1000);
    await writer.close();
    const bytes = readFileSync(file);
    const fromFile: { frame: Uint8Array; microseconds: number }[] = [];
    for await (const batch of (await Capture.open(file)).batches())
      for (const { frame, seconds, nanoseconds } of batch)
        fromFile.push({ frame: new Uint8Array(frame), microseconds: seconds * 1e6 + nanoseconds / 1000 });
    expect(await readCapture(bytes, 'a.pcap', 10_000)).to.deep.equal({ frames: fromFile, isCut: false, notes: [] });
    expect(await readCapture(bytes, 'a.pcap', 5)).to.deep.equal({
      frames: fromFile.slice(0, 5),
      isCut: true,
      notes: [],
    });
    const cut = await readCapture(bytes.subarray(0, bytes.length - 1), 'a.pcap', 10_000);
    expect(cut.frames).to.have.length(2999);
    expect(cut.defect).to.match(/^a\.pcap: .*cut off/);
  });

  it('says of it what the command line says', async () => {
    const hosts = { src: '10.0.0.1', dst: '10.0.0.2', sport: 7, dport: 80 };
    const segment = buildFrame({ ...hosts, payload: new Uint8Array(100).fill(7) });
    const file = join(folder, 'notes.pcap');
    const writer = await PcapWriter.create(file);
    writer.write(segment.subarray(0, 80), 1, 0, segment.length);
    writer.write(partial(segment), 1, 0);
    writer.write(buildFrame({ ...hosts, transport: 'udp', payload: new Uint8Array(4000) }), 1, 0);
    await writer.close();
    const { notes } = await readCapture(readFileSync(file), 'notes.pcap', 10);
    const { stderr } = await commandIn(folder, 'coalesce', file);
    const { stdout } = await commandIn(folder, 'inspect', file, '--json');
    const said = (JSON.parse(stdout) as { statements: { text: string }[] }).statements.map(({ text }) => text);
    expect(notes).to.have.length(3);
    expect(stderr).to.include((notes[0] as string).slice(0, -1));
    expect(notes[1]).to.match(
      /^1 of 3 frames has a TCP checksum that was never filled in.*inspect notes\.pcap says more\.$/,
    );
    expect(said).to.include(notes[2]);
  });

  it('survives any bytes', async () => {
    const head = [0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0];
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 120 }), fc.boolean(), async (bytes, isCapture) => {
        const all = Uint8Array.from([...(isCapture ? head : []), ...bytes]);
        const { frames, defect } = await readCapture(all, 'x', 100);
        if (!isCapture) expect({ frames, defect: typeof defect }).to.deep.equal({ frames: [], defect: 'string' });
        for (const { frame } of frames) expect(frame.length).to.be.at.most(bytes.length);
      }),
      { numRuns: 100 },
    );
  });
});

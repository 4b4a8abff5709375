/**
 * The example captures: a transfer of 10,000 bytes with netcat, as tcpdump on the sending host sees it with GSO on and
 * off. Made here, checked in, and compared. `UPDATE_EXAMPLES=1` writes them, and what docs/inspect.md says of them.
 */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { FrameSpec } from '../../reference-impl/wire/build.ts';
import { packet, type Shot, segment, text, unfilled } from '../../testing/inspect-scene.ts';
import { packageRoot } from '../../vectors/package-root.ts';
import { Capture } from '../captures/capture.ts';
import { PcapWriter } from '../captures/pcap-writer.ts';
import { Inspector } from './inspector.ts';
import { reportText } from './report-text.ts';

const SIZES: Readonly<Record<string, readonly number[]>> = {
  'netcat-gso-on.pcap': [2896, 1448, 2896, 1448, 1312],
  'netcat-gso-off.pcap': [1448, 1448, 1448, 1448, 1448, 1448, 1312],
};
const FOLDER = join(packageRoot(), 'examples', 'captures');
const DOCUMENT = join(packageRoot(), 'docs', 'inspect.md');
/** MSS 1460, SACK permitted, three NOP, window scale 7. */
const SYN_OPTIONS = '020405b40402010101030307';

/** Frames of the client carry the pseudo-header's sum: its NIC fills in the rest. */
function transfer(sizes: readonly number[]): Shot[] {
  const shots: Shot[] = [];
  let clientId = 0x2a10;
  const client = (at: number, spec: Partial<FrameSpec>, segments = 1): void => {
    const times = [500_000 + Math.floor(at / 1000), 800_000] as const;
    const frame = segment(true, { window: 502, trailer: 0, id: clientId, timestamps: times, ...spec });
    shots.push({ at, frame: unfilled(frame) });
    clientId += segments;
  };
  let serverId = 0;
  const server = (at: number, spec: Partial<FrameSpec>): void => {
    const times = [800_000 + Math.floor(at / 1000), 500_000] as const;
    shots.push({ at, frame: segment(false, { window: 509, id: serverId++, timestamps: times, ...spec }) });
  };
  client(0, { flags: 'S', seq: 1000, options: SYN_OPTIONS, window: 64_240 });
  server(240, { flags: 'SA', seq: 7000, ack: 1001, options: SYN_OPTIONS, window: 65_160 });
  client(256, { seq: 1001, ack: 7001 });
  let sent = 0;
  for (const [i, size] of sizes.entries()) {
    const isLast = i === sizes.length - 1;
    const spec = { seq: 1001 + sent, ack: 7001, flags: isLast ? 'PA' : 'A', payload: text(size, sent) };
    client(300 + 4 * i, spec, Math.ceil(size / 1448));
    sent += size;
  }
  client(340, { seq: 11_001, ack: 7001, flags: 'FA' });
  // Every second segment is acknowledged, wherever the sender's frames began and ended.
  for (const [i, ack] of [2896, 5792, 8688, 10_000].entries()) server(540 + 6 * i, { seq: 7001, ack: 1001 + ack });
  server(620, { seq: 7001, ack: 11_002, flags: 'FA' });
  client(632, { seq: 11_002, ack: 7002 });
  return shots;
}

async function write(file: string, shots: readonly Shot[]): Promise<void> {
  const writer = await PcapWriter.create(file);
  for (const shot of shots) {
    const { frame, seconds, nanoseconds } = packet(shot);
    writer.write(frame, seconds, nanoseconds);
  }
  await writer.close();
}

async function inspectFile(name: string): Promise<string> {
  const inspector = new Inspector();
  const capture = await Capture.open(join(FOLDER, name));
  for await (const batch of capture.batches()) for (const each of batch) inspector.add(each);
  return reportText(inspector.report(`examples/captures/${name}`, 'IF'));
}

/** The document with what is printed in it, each after the command that prints it. */
async function documented(document: string): Promise<string> {
  let result = document;
  for (const name of Object.keys(SIZES)) {
    const command = `$ rsc-conformance inspect examples/captures/${name}\n`;
    const start = result.indexOf(command);
    expect(start, `docs/inspect.md shows ${command}`).to.be.greaterThan(0);
    const end = result.indexOf('```', start);
    result = `${result.slice(0, start)}${command}${await inspectFile(name)}${result.slice(end)}`;
  }
  return result;
}

describe('the example captures of netcat', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rsc-netcat-'));
  after(() => rmSync(folder, { recursive: true }));

  for (const [name, sizes] of Object.entries(SIZES)) {
    it(`${name} is made by this test, byte for byte`, async () => {
      expect(sizes.reduce((sum, size) => sum + size, 0)).to.equal(10_000);
      if (process.env['UPDATE_EXAMPLES'] === '1') {
        mkdirSync(FOLDER, { recursive: true });
        await write(join(FOLDER, name), transfer(sizes));
      }
      await write(join(folder, name), transfer(sizes));
      expect(readFileSync(join(FOLDER, name)).equals(readFileSync(join(folder, name)))).to.equal(true);
    });
  }

  it('docs/inspect.md says of them what is printed', async () => {
    const document = readFileSync(DOCUMENT, 'utf8');
    const expected = await documented(document);
    if (process.env['UPDATE_EXAMPLES'] === '1') writeFileSync(DOCUMENT, expected);
    else expect(document).to.equal(expected);
  });

  it('the verdicts tell the two apart', async () => {
    const on = await inspectFile('netcat-gso-on.pcap');
    expect(on).to.match(/2 frames beyond the MSS, up to 2896 bytes, about 4 segments: unsegmented sends/);
    expect(on).to.include('ethtool -K IF tso off gso off tx off');
    const off = await inspectFile('netcat-gso-off.pcap');
    expect(off).not.to.match(/beyond the MSS|longer than a segment/);
    expect(off).to.include('ethtool -K IF tx off');
  });
});

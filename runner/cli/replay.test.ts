import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { buildFrame } from '../../reference-impl/wire/build.ts';
import type { RunEvent } from '../../reports/events.ts';
import { testFolder } from '../../testing/capture-fixtures.ts';
import { commandIn } from '../../testing/command.ts';
import { PcapWriter } from '../captures/pcap-writer.ts';

/** Indicates nothing: every frame is lost. */
const LOSES_ALL = `
import { createInterface } from 'node:readline';
const hello = 'HELLO rsc-line 1 name=loses version=1 set=off statistics=off metadata=off';
for await (const line of createInterface({ input: process.stdin })) {
  if (line.startsWith('HELLO')) console.log(hello);
  else if (line === 'RESET' || line === 'DPC') console.log('.');
  else if (line === 'BYE') process.exit(0);
  else if (!line.startsWith('RX ')) console.log('UNSUPPORTED');
}`;

describe('replay, the command', () => {
  const folder = testFolder();

  before(async () => {
    const writer = await PcapWriter.create(join(folder, 'a capture.pcap'));
    const host = { src: '10.0.0.1', dst: '10.0.0.2', sport: 1000, dport: 80 };
    for (let i = 0; i < 4; i++) {
      const payload = new Uint8Array(100).fill(i);
      writer.write(buildFrame({ ...host, seq: i * 100, payload }), 10, i * 1000);
    }
    await writer.close();
    writeFileSync(join(folder, 'loses.mjs'), LOSES_ALL);
  });

  const eventsIn = (out: string): RunEvent[] =>
    readFileSync(join(folder, out, 'events.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as RunEvent);

  it('says of a failure how to play that DPC again', async () => {
    const target = `program:"${process.execPath}" loses.mjs`;
    const { status, stdout, stderr } = await commandIn(
      folder,
      'replay',
      'a capture.pcap',
      '--dpc',
      '2',
      '--target',
      target,
    );
    expect(status, stderr).to.equal(1);
    const again = /Again: rsc-conformance (replay .*)$/m.exec(stdout)?.[1];
    expect(again).to.match(/^replay ["']a capture\.pcap["'] --target .* --dpc 2 --filter replay\/000001-000002$/);
    const args = ['a capture.pcap', '--target', target, '--dpc', '2', '--filter', 'replay/000003-000004'];
    expect((await commandIn(folder, 'replay', ...args)).stdout).to.match(/: 1 vectors?: 1 fail\./);
  });

  it('refuses a filter that matches no DPC', async () => {
    const { status, stderr } = await commandIn(folder, 'replay', 'a capture.pcap', '--filter', 'replay/1-2');
    expect(status).to.equal(2);
    expect(stderr).to.match(/replay\/1-2 \(/);
  });

  it('plays on the kind of device that --device names', async () => {
    for (const [device, hasHeader] of [
      ['ndis', false],
      ['virtio', true],
    ] as const) {
      expect(
        (await commandIn(folder, 'replay', 'a capture.pcap', '--device', device, '--out', device)).status,
      ).to.equal(0);
      const [verdict] = eventsIn(device).filter((event) => event.type === 'verdict');
      expect(verdict?.indications.every((indication) => 'virtio' in indication)).to.equal(hasHeader);
    }
  });
});

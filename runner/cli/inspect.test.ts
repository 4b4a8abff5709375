import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { block, pack, section, testFolder } from '../../testing/capture-fixtures.ts';
import { commandIn } from '../../testing/command.ts';
import { packageRoot } from '../../vectors/package-root.ts';
import type { InspectReport } from '../inspect/report.ts';

const EXAMPLE = join(packageRoot(), 'examples', 'captures', 'netcat-gso-on.pcap');

describe('inspect on the command line', () => {
  const folder = testFolder();

  async function inspect(...args: readonly string[]): Promise<{ status: number; out: string; err: string }> {
    const { status, stdout, stderr } = await commandIn(folder, 'inspect', ...args);
    return { status, out: stdout, err: stderr };
  }

  it('prints a report, and nothing on standard error where that is no terminal', async () => {
    const { status, out, err } = await inspect(EXAMPLE, '--interface', 'eth0.5');
    expect({ status, err }).to.deep.equal({ status: 0, err: '' });
    expect(out).to.include('ethtool -K eth0.5 tso off gso off tx off');
  });

  it('prints JSON', async () => {
    const report = JSON.parse((await inspect(EXAMPLE, '--json')).out) as InspectReport;
    expect(report).to.deep.include({ frames: 15, tcp: 15, notTcp: 0 });
    expect(report.connections[0]?.directions[0]?.superFrames).to.deep.include({ kind: 'unsegmented-send', frames: 2 });
  });

  it('says how many packets the capture dropped, where it counts them', async () => {
    const file = join(folder, 'drops.pcapng');
    const drops = (count: number): Buffer => pack(true, 16, 5, 16, 8, 32, count, 32, 0);
    const eth = (): Buffer => block(true, 1, pack(true, 16, 1, 16, 0, 32, 0));
    const counted = (id: number, count: number): Buffer =>
      block(true, 5, pack(true, 32, id, 32, 0, 32, 1), drops(count));
    writeFileSync(file, Buffer.concat([section(true), eth(), eth(), eth(), counted(0, 11), counted(2, 1)]));
    expect((await inspect(file)).out).to.match(/^ {2}the capture says that it dropped 12 packets: /m);
    expect(JSON.parse((await inspect(file, '--json')).out)).to.include({ dropped: 12 });
    writeFileSync(file, Buffer.concat([section(true), eth(), counted(0, 0)]));
    expect((await inspect(file)).out).to.match(/^ {2}the capture says that it dropped nothing$/m);
    expect((await inspect(EXAMPLE)).out).not.to.include('dropped');
  });

  it('reports what comes before a defect, then tells its offset', async () => {
    const bytes = readFileSync(EXAMPLE);
    const file = join(folder, 'cut.pcap');
    writeFileSync(file, bytes.subarray(0, bytes.length - 1));
    const { status, out, err } = await inspect(file);
    expect(status).to.equal(2);
    expect(out).to.include('14 frames, 14 of them TCP');
    expect(err).to.match(/^rsc-conformance: [^\n]*cut off in the record at byte \d+ \([^\n]*\)\n$/);
  });

  it('refuses in one line', async () => {
    for (const [args, message] of [
      [[], /inspect needs CAPTURE/],
      [[join(folder, 'none')], /there is no such file/],
      [[EXAMPLE, '--interface', '$(reboot)'], /--interface cannot be/],
      [[EXAMPLE, '--interface', 'a"b'], /--interface cannot be/],
    ] as const) {
      const { status, out, err } = await inspect(...args);
      expect({ status, out }).to.deep.equal({ status: 2, out: '' });
      expect(err)
        .to.match(/^rsc-conformance: [^\n]*\n$/)
        .and.to.match(message);
    }
  });
});

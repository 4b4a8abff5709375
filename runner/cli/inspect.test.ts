import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { testFolder } from '../../testing/capture-fixtures.ts';
import { MAIN } from '../../testing/paths.ts';
import { packageRoot } from '../../vectors/package-root.ts';
import type { InspectReport } from '../inspect/report.ts';

const EXAMPLE = join(packageRoot(), 'examples', 'captures', 'netcat-gso-on.pcap');

describe('inspect on the command line', function () {
  this.timeout(30_000);
  const folder = testFolder();

  function inspect(...args: readonly string[]): { status: number | null; out: string; err: string } {
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, 'inspect', ...args], { encoding: 'utf8' });
    return { status, out: stdout, err: stderr };
  }

  it('prints a report, and nothing on standard error where that is no terminal', () => {
    const { status, out, err } = inspect(EXAMPLE, '--interface', 'eth0.5');
    expect({ status, err }).to.deep.equal({ status: 0, err: '' });
    expect(out).to.include('ethtool -K eth0.5 tso off gso off tx off');
  });

  it('prints JSON', () => {
    const report = JSON.parse(inspect(EXAMPLE, '--json').out) as InspectReport;
    expect(report).to.deep.include({ frames: 15, tcp: 15, notTcp: 0 });
    expect(report.connections[0]?.directions[0]?.superFrames).to.deep.include({ kind: 'unsegmented-send', frames: 2 });
  });

  it('reports what comes before a defect, then tells its offset', () => {
    const bytes = readFileSync(EXAMPLE);
    const file = join(folder, 'cut.pcap');
    writeFileSync(file, bytes.subarray(0, bytes.length - 1));
    const { status, out, err } = inspect(file);
    expect(status).to.equal(2);
    expect(out).to.include('14 frames, 14 of them TCP');
    expect(err).to.match(/^rsc-conformance: [^\n]*cut off in the record at byte \d+ \([^\n]*\)\n$/);
  });

  it('refuses in one line', () => {
    for (const [args, message] of [
      [[], /inspect needs CAPTURE/],
      [[join(folder, 'none')], /does not exist/],
      [[EXAMPLE, '--interface', '$(reboot)'], /--interface cannot be/],
      [[EXAMPLE, '--interface', 'a"b'], /--interface cannot be/],
    ] as const) {
      const { status, out, err } = inspect(...args);
      expect({ status, out }).to.deep.equal({ status: 2, out: '' });
      expect(err)
        .to.match(/^rsc-conformance: [^\n]*\n$/)
        .and.to.match(message);
    }
  });
});

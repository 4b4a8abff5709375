import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'chai';
import { testFolder } from '../../testing/capture-fixtures.ts';
import { MAIN } from '../../testing/paths.ts';
import type { Io } from '../base/io.ts';
import { PcapWriter } from '../captures/pcap-writer.ts';
import { Progress } from './progress.ts';

function fakeIo(terminal: boolean): { io: Io; written: string[] } {
  const written: string[] = [];
  const io = { out: () => {}, err: (text: string) => written.push(text), color: { out: false, err: false }, terminal };
  return { io, written };
}

describe('Progress', () => {
  it('shows the share of the file and the rate, ten times a second, and goes away', () => {
    const { io, written } = fakeIo(true);
    let now = 0;
    const of = { position: 0, size: 200e6 };
    const progress = new Progress(io, of, () => now);
    for (let ms = 0; ms <= 1000; ms++) {
      now = ms;
      of.position = ms * 100_000;
      progress.show();
    }
    expect(written).to.have.length(10);
    expect(written[9]).to.equal('\r\u001b[K[###############               ]  50 %  100 MB/s');
    progress.end();
    expect(written.at(-1)).to.equal('\r\u001b[K');
  });

  it('shows megabytes where there is no size, and never more than all', () => {
    const { io, written } = fakeIo(true);
    let now = 0;
    for (const of of [
      { position: 5e6, size: 0 },
      { position: 300, size: 200 },
    ]) {
      now = 0;
      const progress = new Progress(io, of, () => now);
      now = 500;
      progress.show();
    }
    expect(written).to.deep.equal(['\r\u001b[K5 MB  10 MB/s', `\r\u001b[K[${'#'.repeat(30)}] 100 %  0 MB/s`]);
  });

  it('is silent where standard error is no terminal, or is too early', () => {
    const { io, written } = fakeIo(false);
    let now = 0;
    const progress = new Progress(io, { position: 1, size: 2 }, () => now);
    now = 1e6;
    progress.show();
    progress.end();
    expect(written).to.deep.equal([]);
    const terminal = fakeIo(true);
    const early = new Progress(terminal.io, { position: 1, size: 2 }, () => 0);
    early.show();
    early.end();
    expect(terminal.written).to.deep.equal([]);
  });

  describe('of coalesce', () => {
    const folder = testFolder();
    const input = join(folder, 'in.pcap');

    before(async () => {
      const writer = await PcapWriter.create(input, { isNano: true });
      const frame = new Uint8Array(60);
      for (let i = 0; i < 2_500_000; i++) {
        writer.write(frame, i, 0);
      }
      await writer.close();
    });

    // util-linux's `script` makes a terminal.
    function inTerminal(term: string): string {
      const command = `${process.execPath} ${MAIN} coalesce ${input} --dpc all`;
      const env = { ...process.env, TERM: term };
      const { stdout, status, error } = spawnSync('script', ['-qec', command, '/dev/null'], { encoding: 'utf8', env });
      if (error !== undefined) throw error;
      expect(status).to.equal(0);
      return stdout;
    }

    it('is there in a terminal, and not in a dumb one', () => {
      const shown = inTerminal('xterm').replaceAll('\r\u001b[K', '|');
      expect(shown).to.match(/\|\[#+ *\] +\d+ % {2}\d+ MB\/s/);
      expect(shown.slice(shown.lastIndexOf('MB/s'))).to.match(/^MB\/s\|/);
      expect(inTerminal('dumb')).not.to.include('\u001b').and.not.to.include('MB/s');
    });
  });
});

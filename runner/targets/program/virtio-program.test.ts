/** `examples/virtio-program`: virtio headers, features, and packets without link-layer header. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type CommandResult, commandIn } from '../../../testing/command.ts';
import { copyExample, needs } from '../../../testing/example-program.ts';

describe('examples/virtio-program', () => {
  let folder = '';
  let copy = '';
  before(function () {
    needs(this, 'python3');
    folder = mkdtempSync(join(tmpdir(), 'rsc-virtio-program-'));
    copyExample(folder, 'python-program');
    copy = copyExample(folder, 'virtio-program');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function played(program: string, ...select: readonly string[]): Promise<CommandResult> {
    return commandIn(copy, 'run', '--strict', '--target', `program:python3 ${program}`, ...select);
  }

  it('conforms as a virtio device, whatever features are negotiated', async () => {
    const { status, stdout } = await played('device.py', '--filter', 'virtio/*');
    expect(status, stdout).to.equal(0);
    expect(stdout).to.match(/: \d+ vectors: 1\d\d pass, \d\d unsupported\.$/m);
  });

  it('conforms without a link-layer header, in all families', async () => {
    const { status, stdout } = await played('device.py --tun', '--shard', '1/16');
    expect(status, stdout).to.equal(0);
    expect(stdout).to.match(/: \d+ vectors: \d{3} pass, \d+ pass-less, \d+ unsupported\.$/m);
  });

  for (const [from, to, rule, argument = ''] of [
    ['flags, gso_type, headers, size = NEEDS_CSUM,', 'flags, gso_type, headers, size = 0,', 'V2'],
    ['size = start = offset = 0', 'size = start = 0; offset = 16; gso_type = 1', 'V'],
    ['gso_type |= ECN', 'pass', 'V10'],
    ['set(settings["features"].split(","))', 'USUAL', 'V'],
    ['start, offset = tcp - LINK, 16', 'start, offset = tcp, 16', 'V9', ' --tun'],
  ] as const) {
    it(`breaks ${rule} with "${to}"${argument}`, async () => {
      const source = readFileSync(join(copy, 'device.py'), 'utf8');
      expect(source).to.include(from);
      writeFileSync(join(copy, 'broken.py'), source.replace(from, to));
      const { status, stdout } = await played(`broken.py${argument}`, '--filter', 'virtio/*');
      expect(status, stdout).to.equal(1);
      expect(stdout).to.match(new RegExp(`^  ${rule}\\d* \\((must|derived)\\)`, 'm'));
    });
  }

  it('is an error, in one sentence, where a unit keeps its link-layer header', async () => {
    const source = readFileSync(join(copy, 'device.py'), 'utf8');
    const from = 'indicate(frame[LINK:],';
    expect(source).to.include(from);
    writeFileSync(join(copy, 'broken.py'), source.replace(from, 'indicate(frame if count > 1 else frame[LINK:],'));
    const { status, stdout } = await played('broken.py --tun', '--filter', 'virtio/*');
    expect(status).to.equal(1);
    expect(stdout).to.include('IND has a frame with a link-layer header, though link=off was announced');
  });
});

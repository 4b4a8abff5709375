import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { PACKAGE_ROOT } from '../../runner/base/version.ts';

const LADDER = join(PACKAGE_ROOT, 'tools', 'ladder');

function script(name: string, ...args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync('sh', [join(LADDER, name), ...args], { encoding: 'utf8' });
}

describe('scripts of the ladder', () => {
  let folder = '';
  before(function () {
    if (process.platform !== 'linux') this.skip();
    folder = mkdtempSync(join(tmpdir(), 'rsc-ladder-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('say how they are used, and fetch nothing, without what they need', () => {
    const scripts = readdirSync(LADDER).filter((name) => name.endsWith('.sh'));
    expect(scripts).to.have.length.above(4);
    for (const name of scripts) {
      const { status, stderr, stdout } = script(name);
      expect([status, stdout], name).to.deep.equal([2, '']);
      expect(stderr, name).to.match(/^usage: .*\n$/);
    }
  });

  it('name no mirror', () => {
    const named = spawnSync('grep', ['-nEr', '--include=*.sh', 'https?://', LADDER], { encoding: 'utf8' });
    expect(named.stdout).to.equal('');
  });

  it('start a program through the loader of its root, arguments whole', () => {
    const root = join(folder, "a root's");
    for (const path of ['lib64', 'usr/lib/x86_64-linux-gnu', 'usr/bin'])
      mkdirSync(join(root, path), { recursive: true });
    const loader = join(root, 'lib64', 'ld-linux-x86-64.so.2');
    writeFileSync(loader, '#!/bin/sh\nfor word in "$@"; do echo "$word"; done\n');
    chmodSync(loader, 0o755);
    writeFileSync(join(root, 'usr/lib/x86_64-linux-gnu/libc.so.6'), '');
    const start = join(folder, 'start');
    expect(script('through-loader.sh', root, 'usr/bin/program', start, '-L', "it's here").status).to.equal(0);
    const { stdout } = spawnSync(start, ['--version', 'a b'], { encoding: 'utf8' });
    expect(stdout.trim().split('\n')).to.deep.equal([
      '--library-path',
      `${root}/usr/lib/x86_64-linux-gnu`,
      `${root}/usr/bin/program`,
      '-L',
      "it's here",
      '--version',
      'a b',
    ]);
  });

  it('pack a folder as the kernel unpacks it', () => {
    const packed = join(folder, 'packed');
    mkdirSync(join(packed, 'modules'), { recursive: true });
    writeFileSync(join(packed, 'init'), 'odd');
    writeFileSync(join(packed, 'modules', 'none'), '');
    writeFileSync(join(packed, 'modules', 'veth'), Buffer.alloc(4097, 7));
    const file = join(folder, 'initramfs');
    expect(script('initramfs.sh', packed, file).status).to.equal(0);
    const bytes = readFileSync(file);
    const entries: [string, number, Buffer][] = [];
    const aligned = (at: number): number => Math.ceil(at / 4) * 4;
    for (let at = 0; at < bytes.length; ) {
      // Documentation/driver-api/early-userspace/buffer-format.rst: a header of ASCII, the name, the bytes.
      expect(bytes.toString('latin1', at, at + 6)).to.equal('070701');
      const field = (index: number): number =>
        Number.parseInt(bytes.toString('latin1', at + 6 + 8 * index, at + 14 + 8 * index), 16);
      const data = aligned(at + 110 + field(11));
      entries.push([
        bytes.toString('latin1', at + 110, at + 110 + field(11) - 1),
        field(1),
        bytes.subarray(data, data + field(6)),
      ]);
      at = aligned(data + field(6));
    }
    expect(entries).to.deep.equal([
      ['init', 0o100755, Buffer.from('odd')],
      ['modules', 0o40755, Buffer.alloc(0)],
      ['modules/none', 0o100755, Buffer.alloc(0)],
      ['modules/veth', 0o100755, Buffer.alloc(4097, 7)],
      ['TRAILER!!!', 0, Buffer.alloc(0)],
    ]);
  });

  it('skip what has ended, and refuse a rung that there is none of', () => {
    const done = join(folder, 'results', 'qemu-sid-ndis');
    mkdirSync(done, { recursive: true });
    writeFileSync(join(done, 'events.jsonl'), '{"type":"session"}\n{"type":"end"}\n');
    const again = script('ladder.sh', folder, 'qemu:sid');
    expect([again.status, again.stdout], again.stderr).to.deep.equal([0, 'qemu:sid ndis: done before\n']);
    const wrong = script('ladder.sh', folder, 'windows:11');
    expect(wrong.status).to.equal(2);
    expect(wrong.stderr).to.match(/no rung windows:11/);
  });
});

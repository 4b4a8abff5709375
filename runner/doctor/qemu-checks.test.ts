import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { qemuChecks } from './qemu-checks.ts';

describe('doctor on the target qemu', () => {
  it('says what is missing and how to get it', async () => {
    const advice = new Map((await qemuChecks('/nowhere/qemu')).map((check) => [check.name, check]));
    expect(advice.get('QEMU')?.ok).to.equal(false);
    expect(advice.get('QEMU')?.advice).to.match(/^there is no \/nowhere\/qemu \(.*apt-get install/);
    expect(advice.get('guest_rsc_ext in QEMU')?.advice).to.include('QEMU does not start');
  });

  it('finds everything where everything is', async function () {
    const isThere = process.getuid?.() === 0 && spawnSync('qemu-system-x86_64', ['--version']).status === 0;
    if (process.env['CI'] === undefined && !isThere) this.skip();
    const missing = (await qemuChecks()).filter(({ ok, name }) => !ok && name !== '/dev/net/tun');
    expect(missing).to.deep.equal([]);
  });
});

import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { qemuChecks } from './qemu-checks.ts';

describe('doctor on the target qemu', function () {
  this.timeout(60_000);

  it('says what is missing and how to get it', async () => {
    const checks = new Map(await qemuChecks('/nowhere/qemu'));
    expect(checks.get('target qemu: QEMU')).to.match(/^there is no \/nowhere\/qemu \(.*apt-get install/);
    expect(checks.get('target qemu: guest_rsc_ext')).to.include('QEMU does not start');
  });

  it('finds everything where everything is', async function () {
    const isThere = process.getuid?.() === 0 && spawnSync('qemu-system-x86_64', ['--version']).status === 0;
    if (process.env['CI'] === undefined && !isThere) this.skip();
    for (const [what, state] of (await qemuChecks()).filter(([name]) => name.startsWith('target qemu'))) {
      expect(state, what).to.equal('ok');
    }
  });
});

import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { MAIN } from '../../testing/paths.ts';
import { checkGroups } from './checks.ts';

describe('doctor', () => {
  it('says what is missing and how to get it', () => {
    const { status, stdout } = spawnSync(process.execPath, [MAIN, 'doctor'], {
      encoding: 'utf8',
      env: { PATH: '/nonexistent' },
    });
    expect(status).to.equal(0);
    expect(stdout).to.match(/reference target +ok/);
    expect(stdout).to.match(/ethtool +missing: apt install ethtool; live and linux-gro need it/);
    expect(stdout).to.match(/DPDK +missing: apt install libdpdk-dev/);
  });

  it('has hints for Windows on Windows, and says what cannot be done there', async () => {
    const checks = (await Promise.all(checkGroups('win32').map((group) => group()))).flat();
    const names = checks.map(({ name }) => name);
    expect(names).to.include.members(['cap (Npcap)', 'PowerShell', 'pktmon', 'target linux-gro', 'target qemu']);
    for (const { name, advice } of checks) {
      expect(advice, name).to.not.match(/\bapt|modprobe|root\b/);
      if (name.startsWith('target ')) expect(advice, name).to.match(/^Linux only: /);
    }
    expect((await Promise.all(checkGroups('linux').map((group) => group()))).flat().map(({ name }) => name)).to.include(
      'ethtool',
    );
  });
});

import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { MAIN } from '../../testing/paths.ts';

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
});

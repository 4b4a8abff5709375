/** What `dpdk-gro` needs: DPDK's headers and a C compiler. */

import { spawnSync } from 'node:child_process';
import type { Check } from './check.ts';

export async function dpdkChecks(): Promise<readonly Check[]> {
  const works = (file: string, ...args: string[]): boolean => spawnSync(file, args).status === 0;
  const compiler = { name: 'cc', ok: works('cc', '--version'), advice: 'apt install gcc; dpdk-gro is compiled' };
  const hasDpdk = works('pkg-config', '--exists', 'libdpdk');
  return [compiler, { name: 'DPDK', ok: hasDpdk, advice: 'apt install libdpdk-dev pkg-config; dpdk-gro needs it' }];
}

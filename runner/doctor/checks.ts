/** Every group of checks, in the order in which `doctor` shows them. */

import type { CheckGroup } from './check.ts';
import { dpdkChecks } from './dpdk-checks.ts';
import { liveChecks } from './live-checks.ts';
import { qemuChecks } from './qemu-checks.ts';
import { windowsChecks } from './windows-checks.ts';

/** `platform`: as Node.js names it. */
export function checkGroups(platform: NodeJS.Platform): readonly CheckGroup[] {
  return platform === 'win32' ? [windowsChecks] : [liveChecks, dpdkChecks, () => qemuChecks()];
}

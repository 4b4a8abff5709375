/** Every group of checks, in the order in which `doctor` shows them. */

import type { CheckGroup } from './check.ts';
import { dpdkChecks } from './dpdk-checks.ts';
import { liveChecks } from './live-checks.ts';
import { qemuChecks } from './qemu-checks.ts';

export const CHECK_GROUPS: readonly CheckGroup[] = [liveChecks, dpdkChecks, () => qemuChecks()];

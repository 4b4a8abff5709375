/** Checks that this process has the rights that the target qemu needs. */

import { UsageError } from '../../base/errors.ts';

/** Throws UsageError if it may not. `uid` is undefined on systems without user ids. */
export function demandRights(platform: string, uid: number | undefined): void {
  const hint = 'rsc-conformance doctor lists what the target qemu needs';
  if (platform !== 'linux') throw new UsageError('the target qemu runs on Linux only', hint);
  if (uid !== 0) {
    throw new UsageError('the target qemu needs root: it makes macvtap devices in a network namespace', hint);
  }
}

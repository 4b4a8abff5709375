/** The version of a QEMU. */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { UsageError } from '../../base/errors.ts';

/** "QEMU 7.2.22 (Debian 1:7.2+dfsg-7)". Throws UsageError if `path` is not a QEMU that starts. */
export async function readQemuVersion(path: string): Promise<string> {
  const hint = 'on Debian: apt-get install --no-install-recommends qemu-system-x86; or --target qemu:PATH';
  let text: string;
  try {
    text = (await promisify(execFile)(path, ['--version'], { timeout: 20_000 })).stdout;
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new UsageError(isAbsent ? `there is no ${path}` : `${path} does not start`, hint);
  }
  const [, version] = /QEMU emulator version (.*)/.exec(text) ?? [];
  if (version === undefined) throw new UsageError(`${path} is not QEMU`, hint);
  return `QEMU ${version.trim()}`;
}

/** What the target qemu needs of a machine, each with what to do where it is missing. */

import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { UsageError } from '../errors.ts';
import { MacvtapPair } from '../targets/qemu/macvtap-pair.ts';
import { readQemuVersion } from '../targets/qemu/qemu-version.ts';
import { demandRights } from '../targets/qemu/rights.ts';
import { DEFAULT_SETTINGS } from '../targets/qemu/settings.ts';

/** A row: what was looked at, and "ok", or what is missing and how to get it. */
export type Check = readonly [string, string];

/** Starts QEMU for its version, and makes and removes a pair of devices in a namespace. Never rejects. */
export async function qemuChecks(path: string = DEFAULT_SETTINGS.path): Promise<Check[]> {
  return [
    await versionCheck(path),
    await propertyCheck(path),
    ['target qemu: rights', outcome(() => demandRights(process.platform, process.getuid?.()))],
    await macvtapCheck(),
    ['/dev/net/tun', existsSync('/dev/net/tun') ? 'ok' : 'absent; the target qemu does without it (macvtap)'],
  ];
}

async function versionCheck(path: string): Promise<Check> {
  try {
    return [`target qemu: ${await readQemuVersion(path)}`, 'ok'];
  } catch (error) {
    return ['target qemu: QEMU', told(error)];
  }
}

async function propertyCheck(path: string): Promise<Check> {
  const name = 'target qemu: guest_rsc_ext';
  try {
    const { stdout } = await promisify(execFile)(path, ['-device', 'virtio-net-pci,help'], { timeout: 20_000 });
    return [name, stdout.includes('guest_rsc_ext') ? 'ok' : 'this QEMU has none: 4.0 or newer is needed'];
  } catch {
    return [name, 'not known: QEMU does not start'];
  }
}

async function macvtapCheck(): Promise<Check> {
  const name = 'target qemu: macvtap in a network namespace';
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return [name, 'not tried: that needs root, on Linux'];
  const directory = mkdtempSync(join(tmpdir(), 'rsc-doctor-'));
  try {
    const pair = await MacvtapPair.open(directory);
    await pair.close();
    return [name, 'ok'];
  } catch (error) {
    return [name, `${told(error)}; it needs iproute2, util-linux, and the kernel's modules veth and macvtap`];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function outcome(check: () => void): string {
  try {
    check();
    return 'ok';
  } catch (error) {
    return told(error);
  }
}

function told(error: unknown): string {
  if (error instanceof UsageError) return `${error.message} (${error.hint})`;
  return error instanceof Error ? error.message : String(error);
}

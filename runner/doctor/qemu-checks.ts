/** What the target qemu needs of a machine. */

import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { UsageError } from '../base/errors.ts';
import { MacvtapPair } from '../targets/qemu/macvtap-pair.ts';
import { readQemuVersion } from '../targets/qemu/qemu-version.ts';
import { demandRights } from '../targets/qemu/rights.ts';
import { DEFAULT_SETTINGS } from '../targets/qemu/settings.ts';
import type { Check } from './check.ts';

const USER = 'the target qemu needs it';

/** Starts QEMU for its version, and makes and removes a pair of devices in a namespace. Never rejects. */
export async function qemuChecks(path: string = DEFAULT_SETTINGS.path): Promise<readonly Check[]> {
  return [
    await versionCheck(path),
    await check('guest_rsc_ext in QEMU', () => findProperty(path)),
    await check('root on Linux, for the target qemu', () => demandRights(process.platform, process.getuid?.())),
    await check('macvtap in a network namespace', tryMacvtap),
    {
      name: '/dev/net/tun',
      ok: existsSync('/dev/net/tun'),
      advice: 'modprobe tun; a QEMU of your own on a tap needs it (the target qemu takes macvtap)',
    },
  ];
}

async function versionCheck(path: string): Promise<Check> {
  try {
    return { name: await readQemuVersion(path), ok: true, advice: '' };
  } catch (error) {
    return { name: 'QEMU', ok: false, advice: textOf(error) };
  }
}

async function findProperty(path: string): Promise<void> {
  const list = promisify(execFile)(path, ['-device', 'virtio-net-pci,help'], { timeout: 20_000 });
  const text = await list.then(
    ({ stdout }) => stdout,
    () => undefined,
  );
  if (text === undefined) throw new Error('not known, since QEMU does not start');
  if (!text.includes('guest_rsc_ext')) throw new Error(`QEMU 4.0 or newer; ${USER}`);
}

async function tryMacvtap(): Promise<void> {
  demandRights(process.platform, process.getuid?.());
  const directory = mkdtempSync(join(tmpdir(), 'rsc-doctor-'));
  try {
    await (await MacvtapPair.open(directory)).close();
  } catch (error) {
    throw new Error(`${textOf(error)}: apt install iproute2, modprobe macvtap veth; ${USER}`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function check(name: string, demand: () => void | Promise<void>): Promise<Check> {
  try {
    await demand();
    return { name, ok: true, advice: '' };
  } catch (error) {
    return { name, ok: false, advice: textOf(error) };
  }
}

function textOf(error: unknown): string {
  if (error instanceof UsageError) return `${error.message} (${error.hint})`;
  return error instanceof Error ? error.message : String(error);
}

/** What can be done on Windows: capture there, and judge what was captured. The other targets are made of Linux. */

import { spawnSync } from 'node:child_process';
import { loadCap } from '../targets/live/cap-wire.ts';
import type { Check } from './check.ts';

const ELSEWHERE: Readonly<Record<string, string>> = {
  'linux-gro': 'it is the GRO of a Linux kernel',
  qemu: 'its frames go through macvtap devices of Linux; a QEMU guest with Windows is tested by live',
  'dpdk-gro': 'it is compiled against DPDK of Linux; a program of your own on DPDK is a program target here, too',
};

/** Starts nothing but PowerShell and pktmon, for their versions. */
export async function windowsChecks(): Promise<readonly Check[]> {
  return [
    {
      name: 'cap (Npcap)',
      ok: hasCap(),
      advice:
        'install Npcap from https://npcap.com in WinPcap API-compatible mode, then npm install cap; live captures with it',
    },
    {
      name: 'PowerShell',
      ok: runs('powershell', '-NoProfile', '-NonInteractive', '-Command', 'exit 0'),
      advice: 'powershell.exe must be found by PATH; live reads Get-NetAdapterRsc and Get-NetAdapterStatistics',
    },
    {
      name: 'pktmon',
      ok: runs('pktmon', 'help'),
      advice: 'part of Windows 10, Windows Server 2019 and newer; captures without Npcap, for judge --received',
    },
    ...Object.entries(ELSEWHERE).map(([target, why]) => ({
      name: `target ${target}`,
      ok: false,
      advice: `Linux only: ${why}`,
    })),
  ];
}

function hasCap(): boolean {
  try {
    loadCap();
    return true;
  } catch {
    return false;
  }
}

function runs(file: string, ...args: readonly string[]): boolean {
  return spawnSync(file, args, { stdio: 'ignore', windowsHide: true }).status === 0;
}

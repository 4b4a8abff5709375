/** How Linux merges plain UDP that it may forward: a feature of the receiving interface (ethtool -K), off by default. */

import { spawnSync } from 'node:child_process';

/** By value of --udp-gro. */
export const UDP_GRO = { forwarding: 'rx-udp-gro-forwarding', list: 'rx-gro-list' } as const;
export type UdpGro = keyof typeof UDP_GRO;

/** Switches one of them. False: this kernel lacks the feature, or does not change it. */
export function switchUdpGro(networkInterface: string, which: UdpGro, on: boolean): boolean {
  const feature = UDP_GRO[which];
  const words = ['-K', networkInterface, feature, on ? 'on' : 'off'];
  if (spawnSync('ethtool', words, { stdio: 'ignore' }).status !== 0) return false;
  const { stdout } = spawnSync('ethtool', ['-k', networkInterface], { encoding: 'utf8' });
  return new RegExp(`^${feature}: ${on ? 'on' : 'off'}\\b`, 'm').test(stdout);
}

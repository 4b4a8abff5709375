/**
 * A pair of virtual Ethernet interfaces in the namespace of this process, with kernel GRO at the far end. The namespace and
 * everything in it end with the process.
 */

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { UsageError } from '../../base/errors.ts';
import type { Benched } from './messages.ts';
import { switchUdpGro, type UdpGro } from './udp-gro.ts';
import { WireError } from './wire.ts';

export const INJECT_END = 'rsc-in';
export const OBSERVE_END = 'rsc-out';
/** Longer than the frames of any vector. */
export const MTU = 65_535;

/** `windowUs`: for the window method. `udp`: how plain UDP is merged once it is switched on. */
export function buildVethBench(windowUs: number, udp: UdpGro): Benched {
  // The namespace's own view of /sys: only this process sees it.
  command('mount', '-t', 'sysfs', 'sysfs', '/sys');
  // Before the links come up: IPv6 would send frames of its own.
  for (const which of ['all', 'default']) tryWrite(`/proc/sys/net/ipv6/conf/${which}/disable_ipv6`, '1');
  // One queue at each end; otherwise flows are spread over several polls.
  const queues = ['numtxqueues', '1', 'numrxqueues', '1', 'mtu', String(MTU)];
  command('ip', 'link', 'add', INJECT_END, ...queues, 'type', 'veth', 'peer', 'name', OBSERVE_END, ...queues);
  for (const end of [INJECT_END, OBSERVE_END]) command('ip', 'link', 'set', end, 'arp', 'off', 'multicast', 'off');
  // With TSO at the sender, veth hands frames over without a poll, past GRO.
  command('ethtool', '-K', INJECT_END, 'tso', 'off', 'gso', 'off', 'gro', 'off', 'tx', 'off', 'sg', 'off');
  command('ethtool', '-K', OBSERVE_END, 'gro', 'on');
  for (const end of [INJECT_END, OBSERVE_END]) command('ip', 'link', 'set', end, 'up');
  const settings = { threaded: '0', gro_flush_timeout: String(windowUs * 1000), napi_defer_hard_irqs: '1' };
  for (const [name, value] of Object.entries(settings)) {
    const path = `/sys/class/net/${OBSERVE_END}/${name}`;
    if (!tryWrite(path, value)) throw new WireError(`${path} cannot be set to ${value}: the kernel may be too old`);
  }
  const canUro = switchUdpGro(OBSERVE_END, udp, true);
  if (canUro) switchUdpGro(OBSERVE_END, udp, false);
  return { canUro };
}

function tryWrite(path: string, value: string): boolean {
  try {
    writeFileSync(path, value);
    return true;
  } catch {
    return false;
  }
}

function command(name: string, ...args: readonly string[]): void {
  const { error, status, stderr } = spawnSync(name, args, { encoding: 'utf8' });
  if (error !== undefined) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new UsageError(`${name} cannot be run: ${error.message}`, isMissing ? `install ${name}` : 'see doctor');
  }
  if (status !== 0) {
    throw new UsageError(
      `${name} ${args.slice(0, 4).join(' ')} failed: ${stderr.trim().split('\n').at(-1) ?? ''}`,
      'a veth pair needs root and a kernel with namespaces and veth',
    );
  }
}

/** A network interface of Linux: its properties, and its changes for a run. */

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { UsageError } from '../../base/errors.ts';
import { suggest } from '../../base/suggest.ts';
import { parseOffloads } from './offloads.ts';
import type { Settings } from './settings.ts';

const ROOT = '/sys/class/net';
const IFF_UP = 1;

export interface LinuxInterface {
  readonly name: string;
  readonly mac: string;
  readonly mtu: number;
}

/** Throws UsageError if there is none of that name, or it is down. */
export function usableInterface(option: string, name: string): LinuxInterface {
  const names = readdirSync(ROOT);
  if (!names.includes(name)) {
    throw new UsageError(
      `${option}: there is no network interface ${name}`,
      suggest(name, names, `interfaces: ${names.join(' ')}`),
    );
  }
  const isUp = (Number(read(name, 'flags')) & IFF_UP) !== 0 && read(name, 'operstate') !== 'down';
  if (!isUp) throw new UsageError(`${option}: interface ${name} is down`, `ip link set ${name} up, and plug it in`);
  return { name, mac: read(name, 'address'), mtu: Number(read(name, 'mtu')) };
}

/** Throws UsageError if ethtool is missing or does not know the interface. */
export function offloadsOf(name: string): ReadonlyMap<string, boolean> {
  return parseOffloads(ethtool('-k', name));
}

/** Changes offloads and attributes of /sys, recorded in `settings` first. */
export function setOffload(settings: Settings, name: string, key: string, short: string, on: boolean): void {
  const is = offloadsOf(name).get(key);
  if (is === undefined || is === on) return;
  const word = (value: boolean): string => (value ? 'on' : 'off');
  const change = {
    what: `${key} of ${name}`,
    before: word(is),
    command: `ethtool -K ${name} ${short} ${word(is)}`,
    undo: () => void ethtool('-K', name, short, word(is)),
  };
  settings.change(change, () => void ethtool('-K', name, short, word(on)));
}

export function setAttribute(settings: Settings, name: string, attribute: string, value: string): void {
  const path = `${ROOT}/${name}/${attribute}`;
  const before = read(name, attribute);
  if (before === value) return;
  const change = {
    what: `${attribute} of ${name}`,
    before,
    command: `echo ${before} > ${path}`,
    undo: () => writeFileSync(path, before),
  };
  settings.change(change, () => writeFileSync(path, value));
}

function read(name: string, attribute: string): string {
  try {
    return readFileSync(`${ROOT}/${name}/${attribute}`, 'utf8').trim();
  } catch (error) {
    throw new UsageError(`${attribute} of ${name} cannot be read: ${(error as Error).message}`, 'see doctor');
  }
}

function ethtool(...args: readonly string[]): string {
  const { error, status, stdout, stderr } = spawnSync('ethtool', args, { encoding: 'utf8' });
  if (error !== undefined) throw new UsageError(`ethtool cannot be run: ${error.message}`, 'install ethtool');
  if (status !== 0) throw new UsageError(`ethtool ${args.join(' ')}: ${stderr.trim()}`, 'it needs root');
  return stdout;
}

/** The commands that switch off the offloads that a capture shows, at the host that has them on. */

import type { ConnectionReport, DirectionReport, HostCommands } from './report.ts';

/** Hosts for which commands are written. */
const MOST_HOSTS = 8;

type Feature = 'receive' | 'send' | 'checksums';

export function hostCommands(connections: readonly ConnectionReport[], name: string): HostCommands[] {
  const hosts = new Map<string, Set<Feature>>();
  const say = (endpoint: string, feature: Feature): void => {
    const host = addressOf(endpoint);
    hosts.set(host, (hosts.get(host) ?? new Set()).add(feature));
  };
  for (const { directions } of connections) {
    for (const { from, to, superFrames, checksums } of directions) {
      const kind = superFrames?.kind;
      if (kind === 'unsegmented-send' || kind === 'unknown' || kind === 'passed-whole') say(from, 'send');
      if (kind === 'coalesced-receive' || kind === 'unknown' || kind === 'passed-whole') say(to, 'receive');
      if (leavesChecksums(checksums, superFrames)) say(from, 'checksums');
    }
  }
  return [...hosts].slice(0, MOST_HOSTS).map(([host, features]) => ({ host, ...commands(features, name) }));
}

function leavesChecksums(
  { patterns, unfilledFrames }: DirectionReport['checksums'],
  long: DirectionReport['superFrames'],
): boolean {
  const inLong =
    long === undefined || long.kind === 'coalesced-receive' ? 0 : long.checksums['pseudo-header'] + long.checksums.zero;
  return unfilledFrames.count + patterns.length + inLong > 0;
}

function addressOf(endpoint: string): string {
  return endpoint.slice(0, endpoint.lastIndexOf(':')).replace(/^\[|\]$/g, '');
}

function commands(features: ReadonlySet<Feature>, name: string): Omit<HostCommands, 'host'> {
  const off = [
    ...(features.has('receive') ? ['gro', 'lro', 'rx-gro-hw'] : []),
    ...(features.has('send') ? ['tso', 'gso'] : []),
    ...(features.has('checksums') ? ['tx'] : []),
  ];
  return {
    linux: [`ethtool -K ${name} ${off.map((feature) => `${feature} off`).join(' ')}`],
    windows: [
      ...(features.has('receive') ? [`Disable-NetAdapterRsc -Name "${name}"`] : []),
      ...(features.has('send') ? [`Set-NetAdapterLso -Name "${name}" -IPv4Enabled $false -IPv6Enabled $false`] : []),
      ...(features.has('checksums') ? [`Disable-NetAdapterChecksumOffload -Name "${name}" -TcpIPv4 -TcpIPv6`] : []),
    ],
  };
}

/** What `live` and `linux-gro` need: a capture back end, rights, tools, and a kernel with namespaces, veth and GRO timers. */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { loadAfPacket } from '../targets/live/af-packet.ts';
import { loadCap } from '../targets/live/cap-wire.ts';
import { missingRights } from '../targets/live/privilege.ts';
import type { Check } from './check.ts';

const TOOLS: Readonly<Record<string, { readonly package: string; readonly needs: string }>> = {
  ip: { package: 'iproute2', needs: 'linux-gro needs it' },
  ethtool: { package: 'ethtool', needs: 'live and linux-gro need it' },
  unshare: { package: 'util-linux', needs: 'linux-gro needs it' },
  mount: { package: 'mount', needs: 'linux-gro needs it' },
};

export async function liveChecks(): Promise<readonly Check[]> {
  const libraries = [
    check(
      'cap (libpcap)',
      loads(loadCap),
      'install libpcap-dev (on Windows Npcap), then npm install cap; live capture',
    ),
  ];
  if (process.platform !== 'linux') return libraries;
  const missing = missingRights();
  return [
    check('koffi (packet sockets)', loads(loadAfPacket), 'npm install koffi; live and linux-gro with whole frames'),
    ...libraries,
    check(
      'rights (CAP_NET_RAW, CAP_NET_ADMIN, CAP_SYS_ADMIN)',
      missing.length === 0,
      `${missing.join(', ')} missing: run as root; live needs CAP_NET_RAW, linux-gro all`,
    ),
    ...Object.entries(TOOLS).map(([tool, { package: name, needs }]) =>
      check(tool, isInstalled(tool), `apt install ${name}; ${needs}`),
    ),
    check('network namespaces', existsSync('/proc/self/ns/net'), 'a kernel with CONFIG_NET_NS; linux-gro needs it'),
    ...(missing.length === 0 && isInstalled('unshare') && isInstalled('ip') ? [vethCheck()] : []),
  ];
}

/** Made in a namespace that ends with the command. */
function vethCheck(): Check {
  const script = [
    'mount -t sysfs sysfs /sys && ip link add a0 type veth peer name b0',
    '&& test -w /sys/class/net/b0/gro_flush_timeout && test -w /sys/class/net/b0/napi_defer_hard_irqs',
  ].join(' ');
  const { status } = spawnSync('unshare', ['--net', '--mount', 'sh', '-c', script]);
  const advice = 'a kernel of 5.8 or newer with CONFIG_VETH, and a container that lets namespaces be made; linux-gro';
  return check('veth pairs with GRO timers', status === 0, advice);
}

function check(name: string, ok: boolean, advice: string): Check {
  return { name, ok, advice };
}

function isInstalled(tool: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0;
}

function loads(load: () => unknown): boolean {
  try {
    load();
    return true;
  } catch {
    return false;
  }
}

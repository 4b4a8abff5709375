/** Checks the options and the interfaces of `live`, and prepares them. */

import { DEFAULT_SOURCE_MAC } from '../../../reference-impl/wire/build.ts';
import { USUAL_DESTINATION } from '../../../vectors/plan.ts';
import { UsageError } from '../../base/errors.ts';
import { type Addresses, addressesFrom } from './device.ts';
import { offloadsOf, setAttribute, setOffload, usableInterface } from './linux-interface.ts';
import { checkCounters, readAdapter, readAdapterCounters, readAdapterRsc } from './net-adapter-rsc.ts';
import { receiveCoalescing } from './offloads.ts';
import type { LiveOptions } from './options.ts';
import { requireRights } from './privilege.ts';
import type { Settings } from './settings.ts';

const ETHERNET_MTU = 1500;

export interface LivePath {
  readonly sender: string;
  readonly observed: string;
  /** The same two, by the names of the capture back end. */
  readonly devices: { readonly sender: string; readonly observed: string };
  readonly description: string;
  readonly addresses: Addresses;
  readonly mtu: number;
  /** Why no frame of an IP version was merged, as far as the machine shows. */
  whyAlone(ipVersion: 4 | 6): string;
  /** A message if the adapter's counters contradict the frames. */
  readonly checkCounters?: (merged: number) => string | undefined;
}

const USAGE = '--target live --inject IF --observe IF --dut-mac MAC --dut-ip4 A --dut-ip6 A';

/** Throws UsageError; `settings` has its changes. */
export function preparePath(options: LiveOptions, settings: Settings): LivePath {
  const { inject, injectCommand, observe } = options;
  if (observe === undefined) throw new UsageError('live needs --observe', USAGE);
  if (inject === undefined && injectCommand === undefined) {
    throw new UsageError('live needs --inject or --inject-command', USAGE);
  }
  if (inject !== undefined && injectCommand !== undefined) {
    throw new UsageError('live takes --inject or --inject-command, not both', USAGE);
  }
  if (inject === observe) {
    throw new UsageError(
      `--inject and --observe are the same interface ${observe}`,
      'name two interfaces, one on each side of the device',
    );
  }
  const sender = inject ?? `--inject-command ${JSON.stringify(injectCommand)}`;
  const ends = { sender, observe, inject };
  if (process.platform === 'linux') return linuxPath(options, ends, settings);
  return process.platform === 'win32' ? windowsPath(options, ends) : otherPath(options, ends);
}

interface Ends {
  readonly sender: string;
  readonly observe: string;
  readonly inject?: string | undefined;
}

function linuxPath(options: LiveOptions, { sender, observe, inject }: Ends, settings: Settings): LivePath {
  const from = inject === undefined ? undefined : usableInterface('--inject', inject);
  const to = usableInterface('--observe', observe);
  requireRights('live', ['CAP_NET_RAW']);
  const features = receiveCoalescing(offloadsOf(observe));
  if (features.length === 0) {
    throw new UsageError(`${observe} does not coalesce: GRO and LRO are off`, `ethtool -K ${observe} gro on`);
  }
  // A sender that leaves segmentation to its peer, like veth, passes frames around GRO.
  if (inject !== undefined) setOffload(settings, inject, 'tcp-segmentation-offload', 'tso', false);
  if (options.groFlushTimeoutUs !== undefined) {
    setAttribute(settings, observe, 'napi_defer_hard_irqs', '1');
    setAttribute(settings, observe, 'gro_flush_timeout', String(Math.round(options.groFlushTimeoutUs * 1000)));
  }
  return {
    sender,
    observed: observe,
    devices: { sender, observed: observe },
    description: `${observe} with ${features.join(', ')}`,
    addresses: addressesOf(options, from?.mac, to.mac),
    mtu: from?.mtu ?? ETHERNET_MTU,
    whyAlone: (version) =>
      `${observe} merged none of ten IPv${version} bursts, though ${features.join(', ')} is on; try --gro-flush-timeout`,
  };
}

function otherPath(options: LiveOptions, { sender, observe }: Ends): LivePath {
  const whyAlone = (version: 4 | 6): string => `${observe} merged none of ten IPv${version} bursts`;
  return {
    sender,
    observed: observe,
    devices: { sender, observed: observe },
    description: observe,
    addresses: addressesOf(options, undefined, undefined),
    mtu: ETHERNET_MTU,
    whyAlone,
  };
}

function windowsPath(options: LiveOptions, { sender, observe, inject }: Ends): LivePath {
  const from = inject === undefined ? undefined : readAdapter('--inject', inject);
  const to = readAdapter('--observe', observe);
  const rsc = readAdapterRsc(observe);
  if (!rsc.ipv4.on && !rsc.ipv6.on) {
    throw new UsageError(`RSC of ${observe} is off (${rsc.ipv4.failure})`, `Enable-NetAdapterRsc -Name "${observe}"`);
  }
  const before = readAdapterCounters(observe);
  return {
    sender,
    observed: observe,
    devices: { sender: from?.device ?? sender, observed: to.device },
    description: `${observe} with RSC`,
    addresses: addressesOf(options, from?.mac, to.mac),
    mtu: from?.mtu ?? ETHERNET_MTU,
    whyAlone: (version) => {
      const { on, failure } = version === 4 ? rsc.ipv4 : rsc.ipv6;
      return `RSC for IPv${version} is ${on ? 'on, but nothing was merged' : `off (${failure})`}`;
    },
    checkCounters: (merged) => {
      const after = readAdapterCounters(observe);
      return before === undefined || after === undefined ? undefined : checkCounters(before, after, { merged });
    },
  };
}

function addressesOf(options: LiveOptions, sourceMac: string | undefined, mac: string | undefined): Addresses {
  const dutMac = options.dutMac ?? mac;
  if (dutMac === undefined) throw new UsageError('live needs --dut-mac', USAGE);
  return addressesFrom({
    sourceMac: sourceMac ?? DEFAULT_SOURCE_MAC,
    mac: dutMac,
    ip4: options.dutIp4 ?? USUAL_DESTINATION[4],
    ip6: options.dutIp6 ?? USUAL_DESTINATION[6],
  });
}

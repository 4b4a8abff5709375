/** The kinds of tunnels: their names, and what each can carry. */

import type { TunnelKind } from '../../reference-impl/wire/tunnel.ts';
import { ALL, IPV4, IPV4_TS, IPV6, IPV6_TS, type Variant } from '../scene.ts';

const NAMES: Readonly<Record<TunnelKind, string>> = {
  gre: 'GRE',
  vxlan: 'VXLAN',
  geneve: 'Geneve',
  nvgre: 'NVGRE',
  ipip: 'IP in IP',
  '6in4': 'IPv6 in IPv4',
  pppoe: 'PPPoE',
  mpls: 'MPLS',
  snap: 'LLC/SNAP',
};

/** The kinds whose frames carry an identifier that can change. */
export const IDENTIFIED: readonly TunnelKind[] = ['gre', 'vxlan', 'geneve', 'nvgre', 'pppoe', 'mpls'];
export const OVER_UDP: readonly TunnelKind[] = ['vxlan', 'geneve'];
/** The kinds with an outer IP header. */
export const OVER_IP: readonly TunnelKind[] = ['gre', 'nvgre', 'ipip', '6in4', ...OVER_UDP];
/** The kinds that carry a whole Ethernet frame. */
export const OVER_ETHERNET: readonly TunnelKind[] = ['nvgre', ...OVER_UDP];

export const tunnelName = (kind: TunnelKind): string => NAMES[kind];

/** The inner packets that it can carry. */
export function tunnelVariants(kind: TunnelKind): readonly Variant[] {
  if (kind === 'ipip') return [IPV4, IPV4_TS];
  return kind === '6in4' ? [IPV6, IPV6_TS] : ALL;
}

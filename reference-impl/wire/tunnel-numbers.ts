/** The numbers by which tunnels are known: EtherTypes, protocols, ports. Sources: see `tunnel.ts`. */

import { EtherType } from './ethernet.ts';

/** GRE and Geneve use it for a whole Ethernet frame inside. */
export const TRANSPARENT_ETHERNET = 0x6558;
/** A length, not a type: an IEEE 802.3 frame. */
export const MAX_802_3_LENGTH = 1500;
/** Unicast, multicast. */
export const MPLS: readonly number[] = [0x8847, 0x8848];
export const PPPOE_SESSION = 0x8864;
/** EtherTypes by PPP protocol number. */
export const PPP: Readonly<Record<number, number>> = { 33: EtherType.ipv4, 87: EtherType.ipv6 };
/** IP protocols. */
export const IPV4_INSIDE = 4;
export const IPV6_INSIDE = 41;
export const GRE = 47;
export const GreFlag = { checksum: 0x8000, key: 0x2000, sequence: 0x1000 } as const;
/** UDP ports. */
export const VXLAN_PORT = 4789;
export const GENEVE_PORT = 6081;

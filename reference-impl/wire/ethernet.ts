/**
 * Ethernet II with VLAN tags (IEEE 802.3, 802.1Q, 802.1ad).
 *
 *    0  destination   6
 *    6  source        6
 *   12  tags          4 each: TPID 2 (0x8100, 0x88a8), PCP 3 bits, DEI 1 bit, VID 12 bits
 *    .  EtherType     2
 *    .  payload, and after it a trailer: padding up to 60 bytes that belongs to no protocol
 */

import { setU16 } from './bytes.ts';

export const ETHERNET_HEADER = 14;
export const ETHERNET_MINIMUM = 60;
/** The most that Ethernet's minimum frame can add after an IP packet. */
export const MAX_TRAILER = 46;
/** A deeper stack is treated as another protocol. */
export const MAX_TAGS = 16;

export const EtherType = { ipv4: 0x0800, ipv6: 0x86dd, vlan: 0x8100, serviceVlan: 0x88a8 } as const;

/** A VLAN tag; priority is PCP (0 to 7). */
export interface VlanTag {
  readonly vid: number;
  readonly priority?: number;
  readonly dei?: boolean;
  readonly service?: boolean;
}

export function isTag(etherType: number): boolean {
  return etherType === EtherType.vlan || etherType === EtherType.serviceVlan;
}

/** Writes the link header and returns its length. */
export function emitEthernet(
  into: Uint8Array,
  destination: Uint8Array,
  source: Uint8Array,
  tags: readonly VlanTag[],
  etherType: number,
): number {
  into.set(destination.subarray(0, 6), 0);
  into.set(source.subarray(0, 6), 6);
  let at = 12;
  for (const tag of tags) {
    setU16(into, at, tag.service === true ? EtherType.serviceVlan : EtherType.vlan);
    setU16(into, at + 2, ((tag.priority ?? 0) << 13) | (tag.dei === true ? 0x1000 : 0) | (tag.vid & 0xfff));
    at += 4;
  }
  setU16(into, at, etherType);
  return at + 2;
}

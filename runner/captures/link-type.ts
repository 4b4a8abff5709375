/**
 * Link types (the tcpdump group's registry), and how each becomes an Ethernet frame: the rules know no other link.
 *
 *     1  Ethernet             as it is
 *     0  BSD loopback         address family 4, in the byte order of the host that captured
 *   108  OpenBSD loopback     address family 4, in network order
 *   101  raw IP (also 12, 14) a synthetic header: both MACs zero, the EtherType of the IP version
 *   228  raw IPv4, 229 raw IPv6
 *   113  Linux cooked v1      packet type 2, ARPHRD 2, address length 2, address 8, protocol 2
 *   276  Linux cooked v2      protocol 2, reserved 2, interface 4, ARPHRD 2, packet type 1, address length 1, address 8
 *
 * What follows a loopback header is IP by its version: systems number the address family of IPv6 differently.
 * A cooked header becomes a synthetic one: destination zero, source the sender's address, EtherType the protocol.
 * Packet type: 4 was sent by the host that captured, 0 was sent to it.
 * Whatever names a frame of such a capture (lengths too) means the frame with its synthetic header.
 */

export const ETHERNET: number = 1;
const ETHERNET_HEADER = 14;
const IPV4 = 0x0800;
const IPV6 = 0x86dd;

/** Length of the header before the network layer. */
const HEADERS: Readonly<Record<number, number>> = {
  0: 4,
  1: 14,
  12: 0,
  14: 0,
  101: 0,
  108: 4,
  113: 16,
  228: 0,
  229: 0,
  276: 20,
};

export function isKnownLink(linkType: number): boolean {
  return HEADERS[linkType] !== undefined;
}

export const LINK_HINT =
  'Ethernet (1), raw IP (12, 14, 101, 228, 229), BSD loopback (0, 108) and Linux cooked (113, 276) are read';

/** The facts of a cooked header, before `toEthernet` overwrites it. */
export function directionOf(linkType: number, bytes: Uint8Array, start: number, end: number): 'in' | 'out' | undefined {
  const at = linkType === 113 ? start + 1 : linkType === 276 ? start + 10 : end;
  if (at >= end) return undefined;
  const type = bytes[at];
  return type === 4 ? 'out' : type === 0 ? 'in' : undefined;
}

/**
 * Writes an Ethernet header over the link's own header and the bytes before it, which the caller no longer needs.
 * Returns where the frame starts now: `end` (an empty frame) if the link's header is cut off.
 */
export function toEthernet(linkType: number, bytes: Uint8Array, start: number, end: number): number {
  if (linkType === ETHERNET) return start;
  const network = start + (HEADERS[linkType] as number);
  if (network >= end) return end;
  const frame = network - ETHERNET_HEADER;
  if (linkType === 113) {
    bytes.copyWithin(frame + 6, start + 6, start + 12);
  } else if (linkType === 276) {
    const high = bytes[start] as number;
    const low = bytes[start + 1] as number;
    bytes.copyWithin(frame + 6, start + 12, start + 18);
    bytes[frame + 12] = high;
    bytes[frame + 13] = low;
  } else {
    const type = linkType === 229 || (linkType !== 228 && (bytes[network] as number) >> 4 === 6) ? IPV6 : IPV4;
    bytes.fill(0, frame + 6, frame + 12);
    bytes[frame + 12] = type >> 8;
    bytes[frame + 13] = type & 0xff;
  }
  bytes.fill(0, frame, frame + 6);
  return frame;
}

/**
 * Link types (the tcpdump group's registry), and how each becomes an Ethernet frame: the rules know no other link.
 *
 *     1  Ethernet             as it is
 *     0  BSD loopback         address family 4, in the byte order of the host that captured
 *   108  OpenBSD loopback     address family 4, in network order
 *   101  raw IP (also 12, 14) a synthetic header: both MACs zero, the EtherType of the IP version
 *   228  raw IPv4, 229 raw IPv6
 *     9  PPP                  address 0xff and control 3, or neither; protocol 2, or 1 where the first byte is odd (RFC 1661)
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
/** EtherType of PPP (RFC 7042 B): for its packets that are not IP. */
const PPP = 0x880b;
const PPP_IPV4 = 0x21;
const PPP_IPV6 = 0x57;

/** Length of the header before the network layer. */
const HEADERS: Readonly<Record<number, number>> = {
  0: 4,
  1: 14,
  // Its length depends on its bytes.
  9: 0,
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
  'Ethernet (1), raw IP (12, 14, 101, 228, 229), BSD loopback (0, 108), PPP (9) and Linux cooked (113, 276) are read';

/** What a user knows the others by. */
const NAMES: Readonly<Record<number, string>> = {
  105: 'IEEE 802.11',
  119: 'IEEE 802.11 with a Prism header',
  127: 'IEEE 802.11 with radiotap',
  147: 'of a private kind',
  189: 'USB',
  220: 'USB',
  249: 'USB',
};

/** "link type 127 (IEEE 802.11 with radiotap), which is not read,". */
export function unreadLink(linkType: number): string {
  const name = NAMES[linkType];
  return `link type ${linkType}${name === undefined ? '' : ` (${name})`}, which is not read,`;
}

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
  if (linkType === 9) return pppToEthernet(bytes, start, end);
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

function pppToEthernet(bytes: Uint8Array, start: number, end: number): number {
  const header = bytes[start] === 0xff && bytes[start + 1] === 3 ? start + 2 : start;
  if (header + 2 >= end) return end;
  const isShort = ((bytes[header] as number) & 1) === 1;
  const protocol = isShort
    ? (bytes[header] as number)
    : ((bytes[header] as number) << 8) | (bytes[header + 1] as number);
  const type = protocol === PPP_IPV4 ? IPV4 : protocol === PPP_IPV6 ? IPV6 : PPP;
  const network = type === PPP ? header : header + (isShort ? 1 : 2);
  const frame = network - ETHERNET_HEADER;
  bytes.fill(0, frame, frame + 12);
  bytes[frame + 12] = type >> 8;
  bytes[frame + 13] = type & 0xff;
  return frame;
}

/** Frames inside tunnels: the outer headers, as simple as their documents allow. */

import { setU16 } from '../reference-impl/wire/bytes.ts';
import { finish, sumBytes } from '../reference-impl/wire/checksum.ts';
import { ETHERNET_MINIMUM } from '../reference-impl/wire/ethernet.ts';
import type { TunnelKind } from '../reference-impl/wire/tunnel.ts';
import {
  GENEVE_PORT,
  GRE,
  IPV4_INSIDE,
  IPV6_INSIDE,
  PPPOE_SESSION,
  VXLAN_PORT,
} from '../reference-impl/wire/tunnel-numbers.ts';

/** The tunnel around a frame. */
export interface Tunnel {
  readonly kind: TunnelKind;
  /** Session, label, key or network identifier; 1 if left out, and GRE then has no key. */
  readonly id?: number;
  /** Fields of the outer IP header: last byte of the source address, type of service, TTL, DF clear, IPv6. */
  readonly end?: number;
  readonly tos?: number;
  readonly ttl?: number;
  readonly mayFragment?: true;
  readonly ipv6?: true;
  /** Outer UDP source port. */
  readonly port?: number;
  /** The outer UDP or GRE header has a checksum. */
  readonly checksum?: true;
  /** The outer IPv4 header's checksum is wrong. */
  readonly damaged?: true;
}

const LINK = 14;
const IPV4 = 20;
const IPV6 = 40;
const UDP = 8;
const UDP_PROTOCOL = 17;
const USUAL_TTL = 64;
const USUAL_PORT = 0xc000;
const GRE_CHECKSUM = 0x80;
const GRE_KEY = 0x20;

/** The frame in its tunnel. `packetId`: the outer IPv4 Identification. */
export function tunnelled(frame: Uint8Array, tunnel: Tunnel, packetId: number): Uint8Array {
  const { kind, id = 1 } = tunnel;
  const link = frame.subarray(0, LINK);
  const packet = frame.subarray(LINK);
  const etherType = [frame[12] as number, frame[13] as number];
  const isIpv4 = etherType[0] === 0x08;
  const [high, low] = [(id >> 8) & 0xff, id & 0xff];
  const overIp = (protocol: number, inner: Uint8Array): Uint8Array => {
    const isOver6 = tunnel.ipv6 === true;
    const header = isOver6 ? ipv6Header(tunnel, protocol, inner) : ipv4Header(tunnel, protocol, inner, packetId);
    if (protocol === UDP_PROTOCOL && tunnel.checksum === true)
      fillUdpChecksum(inner, header.subarray(isOver6 ? 8 : 12));
    return padded([withType(link, isOver6 ? 0x86dd : 0x0800), header, inner]);
  };
  switch (kind) {
    case 'gre':
      return overIp(GRE, gre(tunnel, tunnel.id === undefined ? [] : [0, 0, high, low], etherType, packet));
    case 'nvgre':
      return overIp(GRE, gre(tunnel, [0, high, low, 0], [0x65, 0x58], frame));
    case 'ipip':
    case '6in4':
      return overIp(isIpv4 ? IPV4_INSIDE : IPV6_INSIDE, packet);
    case 'vxlan':
      return overIp(UDP_PROTOCOL, udp(tunnel, VXLAN_PORT, [[8, 0, 0, 0, 0, high, low, 0], frame]));
    case 'geneve':
      return overIp(UDP_PROTOCOL, udp(tunnel, GENEVE_PORT, [[0, 0, 0x65, 0x58, 0, high, low, 0], frame]));
    case 'pppoe': {
      const length = packet.length + 2;
      const protocol = isIpv4 ? [0, 0x21] : [0, 0x57];
      return padded([
        withType(link, PPPOE_SESSION),
        [0x11, 0, high, low, length >> 8, length & 0xff, ...protocol],
        packet,
      ]);
    }
    case 'mpls': {
      // The bottom of the stack.
      const label = [(id >> 12) & 0xff, (id >> 4) & 0xff, ((id & 0xf) << 4) | 1, tunnel.ttl ?? USUAL_TTL];
      return padded([withType(link, 0x8847), label, packet]);
    }
    case 'snap': {
      const length = packet.length + 8;
      return padded([withType(link, length), [0xaa, 0xaa, 3, 0, 0, 0, ...etherType], packet]);
    }
  }
}

type Part = Uint8Array | readonly number[];

function joined(parts: readonly Part[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function padded(parts: readonly Part[]): Uint8Array {
  const whole = joined(parts);
  if (whole.length >= ETHERNET_MINIMUM) return whole;
  const frame = new Uint8Array(ETHERNET_MINIMUM);
  frame.set(whole);
  return frame;
}

function withType(link: Uint8Array, type: number): Uint8Array {
  const copy = link.slice();
  setU16(copy, 12, type);
  return copy;
}

function ipv4Header(tunnel: Tunnel, protocol: number, inner: Uint8Array, packetId: number): Uint8Array {
  const { end = 1, tos = 0, ttl = USUAL_TTL } = tunnel;
  const header = new Uint8Array(IPV4);
  header.set([0x45, tos]);
  setU16(header, 2, IPV4 + inner.length);
  setU16(header, 4, packetId);
  setU16(header, 6, tunnel.mayFragment === true ? 0 : 0x4000);
  header.set([ttl, protocol], 8);
  header.set([198, 51, 100, end, 198, 51, 100, 2], 12);
  const sum = finish(sumBytes(header, 0, IPV4));
  setU16(header, 10, tunnel.damaged === true ? sum ^ 1 : sum);
  return header;
}

function ipv6Header(tunnel: Tunnel, protocol: number, inner: Uint8Array): Uint8Array {
  const { end = 1, tos = 0, ttl = USUAL_TTL } = tunnel;
  const header = new Uint8Array(IPV6);
  header.set([0x60 | (tos >> 4), (tos & 0xf) << 4]);
  setU16(header, 4, inner.length);
  header.set([protocol, ttl], 6);
  header.set([0x20, 1, 0xd, 0xb8, 0, 0x99], 8);
  header[23] = end;
  header.set([0x20, 1, 0xd, 0xb8, 0, 0x99], 24);
  header[39] = 2;
  return header;
}

/** With a checksum, if the tunnel has one, and a key, if there is one. */
function gre(tunnel: Tunnel, key: readonly number[], etherType: readonly number[], inner: Uint8Array): Uint8Array {
  const hasChecksum = tunnel.checksum === true;
  const flags = (hasChecksum ? GRE_CHECKSUM : 0) | (key.length > 0 ? GRE_KEY : 0);
  const packet = joined([[flags, 0, ...etherType, ...(hasChecksum ? [0, 0, 0, 0] : []), ...key], inner]);
  if (hasChecksum) setU16(packet, 4, finish(sumBytes(packet, 0, packet.length)));
  return packet;
}

/** Without a checksum, as tunnels usually are. */
function udp({ port = USUAL_PORT }: Tunnel, destination: number, parts: readonly Part[]): Uint8Array {
  const datagram = joined([new Uint8Array(UDP), ...parts]);
  setU16(datagram, 0, port);
  setU16(datagram, 2, destination);
  setU16(datagram, 4, datagram.length);
  return datagram;
}

function fillUdpChecksum(datagram: Uint8Array, addresses: Uint8Array): void {
  const pseudo = sumBytes(addresses, 0, addresses.length) + UDP_PROTOCOL + datagram.length;
  // Zero means that none was computed.
  setU16(datagram, 6, finish(pseudo + sumBytes(datagram, 0, datagram.length)) || 0xffff);
}

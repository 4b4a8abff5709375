/** Frames inside of tunnels: the outer headers, each as plain as its document allows. */

import { setU16 } from '../reference-impl/wire/bytes.ts';
import { finish, sumBytes } from '../reference-impl/wire/checksum.ts';
import { ETHERNET_MINIMUM } from '../reference-impl/wire/ethernet.ts';

export const TUNNEL_KINDS = ['gre', 'vxlan', 'geneve', 'nvgre', 'ipip', '6in4', 'pppoe', 'mpls', 'snap'] as const;

export interface Tunnel {
  readonly kind: (typeof TUNNEL_KINDS)[number];
  /** Session, label, key or network identifier; 1 if left out. */
  readonly id?: number;
}

const LINK = 14;
const IPV4 = 20;
const UDP = 8;
/** The tunnel's ends. */
const OUTER_SOURCE = [198, 51, 100, 1];
const OUTER_DESTINATION = [198, 51, 100, 2];

/** The frame inside of a tunnel. `packetId`: the outer IPv4 Identification. */
export function tunnelled(frame: Uint8Array, { kind, id = 1 }: Tunnel, packetId: number): Uint8Array {
  const link = frame.subarray(0, LINK);
  const packet = frame.subarray(LINK);
  const etherType = [frame[12] as number, frame[13] as number];
  const isIpv4 = etherType[0] === 0x08;
  const high = (id >> 8) & 0xff;
  const low = id & 0xff;
  switch (kind) {
    case 'gre':
      return overIpv4(link, 47, [[0, 0, ...etherType], packet], packetId);
    case 'nvgre':
      return overIpv4(link, 47, [[0x20, 0, 0x65, 0x58, 0, high, low, 0], frame], packetId);
    case 'ipip':
    case '6in4':
      return overIpv4(link, isIpv4 ? 4 : 41, [packet], packetId);
    case 'vxlan':
      return overUdp(link, 4789, [[8, 0, 0, 0, 0, high, low, 0], frame], packetId);
    case 'geneve':
      return overUdp(link, 6081, [[0, 0, 0x65, 0x58, 0, high, low, 0], frame], packetId);
    case 'pppoe': {
      const length = packet.length + 2;
      const protocol = isIpv4 ? [0, 0x21] : [0, 0x57];
      return padded([withType(link, 0x8864), [0x11, 0, high, low, length >> 8, length & 0xff, ...protocol], packet]);
    }
    case 'mpls':
      // The bottom of the stack, TTL 64.
      return padded([withType(link, 0x8847), [(id >> 12) & 0xff, (id >> 4) & 0xff, ((id & 0xf) << 4) | 1, 64], packet]);
    case 'snap': {
      const length = packet.length + 8;
      return padded([withType(link, length), [0xaa, 0xaa, 3, 0, 0, 0, ...etherType], packet]);
    }
  }
}

type Part = Uint8Array | readonly number[];

function joined(parts: readonly Part[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
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

function overIpv4(link: Uint8Array, protocol: number, parts: readonly Part[], packetId: number): Uint8Array {
  const inner = joined(parts);
  const header = new Uint8Array(IPV4);
  header[0] = 0x45;
  setU16(header, 2, IPV4 + inner.length);
  setU16(header, 4, packetId);
  setU16(header, 6, 0x4000);
  header[8] = 64;
  header[9] = protocol;
  header.set(OUTER_SOURCE, 12);
  header.set(OUTER_DESTINATION, 16);
  setU16(header, 10, finish(sumBytes(header, 0, IPV4)));
  return padded([withType(link, 0x0800), header, inner]);
}

/** Without a checksum, as tunnels over IPv4 usually are. */
function overUdp(link: Uint8Array, port: number, parts: readonly Part[], packetId: number): Uint8Array {
  const inner = joined(parts);
  const header = new Uint8Array(UDP);
  setU16(header, 0, 0xc000);
  setU16(header, 2, port);
  setU16(header, 4, UDP + inner.length);
  return overIpv4(link, 17, [header, inner], packetId);
}

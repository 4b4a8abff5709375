/**
 * The encapsulations of a packet: LLC/SNAP, MPLS, PPPoE, IP in IP, 6in4, GRE (NVGRE), VXLAN, Geneve. Takes any bytes and
 * never throws. A header that is cut or unknown ends the search.
 * Sources: RFC 1042 (SNAP), RFC 3032 2.1 (MPLS), RFC 2516 4 (PPPoE), RFC 2003, RFC 4213 3, RFC 2784 2 and RFC 2890 2
 * (GRE), RFC 7348 5 (VXLAN), RFC 8926 3.4 (Geneve).
 */

import { u8, u16 } from '../../reference-impl/wire/bytes.ts';
import { EtherType } from '../../reference-impl/wire/ethernet.ts';
import {
  GENEVE_PORT,
  GRE,
  GreFlag,
  IPV4_INSIDE,
  IPV6_INSIDE,
  MAX_802_3_LENGTH,
  MPLS,
  PPP,
  PPPOE_SESSION,
  TRANSPARENT_ETHERNET,
  VXLAN_PORT,
} from '../../reference-impl/wire/tunnel-numbers.ts';
import { UDP_HEADER, UDP_PROTOCOL } from '../../reference-impl/wire/udp.ts';

/** The inner packet: its kind, and where it begins. */
export interface Inside {
  readonly etherType: number;
  readonly ip: number;
}

interface Wrapped {
  encapsulation: string;
}

const SNAP = 0xaaaa;
/** The most nested tunnels that are followed. */
const MOST = 4;

/** `at`: offset of the EtherType, after the tags. */
export function unwrapLink(frame: Uint8Array, at: number, into: Wrapped): Inside {
  const etherType = u16(frame, at);
  const ip = at + 2;
  const left = frame.length - ip;
  if (etherType <= MAX_802_3_LENGTH && left >= 8 && u16(frame, ip) === SNAP) {
    enter(into, 'LLC/SNAP');
    return { etherType: u16(frame, ip + 6), ip: ip + 8 };
  }
  if (MPLS.includes(etherType)) return afterLabels(frame, ip, into);
  if (etherType === PPPOE_SESSION && left >= 8) {
    const inner = PPP[u16(frame, ip + 6)];
    if (inner !== undefined) {
      enter(into, 'PPPoE');
      return { etherType: inner, ip: ip + 8 };
    }
  }
  return { etherType, ip };
}

/** The last label of the stack is marked; the first four bits after it name the protocol. */
function afterLabels(frame: Uint8Array, first: number, into: Wrapped): Inside {
  let at = first;
  while (at + 5 <= frame.length) {
    const isBottom = (u8(frame, at + 2) & 1) === 1;
    at += 4;
    if (!isBottom) continue;
    const version = u8(frame, at) >> 4;
    if (version !== 4 && version !== 6) break;
    enter(into, 'MPLS');
    return { etherType: version === 4 ? EtherType.ipv4 : EtherType.ipv6, ip: at };
  }
  return { etherType: 0, ip: at };
}

/** `at`: offset after the IP header. Undefined: not a tunnel. */
export function unwrapIp(frame: Uint8Array, protocol: number, at: number, into: Wrapped): Inside | undefined {
  if (into.encapsulation.split(',').length > MOST) return undefined;
  if (protocol === IPV4_INSIDE) return enter(into, 'IP-in-IP', { etherType: EtherType.ipv4, ip: at });
  if (protocol === IPV6_INSIDE) return enter(into, '6in4', { etherType: EtherType.ipv6, ip: at });
  if (protocol === GRE) return insideGre(frame, at, into);
  if (protocol !== UDP_PROTOCOL || at + UDP_HEADER + 8 > frame.length) return undefined;
  const port = u16(frame, at + 2);
  const header = at + UDP_HEADER;
  // The I flag: there is a network identifier.
  if (port === VXLAN_PORT && (u8(frame, header) & 0x08) !== 0)
    return enter(into, 'VXLAN', { etherType: TRANSPARENT_ETHERNET, ip: header + 8 });
  if (port !== GENEVE_PORT || u8(frame, header) >> 6 !== 0) return undefined;
  const options = (u8(frame, header) & 0x3f) * 4;
  return enter(into, 'Geneve', { etherType: u16(frame, header + 2), ip: header + 8 + options });
}

function insideGre(frame: Uint8Array, at: number, into: Wrapped): Inside | undefined {
  if (at + 4 > frame.length) return undefined;
  const flags = u16(frame, at);
  // Version 1 is PPTP's; routing was withdrawn.
  if ((flags & 0x4007) !== 0) return undefined;
  const optional = Object.values(GreFlag).filter((flag) => (flags & flag) !== 0).length * 4;
  return enter(into, 'GRE', { etherType: u16(frame, at + 2), ip: at + 4 + optional });
}

function enter(into: Wrapped, kind: string, inside?: Inside): Inside | undefined {
  into.encapsulation = into.encapsulation === '' ? kind : `${into.encapsulation}, ${kind}`;
  return inside;
}

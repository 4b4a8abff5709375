/** The kind of a frame that is not judged, in a word. */

import { EtherType } from '../../reference-impl/wire/ethernet.ts';
import { Ipv4At, Ipv6At } from '../../reference-impl/wire/fields.ts';
import { IPV6_HEADER } from '../../reference-impl/wire/ipv6.ts';
import { parseSegment, Segment } from '../../reference-impl/wire/segment.ts';

const PROTOCOLS: Readonly<Record<number, string>> = {
  1: 'ICMP',
  2: 'IGMP',
  6: 'TCP that cannot be read',
  17: 'UDP',
  47: 'GRE',
  50: 'ESP',
  51: 'AH',
  58: 'ICMPv6',
  89: 'OSPF',
  132: 'SCTP',
};
const ETHER_TYPES: Readonly<Record<number, string>> = {
  2054: 'ARP',
  35020: 'LLDP',
  34827: 'PPP',
  34915: 'PPPoE',
  34916: 'PPPoE',
};
const FIRST_ETHER_TYPE = 0x0600;
const HOP_BY_HOP = 0;
const SNAP = [0xaa, 0xaa, 3, 0, 0, 0] as const;
const scratch = new Segment();

export function frameKind(frame: Uint8Array): string {
  const { ipOffset, ipVersion, reason, kind } = parseSegment(frame, scratch);
  if (reason === 'ethernet-short') return 'cut frame';
  if (kind !== 'other') return 'IP fragment';
  if (ipVersion !== 0) return protocolName(frame, ipOffset, ipVersion);
  const type = ((frame[ipOffset - 2] as number) << 8) | (frame[ipOffset - 1] as number);
  if (type === EtherType.ipv4 || type === EtherType.ipv6) return 'IP that cannot be read';
  if (type < FIRST_ETHER_TYPE) return isIpInSnap(frame, ipOffset) ? 'IP in LLC/SNAP' : 'LLC';
  return ETHER_TYPES[type] ?? `EtherType 0x${type.toString(16).padStart(4, '0')}`;
}

/** LLC (DSAP and SSAP 0xaa, unnumbered information), SNAP with the OUI of Ethernet (RFC 1042), and the EtherType of IP. */
function isIpInSnap(frame: Uint8Array, llc: number): boolean {
  const isSnap = SNAP.every((byte, i) => frame[llc + i] === byte);
  const type = ((frame[llc + SNAP.length] as number) << 8) | (frame[llc + SNAP.length + 1] as number);
  return isSnap && (type === EtherType.ipv4 || type === EtherType.ipv6);
}

function protocolName(frame: Uint8Array, ip: number, version: 4 | 6): string {
  let number = frame[ip + (version === 4 ? Ipv4At.protocol : Ipv6At.nextHeader)] ?? 255;
  if (version === 6 && number === HOP_BY_HOP) number = frame[ip + IPV6_HEADER] ?? 255;
  return PROTOCOLS[number] ?? `IP protocol ${number}`;
}

/** Frames by kind. */
export class KindCounts {
  readonly #counts = new Map<string, number>();

  add(kind: string): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
  }

  /** "3 ARP, 2 ICMP", the most frequent first; empty if there are none. */
  get text(): string {
    return [...this.#counts]
      .sort(([, a], [, b]) => b - a)
      .map(([kind, count]) => `${count} ${kind}`)
      .join(', ');
  }
}

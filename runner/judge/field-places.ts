/** Where the header fields are that no rule names. */

import { u8 } from '../../reference-impl/wire/bytes.ts';
import { Ipv4At, Ipv6At, TcpAt } from '../../reference-impl/wire/fields.ts';
import type { Segment } from '../../reference-impl/wire/segment.ts';
import { TCP_HEADER } from '../../reference-impl/wire/tcp.ts';

export type LayoutLike = Pick<
  Segment,
  'ipVersion' | 'linkEnd' | 'outer' | 'ipOffset' | 'tcpOffset' | 'payloadOffset' | 'timestampsOffset'
>;
export type Place = readonly [at: number, length: number];

export function optionsPlace({ tcpOffset, payloadOffset }: LayoutLike): Place {
  return [tcpOffset + TCP_HEADER, payloadOffset - tcpOffset - TCP_HEADER];
}

/** Ranges that no rule is about; their length is the first segment's. */
export const FIELD_PLACES: Readonly<Record<string, (layout: LayoutLike) => Place>> = {
  ethernet: ({ linkEnd }) => [0, linkEnd],
  'ipv4.version-ihl': ({ ipOffset }) => [ipOffset, 1],
  'ipv4.flags-offset': ({ ipOffset }) => [ipOffset + Ipv4At.fragment, 2],
  'ipv4.protocol': ({ ipOffset }) => [ipOffset + Ipv4At.protocol, 1],
  'ipv4.addresses': ({ ipOffset, tcpOffset }) => [ipOffset + Ipv4At.source, tcpOffset - ipOffset - Ipv4At.source],
  'ipv6.class-label': ({ ipOffset }) => [ipOffset, 4],
  'ipv6.next-header': ({ ipOffset }) => [ipOffset + Ipv6At.nextHeader, 1],
  'ipv6.addresses': ({ ipOffset, tcpOffset }) => [ipOffset + Ipv6At.source, tcpOffset - ipOffset - Ipv6At.source],
  'tcp.ports': ({ tcpOffset }) => [tcpOffset, 4],
  'tcp.options': optionsPlace,
  'tcp.urgent': ({ tcpOffset }) => [tcpOffset + TcpAt.urgent, 2],
};

/** A copy if the field has only some of the bits: ECN has a rule of its own. */
export function rangeOf(field: string, frame: Uint8Array, [at, length]: Place): Uint8Array {
  const bytes = frame.subarray(at, at + length);
  return field === 'ipv6.class-label' ? withoutEcn(bytes) : bytes;
}

function withoutEcn(word: Uint8Array): Uint8Array {
  const copy = word.slice();
  copy[1] = u8(copy, 1) & ~0x30;
  return copy;
}

/** The name of a connection, and the keys to find it by. */

import { formatAddress } from '../../reference-impl/wire/address.ts';
import { u16 } from '../../reference-impl/wire/bytes.ts';
import { Ipv4At, Ipv6At, TcpAt } from '../../reference-impl/wire/fields.ts';
import type { Segment } from '../../reference-impl/wire/segment.ts';
import { connectionOf } from '../judge/arrival.ts';

export interface ConnectionName {
  readonly from: string;
  readonly to: string;
  readonly name: string;
}

/** `ports`: their offset in the frame. */
export function nameOf({ frame, ipOffset, ipVersion }: Segment, ports: number): ConnectionName {
  const [at, length] = ipVersion === 4 ? [ipOffset + Ipv4At.source, 4] : [ipOffset + Ipv6At.source, 16];
  const address = (offset: number): string => formatAddress(frame.subarray(offset, offset + length));
  const [from, to] = [address(at), address(at + length)];
  return { from, to, name: `${from}.${u16(frame, ports)}-${to}.${u16(frame, ports + TcpAt.destinationPort)}` };
}

/** The keys of a segment's direction and of the other one. */
export function directionsOf(segment: Segment): readonly [string, string] {
  const words = [...segment.key.subarray(0, segment.keyWords)];
  const ports = words.pop() as number;
  const length = segment.ipVersion === 4 ? 1 : 4;
  const to = words.splice(-length);
  const from = words.splice(-length);
  return [connectionOf(segment), [...words, ...to, ...from, (ports << 16) | (ports >>> 16)].join(' ')];
}

/** The key of both directions. */
export function pairKey(segment: Segment): string {
  return [...directionsOf(segment)].sort()[0] as string;
}

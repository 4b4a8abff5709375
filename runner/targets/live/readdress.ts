/**
 * The same frame between other addresses: a vector's frame as the device must get it, and back. Checksums change by the
 * difference only (RFC 1624, equation 3): right ones stay right, wrong ones stay wrong by as much.
 */

import { equalBytes, setU16, u8, u16 } from '../../../reference-impl/wire/bytes.ts';
import { fold } from '../../../reference-impl/wire/checksum.ts';
import { EtherType } from '../../../reference-impl/wire/ethernet.ts';
import { Ipv4At, Ipv6At } from '../../../reference-impl/wire/fields.ts';
import { IPV4_HEADER } from '../../../reference-impl/wire/ipv4.ts';
import { parseSegment, Segment } from '../../../reference-impl/wire/segment.ts';
import { UDP_PROTOCOL } from '../../../reference-impl/wire/udp.ts';
import type { Addresses } from './device.ts';
import { isPseudoHeaderSum } from './tcp-partial.ts';

const scratch = new Segment();

/** Addresses of `from` become those of `to`; others stay. Takes any bytes, and returns a new frame. */
export function readdress(frame: Uint8Array, from: Addresses, to: Addresses): Uint8Array {
  const copy = Uint8Array.from(frame);
  swap(copy, 0, from.mac, to.mac);
  swap(copy, 6, from.sourceMac, to.sourceMac);
  const segment = parseSegment(frame, scratch);
  const { ipOffset, tcpOffset, kind } = segment;
  if (frame.length < 14 || ipOffset < 14 || ipOffset + IPV4_HEADER > frame.length) return copy;
  const etherType = u16(frame, ipOffset - 2);
  const version = u8(frame, ipOffset) >> 4;
  const is4 = etherType === EtherType.ipv4 && version === 4;
  const is6 = etherType === EtherType.ipv6 && version === 6;
  if (!is4 && !is6) return copy;
  const [at, old, fresh] = is4
    ? [ipOffset + Ipv4At.destination, from.ip4, to.ip4]
    : [ipOffset + Ipv6At.destination, from.ip6, to.ip6];
  const isPartial = isPseudoHeaderSum(frame);
  if (!swap(copy, at, old, fresh)) return copy;
  const difference = wordSum(fresh) + complementSum(old);
  if (is4) adjust(copy, ipOffset + Ipv4At.checksum, difference, false);
  const transport = tcpOffset > 0 && kind !== 'later-fragment' ? tcpOffset : udpOffset(frame, segment, is4);
  if (transport > 0) adjust(copy, transport + (tcpOffset > 0 ? 16 : 6), difference, isPartial);
  return copy;
}

/** Where a UDP header starts after a plain IP header; 0: there is none. */
function udpOffset(frame: Uint8Array, { ipOffset, tcpOffset }: Segment, is4: boolean): number {
  if (tcpOffset > 0) return 0;
  const isUdp = u8(frame, ipOffset + (is4 ? 9 : 6)) === UDP_PROTOCOL;
  const header = is4 ? (u8(frame, ipOffset) & 0xf) * 4 : 40;
  const isLater = is4 && (u16(frame, ipOffset + Ipv4At.fragment) & 0x1fff) !== 0;
  const at = ipOffset + header;
  return isUdp && !isLater && at + 8 <= frame.length && u16(frame, at + 6) !== 0 ? at : 0;
}

function swap(frame: Uint8Array, at: number, old: Uint8Array, fresh: Uint8Array): boolean {
  if (at + old.length > frame.length || !equalBytes(frame, at, old, 0, old.length)) return false;
  frame.set(fresh, at);
  return true;
}

/** A pseudo-header sum is not complemented. */
function adjust(frame: Uint8Array, at: number, difference: number, isSum: boolean): void {
  if (at + 2 > frame.length) return;
  const field = u16(frame, at);
  setU16(frame, at, isSum ? fold(field + difference) : ~fold((~field & 0xffff) + difference) & 0xffff);
}

function wordSum(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += u16(bytes, i);
  return sum;
}

function complementSum(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += ~u16(bytes, i) & 0xffff;
  return sum;
}

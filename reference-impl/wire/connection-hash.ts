/** The hash by which the flow table finds a connection: over the words of a segment's key. */

import { i32, u16 } from './bytes.ts';
import { ETHERNET_HEADER, EtherType, isTag } from './ethernet.ts';
import { Ipv4At, Ipv6At } from './fields.ts';

/** More are rare. */
const USUAL_TAGS = 2;

/**
 * The connection's hash of a frame at `start` whose TCP header follows its IP header directly: the same as from `parseSegment`.
 * For any other bytes, some number.
 */
export function usualHash(bytes: Uint8Array, start: number): number {
  const first = start + ETHERNET_HEADER - 2;
  const stop = first + 4 * USUAL_TAGS;
  let at = first;
  let words = 1;
  for (; at < stop && isTag(u16(bytes, at)); at += 4) if ((u16(bytes, at + 2) & 0xfff) !== 0) words++;
  const isIpv4 = u16(bytes, at) === EtherType.ipv4;
  let hash = mix(0, ((isIpv4 ? 4 : 6) << 8) | words);
  for (let tag = first; tag < at; tag += 4) {
    const vid = u16(bytes, tag + 2) & 0xfff;
    if (vid !== 0) hash = mix(hash, vid);
  }
  // Both addresses, and after them the ports.
  const source = at + 2 + (isIpv4 ? Ipv4At.source : Ipv6At.source);
  const end = source + (isIpv4 ? 12 : 36);
  for (let word = source; word < end; word += 4) hash = mix(hash, i32(bytes, word));
  return hash;
}

/** Adds one more word of the key to a hash. */
export function mix(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x9e37_79b1);
  return mixed ^ (mixed >>> 15);
}

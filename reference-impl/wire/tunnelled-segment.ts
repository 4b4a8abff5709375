/** Segments inside tunnels. */

import { setU16, u16 } from './bytes.ts';
import { EtherType, MAX_TAGS } from './ethernet.ts';
import { Ipv4At, Ipv6At } from './fields.ts';
import { IPV6_HEADER } from './ipv6.ts';
import { parsePacket, parseSegment, type Segment } from './segment.ts';
import { enterTunnel, MOST_TUNNELS, type Place, pastTags, type TunnelReading, type Way } from './tunnel.ts';
import { MAX_802_3_LENGTH } from './tunnel-numbers.ts';

/**
 * Like `parseSegment`, but a segment inside these tunnels is the one that counts. The tunnel headers come before it, like a
 * longer link-layer header.
 */
export function parseTunnelled(
  frame: Uint8Array,
  into: Segment,
  reading: TunnelReading,
  mostTags: number = MAX_TAGS,
): Segment {
  parseSegment(frame, into, mostTags);
  if (into.kind !== 'other' || reading.kinds.length === 0 || isInside(frame, into, reading)) return into;
  return parseSegment(frame, into, mostTags);
}

/** False: no segment is inside a tunnel of these kinds, and `into` is no longer valid. */
function isInside(frame: Uint8Array, into: Segment, reading: TunnelReading): boolean {
  const way: Way = { outer: [], kinds: [], words: [] };
  let place = pastTags(frame, 12, frame.length, way.words);
  if (place === undefined) return false;
  // The length of an IEEE 802.3 frame belongs to what follows.
  const linkEnd = place.etherType <= MAX_802_3_LENGTH ? place.at - 2 : place.at;
  for (let depth = 0; depth < MOST_TUNNELS; depth++) {
    place = enterTunnel(frame, place, reading, way);
    if (place === undefined) return false;
    const { etherType, at, end } = place;
    if (etherType !== EtherType.ipv4 && etherType !== EtherType.ipv6) continue;
    const whole = reading.lengths === 'checked' ? frame : withPossibleLength(frame, place);
    into.makeRoom(way.words.length + 1);
    into.key.set(way.words, 1);
    // What the outer header's was says nothing of an IPv6 packet inside.
    into.ipChecksum = 'unverified';
    if (!parsePacket(whole, etherType === EtherType.ipv4, at, way.words.length + 1, into) || into.ipEnd > end) continue;
    into.frame = whole;
    into.linkEnd = linkEnd;
    into.outer = way.outer;
    into.tunnels = way.kinds;
    return true;
  }
  return false;
}

/** The frame, or a copy if its IP length is past its end. */
function withPossibleLength(frame: Uint8Array, { etherType, at, end }: Place): Uint8Array {
  const is4 = etherType === EtherType.ipv4;
  const [field, from] = is4 ? [at + Ipv4At.totalLength, at] : [at + Ipv6At.payloadLength, at + IPV6_HEADER];
  if (from > end || field + 2 > end || from + u16(frame, field) <= end) return frame;
  const copy = frame.slice();
  setU16(copy, field, Math.min(end - from, 0xffff));
  return copy;
}

/**
 * A session without link-layer headers, for a target that exchanges IP packets (`link=off`): removes the headers, and makes
 * frames again. This is possible if every frame has the same two MAC addresses, no tag, the EtherType of its IP version, and
 * only padding to Ethernet's minimum after the packet.
 */

import type { FrameStep } from '../../reference-impl/step.ts';
import { u8, u16 } from '../../reference-impl/wire/bytes.ts';
import { EtherType } from '../../reference-impl/wire/ethernet.ts';
import { parseSegment, Segment } from '../../reference-impl/wire/segment.ts';

const ADDRESSES = 12;
const LINK_HEADER = 14;
/** Without the frame check sequence. The padding need not be zero. */
const LEAST_FRAME = 60;

/** Why a vector needs the link-layer header; undefined: it does not. */
export function whyLinkHeader(steps: readonly FrameStep[]): string | undefined {
  let addresses: string | undefined;
  for (const step of steps) {
    if (!('rx' in step)) continue;
    const { rx } = step;
    if (rx.length < LINK_HEADER) return 'a frame ends in its link-layer header';
    const own = rx.subarray(0, ADDRESSES).join();
    addresses ??= own;
    if (own !== addresses) return 'MAC addresses differ';
    const type = etherTypeOf(rx.subarray(LINK_HEADER));
    if (type === undefined || u16(rx, ADDRESSES) !== type) return 'a frame is not plain IP in Ethernet';
    if (!isPadding(rx, packetEnd(rx))) return 'the bytes after the packet are no padding';
  }
  return undefined;
}

/** The packet in a frame that needs no link-layer header. */
export function withoutLinkHeader(frame: Uint8Array): Uint8Array {
  return frame.subarray(LINK_HEADER, packetEnd(frame));
}

/** `like`: any frame of the session. A packet of no IP version has the EtherType of `like`. */
export function withLinkHeader(packet: Uint8Array, like: Uint8Array): Uint8Array {
  const frame = new Uint8Array(LINK_HEADER + packet.length);
  frame.set(like.subarray(0, LINK_HEADER));
  const type = etherTypeOf(packet);
  if (type !== undefined) {
    frame[ADDRESSES] = type >> 8;
    frame[ADDRESSES + 1] = type & 0xff;
  }
  frame.set(packet, LINK_HEADER);
  return frame;
}

/** These bytes are no packet, but would be one without their first 14 bytes: the link-layer header was not removed. */
export function keepsLinkHeader(bytes: Uint8Array): boolean {
  if (bytes.length <= LINK_HEADER || etherTypeOf(bytes) !== undefined) return false;
  return etherTypeOf(bytes.subarray(LINK_HEADER)) === u16(bytes, ADDRESSES);
}

function etherTypeOf(packet: Uint8Array): number | undefined {
  const version = packet.length === 0 ? 0 : u8(packet, 0) >> 4;
  return version === 4 ? EtherType.ipv4 : version === 6 ? EtherType.ipv6 : undefined;
}

/** The whole frame if it has no whole packet. */
function packetEnd(frame: Uint8Array): number {
  const { kind, ipEnd } = parseSegment(frame, new Segment());
  return kind === 'other' ? frame.length : ipEnd;
}

function isPadding(frame: Uint8Array, from: number): boolean {
  return from === frame.length || frame.length <= LEAST_FRAME;
}

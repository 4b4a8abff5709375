/**
 * Datagrams that carry a tunnel (VXLAN, Geneve). A device that does not coalesce inside takes them for the datagrams that
 * they are, and URO may merge them; a device that merges inside, unannounced, breaks I5. What came out says which it did.
 */

import { equalBytes } from '../../reference-impl/wire/bytes.ts';
import { Segment } from '../../reference-impl/wire/segment.ts';
import type { TunnelKind } from '../../reference-impl/wire/tunnel.ts';
import { parseWire } from './wire-frame.ts';

/** Inside a datagram, by a tunnel that the target does not announce. */
export function isInDatagram({ outer, tunnels }: Segment, announced: readonly TunnelKind[]): boolean {
  return outer.some(({ kind }) => kind === 'udp') && tunnels.some((kind) => !announced.includes(kind));
}

/** After the packet in it, the datagram goes on with the tunnel's header again: others were merged with it. */
export function isMergedOutside(segment: Segment, announced: readonly TunnelKind[]): boolean {
  const inside = segment.kind === 'other' ? parseWire(segment.frame, new Segment(), 'ignored') : segment;
  if (!isInDatagram(inside, announced)) return false;
  const { outer, frame, ipEnd } = inside;
  const tunnel = outer[outer.findIndex(({ kind }) => kind === 'udp') + 1];
  if (tunnel === undefined) return false;
  const length = tunnel.end - tunnel.at;
  return ipEnd + length < frame.length && equalBytes(frame, tunnel.at, frame, ipEnd, length);
}

/**
 * Datagrams that carry a tunnel (VXLAN, Geneve). For a device that does not coalesce inside, they are ordinary
 * datagrams, and URO may merge them. A device that merges inside a tunnel that it does not announce breaks I5. The
 * output shows which of the two happened.
 */

import { equalBytes } from '../../reference-impl/wire/bytes.ts';
import { Segment } from '../../reference-impl/wire/segment.ts';
import type { TunnelKind } from '../../reference-impl/wire/tunnel.ts';
import { parseWire } from './wire-frame.ts';

/** The segment is inside a datagram, in a tunnel that the target does not announce. */
export function isInDatagram({ outer, tunnels }: Segment, announced: readonly TunnelKind[]): boolean {
  return outer.some(({ kind }) => kind === 'udp') && tunnels.some((kind) => !announced.includes(kind));
}

/** After the inner packet the datagram goes on with another tunnel header: other datagrams were merged with it. */
export function isMergedOutside(segment: Segment, announced: readonly TunnelKind[]): boolean {
  const inside = segment.kind === 'other' ? parseWire(segment.frame, new Segment(), 'ignored') : segment;
  if (!isInDatagram(inside, announced)) return false;
  const { outer, frame, ipEnd } = inside;
  const tunnel = outer[outer.findIndex(({ kind }) => kind === 'udp') + 1];
  if (tunnel === undefined) return false;
  const length = tunnel.end - tunnel.at;
  return ipEnd + length < frame.length && equalBytes(frame, tunnel.at, frame, ipEnd, length);
}

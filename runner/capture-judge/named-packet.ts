import type { Segment } from '../../reference-impl/wire/segment.ts';

/**
 * The Identification of the frame is that of this packet, and something else is the packet's, too: of 65,536 random
 * Identifications two are soon the same.
 */
export function isNamedBy(sent: Segment, unit: Segment): boolean {
  if (sent.ipId !== unit.ipId) return false;
  const isAlikeEmpty = sent.payloadLength === 0 && unit.payloadLength === 0;
  if (!isAlikeEmpty) return true;
  return sent.ack === unit.ack || sent.window === unit.window || sent.flags === unit.flags;
}

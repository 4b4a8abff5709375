/** Distinguishes the frames of a burst from other traffic on the path. */

import { equalBytes } from '../../../reference-impl/wire/bytes.ts';
import { ETHERNET_HEADER } from '../../../reference-impl/wire/ethernet.ts';
import { parseSegment, Segment, sameConnection } from '../../../reference-impl/wire/segment.ts';

const seen = new Segment();
const ours = new Segment();

/** From the same MAC address or the same connection, whatever else the device changed. */
export function isAkin(frame: Uint8Array, sent: Uint8Array): boolean {
  if (frame.length >= ETHERNET_HEADER && equalBytes(frame, 6, sent, 6, 6)) return true;
  const [a, b] = [parseSegment(frame, seen), parseSegment(sent, ours)];
  return a.kind === 'segment' && b.kind === 'segment' && sameConnection(a, b);
}

import { equalBytes } from '../../reference-impl/wire/bytes.ts';
import type { Segment } from '../../reference-impl/wire/segment.ts';
import type { Arrival } from '../judge/arrival.ts';
import { overlap } from './overlap.ts';
import type { ReceivedFrame } from './sides.ts';

/**
 * No byte of it and no sequence number was sent near by, and its payload begins as no other. A frame that the device altered still
 * has one of these.
 */
export function isForeign({ repaired, known }: ReceivedFrame, near: readonly Arrival[]): boolean {
  if (repaired.kind === 'other' || known < repaired.ipEnd) return false;
  return !near.some(({ segment }) => {
    if (segment.seq === repaired.seq) return true;
    if (repaired.payloadLength === 0) return segment.payloadLength === 0 && segment.ack === repaired.ack;
    return segment.payloadLength > 0 && (overlap(segment, repaired) || beginsAlike(segment, repaired));
  });
}

/** Bytes that show whether two payloads begin alike. */
const BEGINNING = 8;

function beginsAlike(a: Segment, b: Segment): boolean {
  const length = Math.min(a.payloadLength, b.payloadLength, BEGINNING);
  return equalBytes(a.frame, a.payloadOffset, b.frame, b.payloadOffset, length);
}

import type { Segment } from '../../reference-impl/wire/segment.ts';
import { seqOffset } from '../../reference-impl/wire/seq.ts';
import type { Arrival } from '../judge/arrival.ts';
import { overlap } from './overlap.ts';

/**
 * Whether only garbage bytes of keep-alives (RFC 1122 4.2.3.6) tell the unit from the segment: in the place of a byte that was
 * sent alone, too, or as the unit's first byte, if the sent capture lacks the keep-alive.
 */
export function differOnlyByKeepAlive(sent: Segment, unit: Segment, near: readonly Arrival[]): boolean {
  if (sent.payloadLength === 1) return near.some(({ segment }) => segment.payloadLength > 1 && overlap(segment, sent));
  const isAlone = (seq: number): boolean =>
    near.some(({ segment }) => segment.payloadLength === 1 && segment.seq === seq);
  const ahead = seqOffset(sent.seq, unit.seq);
  const from = Math.max(0, ahead);
  const to = Math.min(unit.payloadLength, ahead + sent.payloadLength);
  for (let at = from; at < to; at++) {
    if (unit.frame[unit.payloadOffset + at] === sent.frame[sent.payloadOffset + at - ahead]) continue;
    const isFirst = at === 0 && ahead < 0;
    if (!isFirst && !isAlone((unit.seq + at) >>> 0)) return false;
  }
  return true;
}

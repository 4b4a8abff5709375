/** Frames that a capture cut: what one side lacks is copied from the other, so that only existing bytes are judged. */

import { seqDiff } from '../../reference-impl/wire/seq.ts';
import type { ReceivedFrame, SentSegment } from './sides.ts';

/** Copies payload bytes with the same sequence numbers into the one that was cut. */
export function fillUnknown(sent: SentSegment, received: ReceivedFrame): void {
  const a = sent.segment;
  const b = received.segment;
  if (sent.known >= a.ipEnd && received.known >= b.ipEnd) return;
  if (a.payloadLength === 0 || b.payloadLength === 0 || b.kind === 'other') return;
  const offset = seqDiff(a.seq, b.seq);
  if (offset >= b.payloadLength) return;
  const length = Math.min(a.payloadLength, b.payloadLength - offset);
  for (let i = 0; i < length; i++) {
    const from = a.payloadOffset + i;
    const to = b.payloadOffset + offset + i;
    if (from >= sent.known && to < received.known) sent.frame[from] = received.frame[to] as number;
    else if (to >= received.known) received.frame[to] = sent.frame[from] as number;
  }
}

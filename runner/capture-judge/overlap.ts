import type { Segment } from '../../reference-impl/wire/segment.ts';
import { seqDiff } from '../../reference-impl/wire/seq.ts';

/** The two have payload bytes of the same sequence numbers. */
export function overlap(a: Segment, b: Segment): boolean {
  if (a.payloadLength === 0 || b.payloadLength === 0) return false;
  return seqDiff(a.seq, b.seq) < b.payloadLength || seqDiff(b.seq, a.seq) < a.payloadLength;
}

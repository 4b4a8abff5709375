/** What of a received TCP frame shows that the sent capture may lack a packet that it is made of. */

import { equalBytes } from '../../reference-impl/wire/bytes.ts';
import type { Segment } from '../../reference-impl/wire/segment.ts';
import { seqAtOrAfter, seqDiff } from '../../reference-impl/wire/seq.ts';
import type { Arrival } from '../judge/arrival.ts';
import type { Observed } from '../judge/observed.ts';
import type { Doubtful } from './transport.ts';

export function tcpDoubt({ segment }: Observed, near: readonly Arrival[]): Doubtful | undefined {
  const why = reasonOf(segment, near);
  return why === undefined ? undefined : { why, isWhole: agrees(segment, near) };
}

function reasonOf(segment: Segment, near: readonly Arrival[]): string | undefined {
  const { ipVersion, ipId, hasTimestamps, tsVal } = segment;
  if (ipVersion === 4 && ipId !== 0 && !near.some((sent) => sent.segment.ipId === ipId))
    return 'the sent capture holds no packet with its Identification: one may be missing there';
  const same = near.filter((sent) => overlap(sent.segment, segment));
  // Who sends again does it later.
  const isLater = ({ segment: sent }: Arrival): boolean => sent.tsVal !== tsVal && seqAtOrAfter(tsVal, sent.tsVal);
  if (hasTimestamps && same.length > 0 && same.every(isLater))
    return 'its TSval is later than that of what was sent: a retransmission may be missing in the sent capture';
  const isAgain = same.some((one, i) => same.some((other, k) => k > i && overlap(one.segment, other.segment)));
  return isAgain ? 'what it is made of was sent more than once: a copy may be missing in the sent capture' : undefined;
}

function overlap(a: Segment, b: Segment): boolean {
  if (a.payloadLength === 0 || b.payloadLength === 0) return false;
  return seqDiff(a.seq, b.seq) < b.payloadLength || seqDiff(b.seq, a.seq) < a.payloadLength;
}

/** Its bytes are those that were sent, as far as the sent capture holds them. */
function agrees(segment: Segment, near: readonly Arrival[]): boolean {
  return near.every(({ segment: sent }) => {
    if (!overlap(sent, segment)) return true;
    const ahead = seqDiff(sent.seq, segment.seq);
    const isAhead = ahead < segment.payloadLength;
    const from = isAhead ? 0 : seqDiff(segment.seq, sent.seq);
    const at = isAhead ? ahead : 0;
    const length = Math.min(sent.payloadLength - from, segment.payloadLength - at);
    return equalBytes(sent.frame, sent.payloadOffset + from, segment.frame, segment.payloadOffset + at, length);
  });
}

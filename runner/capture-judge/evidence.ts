/** Evidence that a received frame was made of sent frames, and of their order. */

import { equalBytes } from '../../reference-impl/wire/bytes.ts';
import { sameLinkHeaders, sameOuterHeaders, settledPrefix } from '../../reference-impl/wire/outer-fields.ts';
import { seqDiff, seqOffset } from '../../reference-impl/wire/seq.ts';
import { type Arrival, isUnordered } from '../judge/arrival.ts';
import { occurIn } from './malformed-frames.ts';
import type { ReceivedFrame, SentSegment } from './sides.ts';
import type { Known, PairMatch } from './transport.ts';

/** All of its bytes were sent, or it has the mark of a sent segment: a missing packet does not explain it. */
export function claims(frame: ReceivedFrame, segments: readonly SentSegment[], known: Known): boolean {
  const { segment } = frame;
  if (known.history.some(({ observed }) => isSame(observed as ReceivedFrame, frame))) return true;
  if (segment.kind === 'other') return segments.some((sent) => sent.segment.seq === frame.repaired.seq);
  if (segment.payloadLength === 0) {
    return segments.some(({ segment: { seq, ack, ipId, ipVersion, payloadLength } }) =>
      payloadLength > 0
        ? false
        : ipVersion === 4 && ipId !== 0
          ? ipId === segment.ipId
          : seq === segment.seq && ack === segment.ack,
    );
  }
  let at = 0;
  const end = segment.payloadLength;
  const place = (sent: SentSegment): number => seqOffset(sent.segment.seq, segment.seq);
  const inOrder = segments.filter((sent) => sent.segment.payloadLength > 0).sort((a, b) => place(a) - place(b));
  for (const sent of inOrder) {
    const from = place(sent);
    if (from >= end) break;
    if (from > at && !isSpliced(frame, at, from, known)) return false;
    at = Math.max(at, from + sent.segment.payloadLength);
  }
  return at >= end || isSpliced(frame, at, end, known);
}

/** These payload bytes, which are in no segment, are in a frame that is no segment. */
function isSpliced({ frame, segment }: ReceivedFrame, from: number, to: number, { malformed }: Known): boolean {
  return occurIn(frame.subarray(segment.payloadOffset + from, segment.payloadOffset + to), malformed);
}

/** Order is kept among segments with the same key (I1). */
export function orderKey({ number, frame, segment, strippedTags }: Arrival): string {
  if (isUnordered(segment)) return `${number}`;
  return `${settledPrefix(frame, segment)} ${strippedTags}`;
}

/** Order is kept among segments with the same link-layer header, tags included (I1). */
export function isOrderedWith(a: SentSegment, b: SentSegment): boolean {
  return (
    a.strippedTags === b.strippedTags &&
    sameLinkHeaders(a.frame, a.segment, b.frame, b.segment) &&
    sameOuterHeaders(a.frame, a.segment, b.frame, b.segment)
  );
}

export function isPlausible({ segment }: SentSegment, { repaired }: ReceivedFrame): boolean {
  return segment.seq === repaired.seq && segment.payloadLength <= Math.max(repaired.payloadLength, 1);
}

/** The segment lies in the frame's range of sequence numbers, or at its end. */
export function isWithin({ segment }: SentSegment, { repaired }: ReceivedFrame): boolean {
  return seqDiff(segment.seq, repaired.seq) <= repaired.payloadLength;
}

function isSame(a: ReceivedFrame, b: ReceivedFrame): boolean {
  const end = a.segment.ipEnd;
  return end === b.segment.ipEnd && equalBytes(a.frame, 0, b.frame, 0, end);
}

/** The search may end here: after a frame that follows the one before without a gap. */
export function cutAfter(frames: readonly ReceivedFrame[], matches: readonly PairMatch[]): number {
  const byFrame = new Map(matches.map((match) => [match.observed.number, match]));
  for (let i = Math.floor((3 * frames.length) / 4); i > frames.length / 4; i--) {
    const [before, here] = [frames[i - 1], frames[i]].map((frame) => frame && byFrame.get(frame.number));
    if (before === undefined || here === undefined) continue;
    if ((before.run.at(-1) as SentSegment).number + 1 === (here.run[0] as SentSegment).number) return i;
  }
  return Math.max(1, Math.floor(frames.length / 2));
}

/** A frame begins or ends within the segment, with its bytes: it was cut up after the capture. */
export function isCutUpBy(sent: SentSegment, { segment: unit, known }: ReceivedFrame): boolean {
  if (unit.kind === 'other' || unit.payloadLength === 0) return false;
  const { frame, payloadOffset, payloadLength, seq } = sent.segment;
  const begin = seqOffset(unit.seq, seq);
  const end = begin + unit.payloadLength;
  if (!((begin > 0 && begin < payloadLength) || (end > 0 && end < payloadLength))) return false;
  const from = Math.max(begin, 0);
  const to = Math.min(end, payloadLength);
  const at = unit.payloadOffset + from - begin;
  const shown = Math.min(to - from, sent.known - payloadOffset - from, known - at);
  return shown <= 0 || equalBytes(frame, payloadOffset + from, unit.frame, at, shown);
}

/** The numbers of segments that arrived in one of these frames: their bytes did, and were sent only once. */
export function arrived(segments: readonly SentSegment[], frames: readonly ReceivedFrame[]): ReadonlySet<number> {
  const times = new Map<number, number>();
  for (const { segment } of segments) times.set(segment.seq, (times.get(segment.seq) ?? 0) + 1);
  const isIn = ({ segment: { seq, payloadLength } }: SentSegment, { repaired }: ReceivedFrame): boolean =>
    seqDiff(seq, repaired.seq) + payloadLength <= repaired.payloadLength;
  const came = segments.filter(
    (sent) =>
      sent.segment.payloadLength > 0 && times.get(sent.segment.seq) === 1 && frames.some((frame) => isIn(sent, frame)),
  );
  return new Set(came.map(({ number }) => number));
}

/** The frame contains all bytes of the segment. */
export function contains({ segment }: SentSegment, { segment: unit }: ReceivedFrame): boolean {
  const { payloadLength: length } = segment;
  const at = seqDiff(segment.seq, unit.seq);
  if (unit.kind === 'other' || length === 0 || at + length > unit.payloadLength) return false;
  return equalBytes(segment.frame, segment.payloadOffset, unit.frame, unit.payloadOffset + at, length);
}

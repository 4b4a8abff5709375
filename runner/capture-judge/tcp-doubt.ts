/** Signs in a received TCP frame that the sent capture may lack a packet that it is made of. */

import { equalBytes, u16 } from '../../reference-impl/wire/bytes.ts';
import { ETHERNET_MINIMUM, MAX_TRAILER } from '../../reference-impl/wire/ethernet.ts';
import { Ipv4At, Ipv6At } from '../../reference-impl/wire/fields.ts';
import type { Segment } from '../../reference-impl/wire/segment.ts';
import { seqAtOrAfter, seqDiff, seqOffset } from '../../reference-impl/wire/seq.ts';
import { TcpFlag } from '../../reference-impl/wire/tcp.ts';
import { type Arrival, isUnordered } from '../judge/arrival.ts';
import { isSoft } from '../judge/finding.ts';
import type { Observed } from '../judge/observed.ts';
import type { Draft, Finding } from '../judge/types.ts';
import { isCut } from './cut-frames.ts';
import { incarnationsOf } from './incarnations.ts';
import { differOnlyByKeepAlive } from './keep-alive-bytes.ts';
import { withKnownId } from './known-id.ts';
import { occurIn } from './malformed-frames.ts';
import { isMarkedOnTheWay, MARKED_ON_THE_WAY } from './marked-on-the-way.ts';
import { isNamedBy } from './named-packet.ts';
import { overlap } from './overlap.ts';
import type { ReceivedFrame, SentSegment } from './sides.ts';
import { shownOf, tcpPairFindings } from './tcp-pair-findings.ts';
import type { Doubtful, DoubtScene } from './transport.ts';

export function tcpDoubt(observed: Observed, scene: DoubtScene): Doubtful | undefined {
  const lives = incarnationsOf(scene.near);
  if (lives.length < 2) return doubtWithin(observed, scene);
  // Another connection on the same ports may have used the same sequence numbers.
  const doubts = lives.flatMap((near) => doubtWithin(observed, { ...scene, near }) ?? []);
  return doubts.find(({ isWhole }) => isWhole) ?? doubts[0];
}

/** The packets near by are all of one connection. */
function doubtWithin(observed: Observed, scene: DoubtScene): Doubtful | undefined {
  const { repaired } = observed;
  const others = scene.received.filter(
    (one) => one.number !== observed.number && overlap(one.repaired, repaired) && !isSamePacket(one.repaired, repaired),
  );
  const isUnknown = (sent: Arrival): boolean =>
    [sent as SentSegment, observed as ReceivedFrame].some((one) => isCut(shownOf(one)));
  const isWhole = scene.near.every(
    (sent) => isUnknown(sent) || isExplained(sent.segment, observed, scene.near, others),
  );
  const why = reasonOf(repaired, scene);
  if (why !== undefined && isWhole) return { why, isWhole };
  if (isRightAlone(observed, scene))
    return {
      why: 'by itself it is right: what does not fit may be missing, or late on the way',
      isWhole: true,
      isRight: true,
    };
  if (lacksBytes(repaired, scene.near) && !isNamedElsewhere(repaired, scene))
    return { why: 'the sent capture lacks bytes of it', isWhole: true };
  // A wrong checksum of a merged frame may be flagged; captures contain no flags.
  const { isPartial } = observed as ReceivedFrame;
  const isVerified = observed.segment.tcpChecksum !== 'wrong' || isPartial || isCut(shownOf(observed));
  if (mayBeOwn(observed, scene) && (isVerified || scene.capabilities.checksums !== 'recomputed'))
    return {
      why: 'it may be a packet of its own that the sent capture lacks',
      isWhole: isVerified || repaired.payloadLength === 0,
    };
  if (why !== undefined) return { why, isWhole };
  if (isNamed(repaired, scene) && !goesOnAsSent(repaired, scene)) return undefined;
  if (others.length > 0)
    return { why: 'its bytes came more often than they were sent: a copy may be missing in the sent capture', isWhole };
  return scene.near.some((sent) => isKeepAlive(repaired, sent.segment))
    ? { why: 'it may begin with a keep-alive that the sent capture lacks', isWhole }
    : undefined;
}

function reasonOf(segment: Segment, { near, received, isNumbered }: DoubtScene): string | undefined {
  const { hasTimestamps, tsVal } = segment;
  if (isNumbered && !near.some((sent) => isNamedBy(sent.segment, segment)))
    return 'the sent capture has no packet with its Identification: one may be missing there';
  const same = near.filter((sent) => overlap(sent.segment, segment));
  // A retransmission has a later timestamp.
  const isLater = ({ segment: sent }: Arrival): boolean => sent.tsVal !== tsVal && seqAtOrAfter(tsVal, sent.tsVal);
  if (hasTimestamps && same.length > 0 && same.every(isLater))
    return 'its TSval is later than that of what was sent: a retransmission may be missing in the sent capture';
  const isOfOther = ({ segment: other }: { readonly segment: Segment }): boolean =>
    other.tsVal === tsVal && !overlap(other, segment);
  const isEarlier = ({ segment: sent }: Arrival): boolean => sent.tsVal !== tsVal && seqAtOrAfter(sent.tsVal, tsVal);
  if (hasTimestamps && same.length > 0 && same.every(isEarlier) && (near.some(isOfOther) || received.some(isOfOther)))
    return 'its TSval is earlier than that of what was sent: the first copy may be missing in the sent capture';
  const isOfLater = [...near, ...received].some(
    ({ segment: other }) => other !== segment && other.ack === segment.ack && hasAck(other),
  );
  if (!isNumbered && isOfLater && same.length > 0 && same.every((sent) => isAckLater(segment, sent.segment)))
    return 'its acknowledgment number is later than that of what was sent: a retransmission may be missing in the sent capture';
  const isAgain = same.some((one, i) => same.some((other, k) => k > i && overlap(one.segment, other.segment)));
  return isAgain ? 'what it is made of was sent more than once: a copy may be missing in the sent capture' : undefined;
}

/** Some segments make this frame, in the order in which they were sent; if the path may reorder, in any order. */
function isRightAlone(observed: Observed, { near, capabilities, isDirect }: DoubtScene): boolean {
  const { seq, payloadLength, ack, window } = observed.repaired;
  const end = (seq + payloadLength) >>> 0;
  const data = near.filter(({ segment }) => segment.payloadLength > 0 && !isUnordered(segment));
  const acks = near.filter(({ segment }) => segment.isPureAck && segment.seq === end && segment.ack === ack);
  const last = acks.filter(({ segment }) => segment.window === window);
  const runs =
    payloadLength === 0
      ? acks.map((one) => [one])
      : [data, [...data].reverse()].map((all) => inSequence(all, observed));
  const isRight = (run: readonly Arrival[]): boolean => {
    if (run.length === 0 || (isDirect && run.some(({ number }, i) => number < (run[i - 1]?.number ?? 0)))) return false;
    const known = withKnownId(run as readonly SentSegment[], observed);
    const arrived = known.map((one, number) => ({ ...one, number }));
    const isMarked = !isDirect && isMarkedOnTheWay(run, observed);
    const isNone = (found: Draft): boolean => isSoft(found) || (isMarked && found.field === 'ip.ecn');
    return tcpPairFindings(arrived, observed, capabilities)?.every(isNone) === true;
  };
  return runs.some((run) => isRight(run) || last.slice(0, MOST_LAST).some((one) => isRight([...run, one])));
}

/** Maximum number of window updates that may have joined. */
const MOST_LAST = 8;

/** A segment for each place of the frame, the first of `data`; none: some bytes are in no segment. */
function inSequence(data: readonly Arrival[], { repaired }: Observed): readonly Arrival[] {
  const run: Arrival[] = [];
  for (let at = 0; at < repaired.payloadLength; ) {
    const seq = (repaired.seq + at) >>> 0;
    const next = data.find(
      ({ segment }) => segment.seq === seq && at + segment.payloadLength <= repaired.payloadLength,
    );
    if (next === undefined) return [];
    run.push(next);
    at += next.segment.payloadLength;
  }
  return run;
}

/** As short as a single packet, and nothing identifies it as another one. */
function mayBeOwn({ repaired }: Observed, scene: DoubtScene): boolean {
  return isShort(repaired, scene) && !isNamed(repaired, scene);
}

/** A single packet with the Identification of a packet that was sent. */
function isNamed(segment: Segment, scene: DoubtScene): boolean {
  return scene.isNumbered && isShort(segment, scene) && scene.near.some((sent) => isNamedBy(sent.segment, segment));
}

/**
 * It begins with the packet that its Identification names, and goes on with the right bytes, which were sent in another
 * packet: the sent capture may lack their first copy.
 */
function goesOnAsSent(unit: Segment, { near }: DoubtScene): boolean {
  const end = (sent: Segment): number => (sent.seq + sent.payloadLength) >>> 0;
  let at = near.find(({ segment }) => isNamedBy(segment, unit) && segment.seq === unit.seq)?.segment;
  if (at === undefined || at.payloadLength >= unit.payloadLength || !agree(at, unit)) return false;
  for (const last = end(unit); at !== undefined && end(at) !== last; ) {
    const next = end(at);
    at = near.find(
      ({ segment }) => segment.seq === next && segment.payloadLength > 0 && isInside(segment, unit),
    )?.segment;
  }
  return at !== undefined;
}

function isInside(sent: Segment, unit: Segment): boolean {
  return seqDiff(sent.seq, unit.seq) + sent.payloadLength <= unit.payloadLength && agree(sent, unit);
}

/** It has no byte of the run; its own bytes were sent, in segments that are cut in another way, and nothing names its packets. */
function isSentElsewhere(run: readonly Arrival[], unit: Segment, { near, isNumbered }: DoubtScene): boolean {
  if (isNumbered || unit.payloadLength === 0 || run.some(({ segment }) => overlap(segment, unit))) return false;
  const same = near.filter(({ segment }) => overlap(segment, unit));
  return same.length > 0 && same.every(({ segment }) => agree(segment, unit));
}

function hasAck({ flags }: Segment): boolean {
  return (flags & TcpFlag.ack) !== 0;
}

function isAckLater(segment: Segment, sent: Segment): boolean {
  return hasAck(sent) && segment.ack !== sent.ack && seqAtOrAfter(segment.ack, sent.ack);
}

/** Its Identification is that of a packet with another sequence number. */
function isNamedElsewhere({ ipId, seq }: Segment, { near, isNumbered }: DoubtScene): boolean {
  return isNumbered && near.some(({ segment: sent }) => sent.ipId === ipId && sent.seq !== seq);
}

/** No packet that was sent has these bytes; zeros after the last one may be its padding. */
function lacksBytes(unit: Segment, near: readonly Arrival[]): boolean {
  const end = unit.payloadLength;
  let at = 0;
  let last: Arrival | undefined;
  const place = ({ segment }: Arrival): number => seqOffset(segment.seq, unit.seq);
  // A NIC segments a frame whose IP length is 0: its bytes come in segments.
  const malformed = near.filter(({ segment }) => isUnordered(segment) && !hasNoLength(segment));
  const bytes = (from: number, to: number): Uint8Array =>
    unit.frame.subarray(unit.payloadOffset + from, unit.payloadOffset + to);
  // The byte of a keep-alive is garbage.
  const isBytes = ({ segment }: Arrival): boolean =>
    overlap(segment, unit) && (segment.payloadLength > 1 || agree(segment, unit));
  for (const sent of near.filter(isBytes).sort((a, b) => place(a) - place(b))) {
    if (place(sent) > at && !occurIn(bytes(at, place(sent)), malformed)) return true;
    at = Math.max(at, place(sent) + sent.segment.payloadLength);
    last = sent;
  }
  return at < end && !isPaddingOf(last, bytes(at, end)) && !occurIn(bytes(at, end), malformed);
}

function isPaddingOf(last: Arrival | undefined, bytes: Uint8Array): boolean {
  if (last === undefined) return false;
  const { ipEnd } = last.segment;
  return bytes.length <= Math.max(last.frame.length, ETHERNET_MINIMUM) - ipEnd && bytes.every((byte) => byte === 0);
}

function isShort({ payloadLength }: Segment, { near }: DoubtScene): boolean {
  return near.some((sent) => sent.segment.payloadLength >= payloadLength);
}

/** A window update leaves no bytes: a value that none of the segments has may come from a missing one. */
export function tcpDoubtOfField(
  found: Finding,
  run: readonly Arrival[],
  observed: Observed,
  scene: DoubtScene,
): string | undefined {
  const { repaired } = observed;
  const isMade = (run[0] as SentSegment | undefined)?.isMade === true;
  if (isMade && (found.field === 'ipv4.id' || found.field === 'outer.header'))
    return 'the sender’s NIC wrote it after the capture';
  if (found.rule === 'I8' && run.some(({ segment }) => hasNoLength(segment)))
    return 'a sender may leave an IP length of 0 to its NIC';
  if (OF_THE_LENGTH.includes(found.field) && isCutUp(run.at(-1)?.segment, repaired, scene.received))
    return 'the rest came in the next frame: the sender’s NIC may have segmented it after the capture';
  if (run.length === 0 || run.some(({ segment }) => isUnordered(segment))) return undefined;
  if (isOfAnother(run, repaired, scene))
    return repaired.isPureAck
      ? 'its Identification and numbers are those of another packet, which a window update that the sent capture lacks may have joined'
      : 'its Identification and numbers are those of another packet: one that the sent capture lacks may have taken its place';
  if (isSentElsewhere(run, repaired, scene))
    return 'its bytes were sent in other packets, under its sequence numbers: a retransmission may be missing in the sent capture';
  if (found.field === 'order' && !scene.isNumbered && run.some(({ segment }) => isOneOfSeveral(segment, scene)))
    return 'packets like it were sent more than once: one may be missing in the sent capture';
  if (found.field === 'ip.ecn' && !scene.isDirect && isMarkedOnTheWay(run, observed)) return MARKED_ON_THE_WAY;
  const isOfMerge = found.field === 'merge' && !isShown(found.arrivals, run, repaired);
  if (
    isOfMerge ||
    (found.field === 'payload' && mayBeAnother(run, repaired) && run.some(({ segment }) => isAbsent(segment, repaired)))
  )
    return 'nothing in the frame shows that it is in it: it may have got lost';
  if (found.field === 'ip.ttl' && run.every(({ segment }) => segment.ttl > repaired.ttl))
    return 'it may be that of a window update that the sent capture lacks';
  if (found.field === 'tcp.checksum' && scene.capabilities.checksums !== 'recomputed') {
    if (run.some((one) => (one as SentSegment).maySplit))
      return 'the sender’s NIC may have segmented it after the capture: then it was merged again, and may be flagged';
    if (!isNamed(repaired, scene))
      return 'it may have been merged with a packet that the sent capture lacks, and flagged';
  }
  const read = OF_THE_LAST[found.field];
  if (read === undefined) return undefined;
  const isOfRun = run.some(({ segment }) => read(segment) === read(repaired));
  return isOfRun ? undefined : 'it may be that of a window update that the sent capture lacks';
}

/** A packet that was sent, or its beginning, but was attributed to others. A window update changes a pure ACK. */
function isOfAnother(run: readonly Arrival[], unit: Segment, { near, isNumbered }: DoubtScene): boolean {
  if (!isNumbered) return false;
  const isIt = ({ ipId, seq, ack, isPureAck, payloadLength }: Segment): boolean =>
    isPureAck === unit.isPureAck &&
    payloadLength >= unit.payloadLength &&
    ipId === unit.ipId &&
    seq === unit.seq &&
    ack === unit.ack;
  return near.some(({ segment }) => isIt(segment)) && !run.some(({ segment }) => isIt(segment));
}

/** A pure ACK with several copies that nothing distinguishes. */
function isOneOfSeveral(segment: Segment, { near, received }: DoubtScene): boolean {
  if (segment.payloadLength > 0) return false;
  const isAlike = (other: Segment): boolean => {
    const { ipEnd, tcpOffset } = other;
    const length = segment.ipEnd - segment.tcpOffset;
    return ipEnd - tcpOffset === length && equalBytes(segment.frame, segment.tcpOffset, other.frame, tcpOffset, length);
  };
  const count = (all: readonly Segment[]): number => all.filter(isAlike).length;
  return count(near.map(({ segment: sent }) => sent)) > 1 || count(received.map(({ segment: came }) => came)) > 1;
}

/** The frame ends within the last segment, and another frame begins there. */
function isCutUp(last: Segment | undefined, { seq, payloadLength }: Segment, received: readonly Observed[]): boolean {
  const end = (seq + payloadLength) >>> 0;
  if (last === undefined || seqDiff(end, last.seq) >= last.payloadLength) return false;
  return received.some((other) => other.repaired.seq === end && other.repaired.payloadLength > 0);
}

function hasNoLength({ frame, ipOffset, ipVersion }: Segment): boolean {
  return u16(frame, ipOffset + (ipVersion === 4 ? Ipv4At.totalLength : Ipv6At.payloadLength)) === 0;
}

/** Segments without payload leave no bytes: they show only if they are the last of a unit. */
function isShown(numbers: readonly number[], run: readonly Arrival[], unit: Segment): boolean {
  const named = run.filter(({ number }) => numbers.includes(number));
  if (named.some(({ segment }) => segment.payloadLength > 0 && !isAbsent(segment, unit))) return true;
  const others = run.filter(({ number }) => !numbers.includes(number));
  const last = others.at(-1)?.segment;
  return last === undefined || SAID_LAST.some((read) => read(last) !== read(unit));
}

/** Of several some may be in it; a single one is named. */
function mayBeAnother(run: readonly Arrival[], { ipVersion, ipId }: Segment): boolean {
  const [first] = run;
  return run.length > 1 || (ipVersion === 4 && ipId !== 0 && first?.segment.ipId !== ipId);
}

/** None of its bytes are where they would be. */
function isAbsent(segment: Segment, unit: Segment): boolean {
  return segment.payloadLength > 0 && !overlap(segment, unit);
}

const SAID_LAST: readonly ((segment: Segment) => number)[] = [
  ({ ack }) => ack,
  ({ window }) => window,
  ({ tsVal }) => tsVal,
  ({ tsEcr }) => tsEcr,
];

/** Fields that change if the sender's NIC cuts a packet up. */
const OF_THE_LENGTH: readonly string[] = ['payload', 'outer.header'];

const OF_THE_LAST: Readonly<Record<string, (segment: Segment) => number>> = {
  'tcp.window': ({ window }) => window,
  'tcp.tsval': ({ tsVal }) => tsVal,
  'tcp.tsecr': ({ tsEcr }) => tsEcr,
  'tcp.psh': ({ flags }) => flags & TcpFlag.psh,
  'tcp.options': ({ tsVal, tsEcr }) => tsVal * 2 ** 21 + tsEcr,
};

function isSamePacket(a: Segment, b: Segment): boolean {
  return (
    a.ipVersion === 4 && a.ipId !== 0 && a.ipId === b.ipId && a.seq === b.seq && a.payloadLength === b.payloadLength
  );
}

/** Its first byte is the garbage byte of the last keep-alive (RFC 1122 4.2.3.6). */
function isKeepAlive(segment: Segment, sent: Segment): boolean {
  return sent.payloadLength > 0 && segment.seq === (sent.seq + sent.payloadLength - 1) >>> 0;
}

function follows(later: Segment, segment: Segment): boolean {
  return later.payloadLength > 0 && later.seq === (segment.seq + segment.payloadLength) >>> 0;
}

/**
 * Its bytes are those of the segment, as far as it has them; or the sent capture may lack the copy that they come from.
 */
function isExplained(
  sent: Segment,
  observed: Observed,
  near: readonly Arrival[],
  others: readonly Observed[],
): boolean {
  const segment = observed.repaired;
  if (!overlap(sent, segment) || agree(sent, segment) || isKeepAlive(segment, sent)) return true;
  if (differOnlyByKeepAlive(sent, segment, near)) return true;
  if (isMisplaced(sent, segment, near)) return false;
  const copies = near.filter((other) => overlap(other.segment, sent));
  // It was sent after the segment that follows it, so it is a retransmission: the first copy is missing.
  const place = near.findIndex((other) => other.segment === sent);
  if (copies.length === 1 && near.slice(0, place).some((other) => follows(other.segment, sent))) return true;
  const came = others.filter((one) => overlap(one.repaired, sent));
  if (came.length >= copies.length) return true;
  const own = copies[came.filter(({ number }) => number < observed.number).length];
  return own !== undefined && agree(own.segment, segment);
}

/** In its place is padding, or bytes of another segment: no missing copy of it can have these. */
function isMisplaced(sent: Segment, unit: Segment, near: readonly Arrival[]): boolean {
  const at = unit.payloadOffset + Math.max(0, seqOffset(sent.seq, unit.seq));
  const bytes = unit.frame.subarray(at, Math.min(at + sent.payloadLength, unit.payloadOffset + unit.payloadLength));
  if (bytes.length <= MAX_TRAILER && bytes.every((byte) => byte === 0)) return true;
  return occurIn(
    bytes,
    near.filter((other) => !overlap(other.segment, sent)),
  );
}

function agree(sent: Segment, segment: Segment): boolean {
  const ahead = seqDiff(sent.seq, segment.seq);
  const isAhead = ahead < segment.payloadLength;
  const from = isAhead ? 0 : seqDiff(segment.seq, sent.seq);
  const at = isAhead ? ahead : 0;
  const length = Math.min(sent.payloadLength - from, segment.payloadLength - at);
  return equalBytes(sent.frame, sent.payloadOffset + from, segment.frame, segment.payloadOffset + at, length);
}

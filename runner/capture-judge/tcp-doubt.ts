/** What of a received TCP frame shows that the sent capture may lack a packet that it is made of. */

import { equalBytes } from '../../reference-impl/wire/bytes.ts';
import type { Segment } from '../../reference-impl/wire/segment.ts';
import { seqAtOrAfter, seqDiff } from '../../reference-impl/wire/seq.ts';
import { TcpFlag } from '../../reference-impl/wire/tcp.ts';
import { type Arrival, isUnordered } from '../judge/arrival.ts';
import type { Observed } from '../judge/observed.ts';
import type { Finding } from '../judge/types.ts';
import type { Doubtful, DoubtScene } from './transport.ts';

export function tcpDoubt(observed: Observed, scene: DoubtScene): Doubtful | undefined {
  const { repaired } = observed;
  const others = scene.received.filter(
    (one) => one.number !== observed.number && overlap(one.repaired, repaired) && !isSamePacket(one.repaired, repaired),
  );
  const isWhole = scene.near.every((sent) => isExplained(sent.segment, observed, scene.near, others));
  const why = reasonOf(repaired, scene.near);
  if (why !== undefined && isWhole) return { why, isWhole };
  if (mayBeOwn(observed, scene))
    return { why: 'it may be a packet of its own that the sent capture lacks', isWhole: true };
  if (why !== undefined || isNamed(repaired, scene)) return why === undefined ? undefined : { why, isWhole };
  if (others.length > 0)
    return { why: 'its bytes came more often than they were sent: a copy may be missing in the sent capture', isWhole };
  return scene.near.some((sent) => isKeepAlive(repaired, sent.segment))
    ? { why: 'it may begin with a keep-alive that the sent capture lacks', isWhole }
    : undefined;
}

function reasonOf(segment: Segment, near: readonly Arrival[]): string | undefined {
  const { hasTimestamps, tsVal } = segment;
  const isCounted =
    isNumbered(segment) || near.some((sent) => sent.segment.ipVersion === 4 && WRAPS.includes(sent.segment.ipId));
  if (isCounted && !near.some((sent) => sent.segment.ipId === segment.ipId))
    return 'the sent capture has no packet with its Identification: one may be missing there';
  const same = near.filter((sent) => overlap(sent.segment, segment));
  // Who sends again does it later.
  const isLater = ({ segment: sent }: Arrival): boolean => sent.tsVal !== tsVal && seqAtOrAfter(tsVal, sent.tsVal);
  if (hasTimestamps && same.length > 0 && same.every(isLater))
    return 'its TSval is later than that of what was sent: a retransmission may be missing in the sent capture';
  const isAgain = same.some((one, i) => same.some((other, k) => k > i && overlap(one.segment, other.segment)));
  return isAgain ? 'what it is made of was sent more than once: a copy may be missing in the sent capture' : undefined;
}

/** As long as a single packet, its checksum right, and nothing that names another. */
function mayBeOwn({ segment, repaired }: Observed, scene: DoubtScene): boolean {
  return segment.tcpChecksum !== 'wrong' && isShort(repaired, scene) && !isNamed(repaired, scene);
}

/** A single packet that names itself: by an Identification that one packet has that was sent. */
function isNamed(segment: Segment, scene: DoubtScene): boolean {
  const times = scene.near.filter((sent) => sent.segment.ipId === segment.ipId).length;
  return isNumbered(segment) && times === 1 && isShort(segment, scene);
}

function isShort({ payloadLength }: Segment, { near }: DoubtScene): boolean {
  return near.some((sent) => sent.segment.payloadLength >= payloadLength);
}

/** A window update leaves no bytes: what none of the segments says may be the word of one that is missing. */
export function tcpDoubtOfField(found: Finding, run: readonly Arrival[], { repaired }: Observed): string | undefined {
  if (run.length === 0 || run.some(({ segment }) => isUnordered(segment))) return undefined;
  const isOfMerge = found.field === 'merge' && !isShown(found.arrivals, run, repaired);
  if (
    isOfMerge ||
    (found.field === 'payload' && run.length > 1 && run.some(({ segment }) => isAbsent(segment, repaired)))
  )
    return 'nothing in the frame shows that it is in it: it may have got lost';
  if (found.field === 'ip.ttl' && run.every(({ segment }) => segment.ttl > repaired.ttl))
    return 'it may be that of a window update that the sent capture lacks';
  const read = OF_THE_LAST[found.field];
  if (read === undefined) return undefined;
  const isOfRun = run.some(({ segment }) => read(segment) === read(repaired));
  return isOfRun ? undefined : 'it may be that of a window update that the sent capture lacks';
}

/** Segments without payload leave no bytes: only by what the last of a unit says does one show. */
function isShown(numbers: readonly number[], run: readonly Arrival[], unit: Segment): boolean {
  const named = run.filter(({ number }) => numbers.includes(number));
  if (named.some(({ segment }) => segment.payloadLength > 0 && !isAbsent(segment, unit))) return true;
  const others = run.filter(({ number }) => !numbers.includes(number));
  const last = others.at(-1)?.segment;
  return last === undefined || SAID_LAST.some((read) => read(last) !== read(unit));
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

/** Other fields are set: otherwise 0 means that there is no counter. */
const WRAPS: readonly number[] = [0xffff, 1];

const OF_THE_LAST: Readonly<Record<string, (segment: Segment) => number>> = {
  'tcp.window': ({ window }) => window,
  'tcp.tsval': ({ tsVal }) => tsVal,
  'tcp.tsecr': ({ tsEcr }) => tsEcr,
  'tcp.psh': ({ flags }) => flags & TcpFlag.psh,
  'tcp.options': ({ tsVal, tsEcr }) => tsVal * 2 ** 21 + tsEcr,
};

function isNumbered({ ipVersion, ipId }: Segment): boolean {
  return ipVersion === 4 && ipId !== 0;
}

function isSamePacket(a: Segment, b: Segment): boolean {
  return isNumbered(a) && a.ipId === b.ipId && a.seq === b.seq && a.payloadLength === b.payloadLength;
}

/** Its first byte is the garbage byte of a keep-alive: the last that was sent (RFC 1122 4.2.3.6). */
function isKeepAlive(segment: Segment, sent: Segment): boolean {
  return sent.payloadLength > 0 && segment.seq === (sent.seq + sent.payloadLength - 1) >>> 0;
}

function follows(later: Segment, segment: Segment): boolean {
  return later.payloadLength > 0 && later.seq === (segment.seq + segment.payloadLength) >>> 0;
}

function overlap(a: Segment, b: Segment): boolean {
  if (a.payloadLength === 0 || b.payloadLength === 0) return false;
  return seqDiff(a.seq, b.seq) < b.payloadLength || seqDiff(b.seq, a.seq) < a.payloadLength;
}

/** Its bytes are those of the segment, as far as it has them; or the sent capture may lack the copy whose they are. */
function isExplained(
  sent: Segment,
  observed: Observed,
  near: readonly Arrival[],
  others: readonly Observed[],
): boolean {
  const segment = observed.repaired;
  if (!overlap(sent, segment) || agree(sent, segment) || isKeepAlive(segment, sent)) return true;
  const copies = near.filter((other) => overlap(other.segment, sent));
  // Sent after what follows it, it is a retransmission: the first copy is missing.
  const place = near.findIndex((other) => other.segment === sent);
  if (copies.length === 1 && near.slice(0, place).some((other) => follows(other.segment, sent))) return true;
  const came = others.filter((one) => overlap(one.repaired, sent));
  if (came.length >= copies.length) return true;
  const own = copies[came.filter(({ number }) => number < observed.number).length];
  return own !== undefined && agree(own.segment, segment);
}

function agree(sent: Segment, segment: Segment): boolean {
  const ahead = seqDiff(sent.seq, segment.seq);
  const isAhead = ahead < segment.payloadLength;
  const from = isAhead ? 0 : seqDiff(segment.seq, sent.seq);
  const at = isAhead ? ahead : 0;
  const length = Math.min(sent.payloadLength - from, segment.payloadLength - at);
  return equalBytes(sent.frame, sent.payloadOffset + from, segment.frame, segment.payloadOffset + at, length);
}

/**
 * What two captures cannot hold against a device. Either may lack packets: a retransmission that the sent capture lacks
 * looks like an earlier copy with wrong fields. And a frame that was late on the way looks like one that the device held.
 * Such findings stay, as warnings that say why.
 */

import { equalBytes } from '../../reference-impl/wire/bytes.ts';
import type { Segment } from '../../reference-impl/wire/segment.ts';
import { seqAtOrAfter, seqDiff } from '../../reference-impl/wire/seq.ts';
import type { Arrival } from '../judge/arrival.ts';
import type { Observed } from '../judge/observed.ts';
import { isException } from '../judge/statistics.ts';
import type { TcpMatch } from '../judge/tcp/tcp-protocol.ts';
import type { Finding } from '../judge/types.ts';
import type { ReceivedFrame, SentSegment } from './sides.ts';

/** What no retransmission changes: where the bytes are others, too, a packet that is missing does not explain these. */
const OWN_FIELDS: readonly string[] = [
  'payload',
  'frame',
  'ethernet',
  'ip.ttl',
  'ipv4.total-length',
  'ipv6.payload-length',
  'ipv4.checksum',
  'tcp.checksum',
  'tcp.data-offset',
];

export class Doubt {
  readonly #near: () => readonly Arrival[];

  /** `near`: what was sent around what is judged, settled or not. */
  constructor(near: () => readonly Arrival[]) {
    this.#near = near;
  }

  /** Findings on one frame. */
  softened(findings: readonly Finding[], { segment }: Observed): readonly Finding[] {
    if (findings.length === 0) return findings;
    const near = this.#near();
    const why = reasonOf(segment, near);
    if (why === undefined) return findings;
    const isWhole = agrees(segment, near);
    return findings.map((found) => (isWhole || !OWN_FIELDS.includes(found.field) ? warning(found, why) : found));
  }

  /** A frame that came once more: the sent capture may lack the retransmission, unless the frame names its packet. */
  repeated(findings: readonly Finding[], { segment }: Observed): readonly Finding[] {
    if (segment.ipVersion === 4 && segment.ipId !== 0) return findings;
    return findings.map((found) => warning(found, 'a retransmission of it may be missing in the sent capture'));
  }

  /** `matches`: what the arrivals of the finding became. Undefined: nothing is to be said. */
  ordered(found: Finding, matches: readonly TcpMatch[], isDirect: boolean): Finding | undefined {
    const involved = matches.filter(({ run }) => run.some(({ number }) => found.arrivals.includes(number)));
    if (involved.some(isCut)) return undefined;
    // A single frame can be late on the way; where units passed one that ends a unit, the device merged around it.
    const alone = involved.filter(({ run }) => run.length === 1);
    const passed = alone.length < involved.length ? alone.filter(({ run }) => isException(run[0] as Arrival)) : [];
    if (passed.some(({ observed: { segment } }) => segment.ipVersion === 4 && segment.ipId !== 0)) return found;
    const near = this.#near();
    for (const { observed } of involved) {
      const why = reasonOf(observed.segment, near);
      if (why !== undefined) return warning(found, why);
    }
    if (isDirect) return found;
    if (alone.length === 0 || passed.length > 0) return found;
    return warning(found, 'they may have changed places on the way (--direct: nothing there reorders)');
  }
}

/** What shows that the sent capture may lack a packet that this frame is made of; undefined: nothing does. */
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

function isCut({ run, observed }: TcpMatch): boolean {
  const { known, segment } = observed as ReceivedFrame;
  return known < segment.ipEnd || (run as readonly SentSegment[]).some((sent) => sent.known < sent.segment.ipEnd);
}

function warning(found: Finding, why: string): Finding {
  if (found.level === 'should' || found.level === 'may') return found;
  return { ...found, level: 'should', message: `${found.message} A warning, since ${why}.` };
}

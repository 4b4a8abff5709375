/** TCP between two captures: sequence numbers show which segments a frame may be made of. */

import { sameBytes } from '../../reference-impl/wire/bytes.ts';
import { Segment } from '../../reference-impl/wire/segment.ts';
import { TCP_HEADER, TcpFlag } from '../../reference-impl/wire/tcp.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import type { Arrival } from '../judge/arrival.ts';
import { explainIncomplete } from '../judge/explain-incomplete.ts';
import { mayDrop } from '../judge/may-drop.ts';
import type { Observed } from '../judge/observed.ts';
import type { Protocol } from '../judge/protocol.ts';
import { isException } from '../judge/statistics.ts';
import { tcpFindings } from '../judge/tcp/tcp-findings.ts';
import { tcpProtocol } from '../judge/tcp/tcp-protocol.ts';
import { isCut, withoutUnknown } from './cut-frames.ts';
import { arrived, claims, contains, isCutUpBy, isPlausible, isWithin, orderKey } from './evidence.ts';
import { fillUnknown } from './fill-unknown.ts';
import { isForeign } from './foreign-segment.ts';
import { withKnownId } from './known-id.ts';
import { parseLong } from './long-packet.ts';
import { isAsCaptured } from './next-run.ts';
import { type ReceivedFrame, receivedOf, type SentSegment } from './sides.ts';
import { superFrameChecksum } from './super-frame-checksum.ts';
import { tcpDoubt, tcpDoubtOfField } from './tcp-doubt.ts';
import { shownOf } from './tcp-pair-findings.ts';
import type { Transport } from './transport.ts';
import { fillIpChecksum, parseWire } from './wire-frame.ts';

export const tcpTransport: Transport = {
  payloadLength: ({ segment }) => segment.payloadLength,
  mayBegin: (first, { segment }) => segment.kind !== 'other' && segment.seq === first.segment.seq,
  mayEnd: (last, { segment }) => segment.ack === last.segment.ack && segment.window === last.segment.window,
  prepared,
  findings: tcpFindings,
  afterthoughts: superFrameChecksum,
  explain: (arrivals, frames, history, loss, capabilities) =>
    explainIncomplete(arrivals, frames, history, loss, pairProtocol(capabilities)),
  mayDrop,
  claims,
  isForeign,
  arrived,
  isPlausible,
  isWithin,
  contains,
  moved,
  isCutUpBy,
  isSilent: ({ segment }) => segment.isPureAck,
  fill: fillUnknown,
  doubt: tcpDoubt,
  doubtOfField: tcpDoubtOfField,
  endsUnit: (arrival, { tunnels }) => isException(arrival, { tunnels }),
};

/**
 * Maximum number of ACKs with the same window that are tried as merged: no capture shows how many were, so each is
 * tried with each.
 */
const MOST_ALIKE = 8;

function isEndless(run: readonly Arrival[]): boolean {
  const { ack, window } = (run.at(-1) as Arrival).segment;
  let alike = 0;
  for (let i = run.length - 1; i >= 0 && alike <= MOST_ALIKE; i--) {
    const { segment } = run[i] as Arrival;
    if (!segment.isPureAck || segment.ack !== ack) break;
    if (segment.window === window) alike++;
  }
  return alike > MOST_ALIKE;
}

/** A window update (C7), all but its window as the segment before: of a unit that goes on, the window is another's. */
function leavesNoTrace(run: readonly Arrival[], { segment: next, frame }: Arrival): boolean {
  const last = (run.at(-1) as Arrival).segment;
  if (!next.isPureAck || next.seq !== (last.seq + last.payloadLength) >>> 0 || next.ack !== last.ack) return false;
  if (next.window === last.window || next.flags !== (last.flags & ~TcpFlag.psh)) return false;
  const { tcpOffset, payloadOffset } = next;
  const options = tcpOffset + TCP_HEADER;
  return (
    next.ttl === last.ttl &&
    next.ipChecksum === last.ipChecksum &&
    next.tcpChecksum === last.tcpChecksum &&
    sameBytes(frame.subarray(0, next.ipOffset), last.frame.subarray(0, last.ipOffset)) &&
    sameBytes(
      frame.subarray(options, payloadOffset),
      last.frame.subarray(last.tcpOffset + TCP_HEADER, last.payloadOffset),
    ) &&
    next.dscp === last.dscp &&
    next.ecn === last.ecn
  );
}

function pairProtocol(capabilities: Capabilities): Protocol<Arrival, Observed> {
  const protocol = tcpProtocol(capabilities);
  return {
    ...protocol,
    streamOf: orderKey,
    mayJoin: (run, next) => protocol.mayJoin(run, next) && !isEndless(run),
    leavesNoTrace,
    findingsOf: (run, observed, padding) => {
      if (isEndless(run)) return undefined;
      const [sent, received] = [run as readonly SentSegment[], observed as ReceivedFrame];
      if (sent.length === 1 && isAsCaptured(sent[0]?.captured, received)) return [];
      // Filled-up bytes are all equal: only the sequence number shows what a frame is.
      if (sent[0]?.segment.seq !== observed.repaired.seq && [received, ...sent].some((one) => isCut(shownOf(one))))
        return undefined;
      const findings = protocol.findingsOf(withKnownId(sent, received), observed, padding);
      return findings && withoutUnknown(findings, sent.map(shownOf), shownOf(received));
    },
  };
}

/** Bytes that one capture lacks are taken from the other, and so is an Identification that is a guess. */
function prepared(run: readonly SentSegment[], observed: ReceivedFrame): readonly SentSegment[] {
  const made = withKnownId(run, observed);
  for (const segment of made) fillUnknown(segment, observed);
  return made;
}

function moved(received: ReceivedFrame, bytes: Uint8Array): ReceivedFrame {
  const { frame, segment, packet, time, isPartial, isLong, number } = received;
  const ahead = bytes.length - frame.length;
  const again = isLong
    ? parseLong(bytes, segment.ipOffset + ahead, segment.ipEnd - segment.ipOffset)
    : parseWire(bytes, new Segment());
  if (segment.ipChecksum === 'right') fillIpChecksum(again);
  if (!isLong) parseWire(bytes, again);
  again.tcpChecksum = segment.tcpChecksum;
  const known = received.known + ahead;
  return receivedOf({ frame: bytes, segment: again, packet, time, known, isPartial, isLong, tags: '' }, number);
}

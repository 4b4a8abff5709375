/** TCP between two captures: sequence numbers say what a frame may be made of. */

import { parseSegment, Segment } from '../../reference-impl/wire/segment.ts';
import { explainIncomplete } from '../judge/explain-incomplete.ts';
import { mayDrop } from '../judge/may-drop.ts';
import { isException } from '../judge/statistics.ts';
import { tcpFindings } from '../judge/tcp/tcp-findings.ts';
import { tcpProtocol } from '../judge/tcp/tcp-protocol.ts';
import { arrived, claims, holds, isCutUpBy, isPlausible, isWithin, orderKey } from './evidence.ts';
import { fillUnknown } from './fill-unknown.ts';
import { parseLong } from './long-packet.ts';
import { withIpId } from './sender-offload.ts';
import { arrivalOf, type ReceivedFrame, receivedOf, type SentSegment } from './sides.ts';
import { superFrameChecksum } from './super-frame-checksum.ts';
import { tcpDoubt, tcpDoubtOfField } from './tcp-doubt.ts';
import type { Transport } from './transport.ts';
import { fillIpChecksum } from './wire-frame.ts';

export const tcpTransport: Transport = {
  payloadLength: ({ segment }) => segment.payloadLength,
  mayBegin: (first, { segment }) => segment.kind !== 'other' && segment.seq === first.segment.seq,
  prepared,
  findings: tcpFindings,
  afterthoughts: superFrameChecksum,
  explain: (arrivals, frames, history, loss, capabilities) =>
    explainIncomplete(arrivals, frames, history, loss, { ...tcpProtocol(capabilities), streamOf: orderKey }),
  mayDrop,
  claims,
  arrived,
  isPlausible,
  isWithin,
  holds,
  moved,
  isCutUpBy,
  isSilent: ({ segment }) => segment.isPureAck,
  fill: fillUnknown,
  doubt: tcpDoubt,
  doubtOfField: tcpDoubtOfField,
  endsUnit: (arrival) => isException(arrival),
};

/** Bytes that a capture does not hold are taken from the other; an Identification that nobody knows from what came out. */
function prepared(run: readonly SentSegment[], observed: ReceivedFrame): readonly SentSegment[] {
  const [first] = run;
  const made = [...run];
  if (first?.isMade === true && observed.segment.ipVersion === 4) {
    const id = observed.segment.ipId;
    const isPossible = id === first.baseId;
    if (isPossible && id !== first.segment.ipId)
      made[0] = {
        ...arrivalOf(withIpId({ ...first, tags: first.strippedTags }, id), first.number, first),
        number: first.number,
      };
  }
  for (const segment of made) fillUnknown(segment, observed);
  return made;
}

function moved(received: ReceivedFrame, bytes: Uint8Array): ReceivedFrame {
  const { frame, segment, packet, isPartial, isLong, number } = received;
  const ahead = bytes.length - frame.length;
  const again = isLong
    ? parseLong(bytes, segment.ipOffset + ahead, segment.ipEnd - segment.ipOffset)
    : parseSegment(bytes, new Segment());
  if (segment.ipChecksum === 'right') fillIpChecksum(again);
  if (!isLong) parseSegment(bytes, again);
  again.tcpChecksum = segment.tcpChecksum;
  const known = received.known + ahead;
  return receivedOf({ frame: bytes, segment: again, packet, known, isPartial, isLong, tags: '' }, number);
}

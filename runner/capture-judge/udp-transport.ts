/** UDP between two captures. Nothing numbers datagrams: their bytes say what a frame is made of, and so does their order. */

import { equalBytes } from '../../reference-impl/wire/bytes.ts';
import { MAX_TRAILER } from '../../reference-impl/wire/ethernet.ts';
import type { Arrival } from '../judge/arrival.ts';
import { explainIncomplete } from '../judge/explain-incomplete.ts';
import type { Observed } from '../judge/observed.ts';
import { mayDropDatagram, type UdpArrival, type UdpObserved } from '../judge/udp/udp-arrival.ts';
import { udpFindings } from '../judge/udp/udp-findings.ts';
import { udpProtocol } from '../judge/udp/udp-protocol.ts';
import { movedDatagram, type ReceivedDatagram, type SentDatagram } from './datagram-frame.ts';
import type { ReceivedFrame, SentSegment } from './sides.ts';
import type { Doubtful, Known, PairLoss, Transport } from './transport.ts';

/** What a stream of datagrams is given: only these come to it. */
const sentOf = (one: Arrival): SentDatagram => one as SentDatagram;
const receivedOf = (one: Observed): ReceivedDatagram => one as ReceivedDatagram;
const payloadOf = (one: UdpArrival | UdpObserved): { from: number; length: number } => ({
  from: one.datagram.payloadOffset,
  length: one.datagram.payloadLength,
});

export const udpTransport: Transport = {
  payloadLength: (one) => ('datagram' in one ? (one as SentDatagram | ReceivedDatagram).datagram.payloadLength : 0),
  mayBegin: (first, observed) => standsAt(sentOf(first), receivedOf(observed), payloadOf(receivedOf(observed)).from),
  prepared: (run, observed) => {
    let at = payloadOf(receivedOf(observed)).from;
    for (const one of run) {
      fillAt(sentOf(one), receivedOf(observed), at);
      at += payloadOf(sentOf(one)).length;
    }
    return run;
  },
  findings: (run, observed, capabilities) => udpFindings(run.map(sentOf), receivedOf(observed), capabilities),
  afterthoughts: () => [],
  explain: (arrivals, frames, history, loss, capabilities) =>
    explainIncomplete(
      arrivals.map(sentOf),
      frames.map(receivedOf),
      history.map(({ observed, run, findings }) => ({
        observed: receivedOf(observed),
        run: run.map(sentOf),
        findings,
      })),
      loss as PairLoss,
      udpProtocol(capabilities),
    ),
  mayDrop: (segment, capabilities) => mayDropDatagram(sentOf(segment), capabilities),
  claims,
  arrived,
  isPlausible: (segment, frame) => standsAt(sentOf(segment), receivedOf(frame), payloadOf(receivedOf(frame)).from),
  isWithin: (segment, frame) => isIn(sentOf(segment), receivedOf(frame)),
  holds: (segment, frame) => payloadOf(sentOf(segment)).length > 0 && isIn(sentOf(segment), receivedOf(frame)),
  moved: (frame, bytes) => movedDatagram(receivedOf(frame), bytes),
  isCutUpBy: (segment, frame) => segment.isOversized && isCutUp(sentOf(segment), receivedOf(frame)),
  isSilent: () => false,
  fill: () => {},
  doubt,
};

/** Fewer bytes could stand in a frame by chance. */
const ENOUGH = 8;

function arrived(segments: readonly SentSegment[], frames: readonly ReceivedFrame[]): ReadonlySet<number> {
  const times = new Map<string, number>();
  const textOf = (one: SentDatagram): string => {
    const { from, length } = payloadOf(one);
    return Buffer.from(one.frame.buffer, one.frame.byteOffset + from, length).toString('latin1');
  };
  const sent = segments.map(sentOf).map((one) => ({ one, text: textOf(one) }));
  for (const { text } of sent) times.set(text, (times.get(text) ?? 0) + 1);
  const came = sent.filter(
    ({ one, text }) =>
      text.length >= ENOUGH && times.get(text) === 1 && frames.some((frame) => isIn(one, receivedOf(frame))),
  );
  return new Set(came.map(({ one }) => one.number));
}

/** Its payload, as far as both captures hold it, stands there. */
function standsAt(sent: SentDatagram, { frame, known }: ReceivedDatagram, at: number): boolean {
  const { from, length } = payloadOf(sent);
  const shown = Math.min(length, sent.known - from, known - at);
  if (at + length > frame.length) return false;
  return shown <= 0 || equalBytes(sent.frame, from, frame, at, shown);
}

function isIn(sent: SentDatagram, { frame, datagram }: ReceivedDatagram): boolean {
  const { from, length } = payloadOf(sent);
  if (length === 0) return datagram.payloadLength === 0;
  const payload = Buffer.from(
    frame.buffer,
    frame.byteOffset + datagram.payloadOffset,
    frame.length - datagram.payloadOffset,
  );
  return payload.includes(Buffer.from(sent.frame.buffer, sent.frame.byteOffset + from, length));
}

function isCutUp(sent: SentDatagram, { frame, datagram }: ReceivedDatagram): boolean {
  const { from, length } = payloadOf(sent);
  const own = datagram.payloadLength;
  if (own === 0 || own >= length) return false;
  const bytes = Buffer.from(sent.frame.buffer, sent.frame.byteOffset + from, length);
  return bytes.includes(Buffer.from(frame.buffer, frame.byteOffset + datagram.payloadOffset, own));
}

function fillAt(sent: SentDatagram, received: ReceivedDatagram, at: number): void {
  const { from, length } = payloadOf(sent);
  if (sent.known >= from + length && received.known >= at + length) return;
  for (let i = 0; i < length && at + i < received.frame.length; i++) {
    if (from + i >= sent.known && at + i < received.known) sent.frame[from + i] = received.frame[at + i] as number;
    else if (at + i >= received.known) received.frame[at + i] = sent.frame[from + i] as number;
  }
}

/**
 * All of its payload was sent, in whatever order; or it begins and ends as what was sent in one go does, and is as long;
 * or it is as long as the datagram whose Identification it has.
 */
function claims(frame: ReceivedFrame, segments: readonly SentSegment[], { history }: Known): boolean {
  const received = receivedOf(frame);
  if (received.known < received.datagram.ipEnd) return false;
  if (history.some(({ observed }) => isSame(receivedOf(observed), received))) return true;
  const sent = segments.map(sentOf);
  return isMadeOf(received, sent) || isAlteredRun(received, sent) || hasTwin(received, sent);
}

function isSame({ frame, datagram: { ipEnd } }: ReceivedDatagram, other: ReceivedDatagram): boolean {
  const isNamed = other.segment.ipVersion === 4 && other.segment.ipId !== 0;
  return isNamed && ipEnd === other.datagram.ipEnd && equalBytes(frame, 0, other.frame, 0, ipEnd);
}

function isMadeOf(received: ReceivedDatagram, sent: readonly SentDatagram[]): boolean {
  const { from, length } = payloadOf(received);
  if (length === 0) return hasTwin(received, sent);
  const longest = [...sent].filter((one) => payloadOf(one).length > 0);
  longest.sort((a, b) => payloadOf(b).length - payloadOf(a).length);
  const end = received.frame.length;
  let at = from;
  let rest = longest;
  while (at < end) {
    const next = rest.find((one) => standsAt(one, received, at));
    if (next === undefined) return at > from && (at === from + length || end - at <= MAX_TRAILER);
    rest = rest.filter((one) => one !== next);
    at += payloadOf(next).length;
  }
  return true;
}

function isAlteredRun(received: ReceivedDatagram, sent: readonly SentDatagram[]): boolean {
  const { from, length } = payloadOf(received);
  for (let first = 0; first < sent.length; first++) {
    if (!standsAt(sent[first] as SentDatagram, received, from)) continue;
    let at = from;
    for (let last = first; last < sent.length; last++) {
      const one = sent[last] as SentDatagram;
      if (at + payloadOf(one).length === from + length && last > first) {
        if (standsAt(one, received, at)) return true;
        break;
      }
      at += payloadOf(one).length;
      if (at > from + length) break;
    }
  }
  return false;
}

function hasTwin({ segment: { ipVersion, ipId }, datagram }: ReceivedDatagram, sent: readonly SentDatagram[]): boolean {
  return sent.some(
    ({ segment, datagram: own }) =>
      own.payloadLength === datagram.payloadLength && ipVersion === 4 && ipId !== 0 && segment.ipId === ipId,
  );
}

function doubt(observed: Observed, near: readonly Arrival[]): Doubtful | undefined {
  const received = receivedOf(observed);
  const { ipVersion, ipId } = received.segment;
  if (ipVersion === 4 && ipId !== 0 && !near.some(({ segment }) => segment.ipId === ipId))
    return {
      why: 'the sent capture holds no packet with its Identification: one may be missing there',
      isWhole: isMadeOf(received, near.map(sentOf)),
    };
  const inside = near.map(sentOf).filter((one) => isIn(one, received));
  const isTwice = inside.some((one, i) => inside.some((other, k) => k > i && isAlike(one, other)));
  return isTwice
    ? { why: 'datagrams with the same payload were sent: one may be missing in the sent capture', isWhole: true }
    : undefined;
}

function isAlike(a: SentDatagram, b: SentDatagram): boolean {
  const [one, other] = [payloadOf(a), payloadOf(b)];
  return one.length === other.length && equalBytes(a.frame, one.from, b.frame, other.from, one.length);
}

/**
 * UDP between two captures. Nothing numbers datagrams: only their bytes and their order show what a frame is made of.
 */

import { equalBytes } from '../../reference-impl/wire/bytes.ts';
import { ETHERNET_MINIMUM, MAX_TRAILER } from '../../reference-impl/wire/ethernet.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import type { Arrival } from '../judge/arrival.ts';
import { explainIncomplete } from '../judge/explain-incomplete.ts';
import { isSoft } from '../judge/finding.ts';
import type { Observed } from '../judge/observed.ts';
import type { Protocol } from '../judge/protocol.ts';
import type { Finding } from '../judge/types.ts';
import { mayDropDatagram, type UdpArrival, type UdpObserved } from '../judge/udp/udp-arrival.ts';
import { udpFindings } from '../judge/udp/udp-findings.ts';
import { udpProtocol } from '../judge/udp/udp-protocol.ts';
import { isCut, type Shown, withoutUnknown } from './cut-frames.ts';
import { movedDatagram, type ReceivedDatagram, type SentDatagram } from './datagram-frame.ts';
import { mayBeOfPieces } from './datagram-pieces.ts';
import { isMarkedOnTheWay, MARKED_ON_THE_WAY } from './marked-on-the-way.ts';
import type { ReceivedFrame, SentSegment } from './sides.ts';
import type { Doubtful, DoubtScene, Known, PairLoss, Transport } from './transport.ts';

/** The state of a stream of datagrams; it gets nothing else. */
const sentOf = (one: Arrival): SentDatagram => one as SentDatagram;
const receivedOf = (one: Observed): ReceivedDatagram => one as ReceivedDatagram;
const payloadOf = (one: UdpArrival | UdpObserved): { from: number; length: number } => ({
  from: one.datagram.payloadOffset,
  length: one.datagram.payloadLength,
});

export const udpTransport: Transport = {
  payloadLength: (one) => ('datagram' in one ? (one as SentDatagram | ReceivedDatagram).datagram.payloadLength : 0),
  mayBegin: (first, observed) => isAt(sentOf(first), receivedOf(observed), payloadOf(receivedOf(observed)).from),
  mayEnd: () => true,
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
      pairProtocol(capabilities),
    ),
  mayDrop: (segment, capabilities) => mayDropDatagram(sentOf(segment), capabilities),
  claims,
  isForeign: (frame) => frame.known >= receivedOf(frame).datagram.ipEnd,
  arrived,
  isPlausible: (segment, frame) => isAt(sentOf(segment), receivedOf(frame), payloadOf(receivedOf(frame)).from),
  isWithin: (segment, frame) => isIn(sentOf(segment), receivedOf(frame)),
  contains: (segment, frame) => payloadOf(sentOf(segment)).length > 0 && isIn(sentOf(segment), receivedOf(frame)),
  moved: (frame, bytes) => movedDatagram(receivedOf(frame), bytes),
  isCutUpBy: (segment, frame) => segment.maySplit && isCutUp(sentOf(segment), receivedOf(frame)),
  isSilent: () => false,
  fill,
  doubt,
  doubtOfField,
  endsUnit: (arrival) => sentOf(arrival).datagram.udpChecksum === 'wrong',
};

/** Bytes that a capture lacks are not judged. */
function pairProtocol(capabilities: Capabilities): Protocol<UdpArrival, UdpObserved> {
  const protocol = udpProtocol(capabilities);
  return {
    ...protocol,
    findingsOf: (run, observed, padding) => {
      const findings = protocol.findingsOf(run, observed, padding);
      return findings && withoutUnknown(findings, run.map(shownOf), shownOf(observed));
    },
  };
}

function shownOf(one: UdpArrival | UdpObserved): Shown {
  const { from, length } = payloadOf(one);
  return {
    frame: one.frame,
    known: (one as SentDatagram | ReceivedDatagram).known,
    payload: { from, to: from + length },
  };
}

/** A datagram that was cut: the one with its Identification, or the place in a unit where its known bytes are. */
function fill(segment: SentSegment, frame: ReceivedFrame): void {
  const [sent, received] = [sentOf(segment), receivedOf(frame)];
  if (!isCut(shownOf(sent)) && !isCut(shownOf(received))) return;
  const { from, length } = payloadOf(received);
  const own = payloadOf(sent).length;
  if (own === 0 || own > length) return;
  const shown = Math.min(sent.known - payloadOf(sent).from, own);
  for (let at = from; at + own <= from + length && shown >= ENOUGH; at += own)
    if (isAt(sent, received, at)) {
      fillAt(sent, received, at);
      return;
    }
  const { ipId, ipVersion } = sent.segment;
  if (own === length && ipVersion === 4 && ipId !== 0 && ipId === received.segment.ipId) fillAt(sent, received, from);
}

/** Fewer bytes could be in a frame by chance. */
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

/** The frame contains its payload, as far as both captures have it. */
function isAt(sent: SentDatagram, { frame, known }: ReceivedDatagram, at: number): boolean {
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
 * All of its payload was sent, in any order; or it begins, ends and is as long as datagrams that were sent one after
 * the other; or it is as long as the datagram with its Identification.
 */
function claims(frame: ReceivedFrame, segments: readonly SentSegment[], { history, frames }: Known): boolean {
  const received = receivedOf(frame);
  if (received.known < received.datagram.ipEnd) return false;
  if (history.some(({ observed }) => isSame(receivedOf(observed), received))) return true;
  const sent = segments.map(sentOf);
  const others = [...history.map(({ observed }) => receivedOf(observed)), ...frames.map(receivedOf)].filter(
    (other) => other.number !== received.number,
  );
  return isMadeOf(received, sent) || alteredIn(received, sent, others) !== undefined || hasTwin(received, sent);
}

function isSame({ frame, datagram: { ipEnd } }: ReceivedDatagram, other: ReceivedDatagram): boolean {
  const isNamed = other.segment.ipVersion === 4 && other.segment.ipId !== 0;
  return isNamed && ipEnd === other.datagram.ipEnd && equalBytes(frame, 0, other.frame, 0, ipEnd);
}

/** `isRepeating`: of several equal datagrams, the sent capture may have only one. */
function isMadeOf(received: ReceivedDatagram, sent: readonly SentDatagram[], isRepeating: boolean = false): boolean {
  const { from, length } = payloadOf(received);
  if (length === 0) return hasTwin(received, sent);
  const longest = [...sent].filter((one) => payloadOf(one).length > 0);
  longest.sort((a, b) => payloadOf(b).length - payloadOf(a).length);
  const end = received.frame.length;
  let at = from;
  let rest = longest;
  let last: SentDatagram | undefined;
  while (at < end) {
    const begin = at + paddingBefore(rest, received, at, last);
    const next = rest.find((one) => isAt(one, received, begin));
    if (next === undefined) return at >= from + length && at > from;
    if (!isRepeating) rest = rest.filter((one) => one !== next);
    at = begin + payloadOf(next).length;
    last = next;
  }
  return true;
}

/** Bytes of the previous datagram's link-layer trailer between its payload and the next one's. */
function paddingBefore(
  rest: readonly SentDatagram[],
  received: ReceivedDatagram,
  at: number,
  last: SentDatagram | undefined,
): number {
  if (last === undefined || rest.some((one) => isAt(one, received, at))) return 0;
  const lengths = [last.frame.length - last.datagram.ipEnd, ETHERNET_MINIMUM - last.datagram.ipEnd];
  const isFit = (length: number): boolean =>
    length > 0 && length <= MAX_TRAILER && rest.some((one) => isAt(one, received, at + length));
  return lengths.find(isFit) ?? 0;
}

/**
 * It is as long as datagrams that were sent one after the other, and contains all but one of them: that one, which came
 * nowhere else, was altered.
 */
function alteredIn(
  received: ReceivedDatagram,
  sent: readonly SentDatagram[],
  others: readonly ReceivedDatagram[],
): Altered | undefined {
  const { from, length } = payloadOf(received);
  for (let first = 0; first < sent.length; first++) {
    let at = from;
    let altered: Altered | undefined;
    for (let last = first; last < sent.length && at < from + length; last++) {
      const one = sent[last] as SentDatagram;
      if (!isAt(one, received, at)) {
        if (altered !== undefined) break;
        altered = { one, at };
      }
      at += payloadOf(one).length;
      if (at < from + length || last === first || altered === undefined) continue;
      const { one: own } = altered;
      if (at === from + length && !others.some((other) => isIn(own, other))) return altered;
    }
  }
  return undefined;
}

/** A datagram, and its expected place in a frame. */
interface Altered {
  readonly one: SentDatagram;
  readonly at: number;
}

/** So few bytes differ that it is no other datagram. */
function isNearly({ one, at }: Altered, { frame }: ReceivedDatagram): boolean {
  const { from, length } = payloadOf(one);
  return areNearly(one.frame, from, frame, at, length);
}

/** No other one is nearly equal: otherwise it could be a datagram that is missing. */
function isAloneOfItsKind(one: SentDatagram, sent: readonly SentDatagram[]): boolean {
  const { from, length } = payloadOf(one);
  return !sent.some((other) => {
    const its = payloadOf(other);
    const least = Math.min(length, its.length);
    return other !== one && least > 0 && areNearly(one.frame, from, other.frame, its.from, least);
  });
}

function areNearly(a: Uint8Array, from: number, b: Uint8Array, at: number, length: number): boolean {
  let same = 0;
  for (let i = 0; i < length; i++) if (a[from + i] === b[at + i]) same++;
  return same >= length - length / 8;
}

function hasTwin({ segment: { ipVersion, ipId }, datagram }: ReceivedDatagram, sent: readonly SentDatagram[]): boolean {
  return sent.some(
    ({ segment, datagram: own }) =>
      own.payloadLength === datagram.payloadLength && ipVersion === 4 && ipId !== 0 && segment.ipId === ipId,
  );
}

function doubt(
  observed: Observed,
  { near, received: all, capabilities, isDirect, isNumbered }: DoubtScene,
): Doubtful | undefined {
  const received = receivedOf(observed);
  const sent = near.map(sentOf);
  if ([received, ...sent].some((one) => isCut(shownOf(one))))
    return { why: 'a capture cut datagrams here: what it lacks may tell them apart', isWhole: true };
  const { ipId } = received.segment;
  const { payloadLength, udpChecksum } = received.datagram;
  if (isNumbered && !near.some(({ segment }) => segment.ipId === ipId))
    return { why: 'the sent capture has no packet with its Identification: one may be missing there', isWhole: true };
  const inside = sent.filter((one) => one.datagram.payloadLength > 0 && isIn(one, received));
  const filled = sent.filter((one) => one.datagram.payloadLength > 0);
  const isTwice = filled.some((one, i) => filled.some((other, k) => k > i && isAlike(one, other)));
  const isAgain = inside.some((one) =>
    all.some((other) => other.number !== observed.number && isIn(one, receivedOf(other))),
  );
  if (isTwice || isAgain || (payloadLength > 0 && isMadeOf(received, sent, true) && !isMadeOf(received, sent)))
    return { why: 'datagrams with the same payload were sent: one may be missing in the sent capture', isWhole: true };
  if (isRightAlone(received, sent, capabilities))
    return {
      why: 'by itself it is right: what does not fit may be missing in the sent capture',
      isWhole: true,
      isRight: true,
    };
  if (!isDirect && isRightReordered(received, sent, capabilities))
    return { why: 'it is right if they changed places on the way (--direct: nothing there reorders)', isWhole: true };
  const others = all.map(receivedOf).filter(({ number }) => number !== observed.number);
  const isMade = isMadeOf(received, sent);
  const altered = isMade ? undefined : alteredIn(received, sent, others);
  // The Identification identifies only the first datagram.
  if (!isMade && altered === undefined && !(isNumbered && hasTwin(received, sent)))
    return { why: 'it has bytes that the sent capture lacks', isWhole: true };
  if (altered !== undefined && !(isNearly(altered, received) && isAloneOfItsKind(altered.one, sent)))
    return { why: 'a datagram in it may be one that the sent capture lacks', isWhole: true };
  const longest = sent.reduce((most, one) => Math.max(most, one.datagram.payloadLength), 0);
  const isOne = !isNumbered && payloadLength <= longest && udpChecksum !== 'wrong';
  return isOne ? { why: 'it may be a datagram of its own that the sent capture lacks', isWhole: true } : undefined;
}

/** Some datagrams, in the order in which they were sent, make this frame. */
function isRightAlone(received: ReceivedDatagram, sent: readonly SentDatagram[], capabilities: Capabilities): boolean {
  const { from, length } = payloadOf(received);
  const run: SentDatagram[] = [];
  let at = from;
  for (const one of sent) {
    if (at === from + length && run.length > 0) break;
    if (!isAt(one, received, at)) continue;
    run.push(one);
    at += payloadOf(one).length;
  }
  const findings = at === from + length ? udpFindings(run, received, capabilities) : undefined;
  return findings?.every(isSoft) === true;
}

/** The same for datagrams that arrived in another order. */
function isRightReordered(
  received: ReceivedDatagram,
  sent: readonly SentDatagram[],
  capabilities: Capabilities,
): boolean {
  const { from, length } = payloadOf(received);
  const run: SentDatagram[] = [];
  for (let at = from; at < from + length; ) {
    const next = sent.find((one) => payloadOf(one).length > 0 && !run.includes(one) && isAt(one, received, at));
    if (next === undefined) return false;
    run.push(next);
    at += payloadOf(next).length;
  }
  const arrived = run.map((one, number) => ({ ...one, number }));
  return udpFindings(arrived, received, capabilities)?.every(isSoft) === true;
}

/** Fields that contain the ECN bits, or a sum over them. */
const OF_ECN: readonly string[] = ['ip', 'ipv4.version-ihl-tos', 'ipv6.class-label', 'ipv4.checksum'];

/** Nothing numbers these datagrams: one that was sent later may equal one that is missing. */
function doubtOfField(
  found: Finding,
  run: readonly Arrival[],
  observed: Observed,
  { near, isNumbered, isDirect }: DoubtScene,
): string | undefined {
  if (!isDirect && OF_ECN.includes(found.field) && isMarkedOnTheWay(run, observed)) return MARKED_ON_THE_WAY;
  if (mayBeOfPieces(found, run.map(sentOf), receivedOf(observed), near.map(sentOf)))
    return 'the sender’s NIC may have cut datagrams up after the capture';
  const isOrder = run.some(({ number }, i) => number < (run[i - 1]?.number ?? 0));
  return isOrder && !isNumbered ? 'a datagram with the same payload may be missing in the sent capture' : undefined;
}

/** The bytes do not distinguish them: the same payload, or its beginning. */
function isAlike(a: SentDatagram, b: SentDatagram): boolean {
  const [one, other] = [payloadOf(a), payloadOf(b)];
  return equalBytes(a.frame, one.from, b.frame, other.from, Math.min(one.length, other.length));
}

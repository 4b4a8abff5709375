/** The report on a connection of a pair of captures, as events: the segments and frames that findings concern. */

import { toHex } from '../../reference-impl/wire/bytes.ts';
import type { VectorEvent, VerdictEvent } from '../../reports/events.ts';
import { countText } from '../../vectors/count-text.ts';
import { finding, ruleNamed, verdictOf } from '../judge/finding.ts';
import type { Finding } from '../judge/types.ts';
import type { ConnectionResult } from './connection.ts';
import { howFarJudged } from './how-far-judged.ts';
import type { Incident } from './incident.ts';
import { type PacketPlaces, type PairPlaces, PLAIN_PLACES } from './packet-places.ts';

/** Lost segments to list one by one. */
const LISTED = 8;

export interface PairEvents {
  readonly vector: VectorEvent;
  readonly verdict: VerdictEvent;
}

/** The places of segments and frames in the event, by their numbers in the connection. */
interface Numbers {
  readonly sent: ReadonlyMap<number, number>;
  readonly received: ReadonlyMap<number, number>;
}

/** The report on the whole pair. */
export interface PairContext {
  readonly places?: PairPlaces;
  /** Packets that the captures dropped, in words; empty: unknown. */
  readonly drops?: string;
}

/** `notObserved`: what no connection of this pair can show. */
export function pairEvents(
  id: string,
  result: ConnectionResult,
  notObserved: readonly string[],
  { places = PLAIN_PLACES, drops = '' }: PairContext = {},
): PairEvents {
  const { counts, incidents } = result;
  const sent = [...new Map(incidents.flatMap((incident) => incident.sent).map((segment) => [segment.number, segment]))];
  sent.sort(([a], [b]) => a - b);
  const received = [
    ...new Map(incidents.flatMap((incident) => incident.received).map((one) => [one.observed.number, one])).values(),
  ];
  received.sort((a, b) => a.observed.packet - b.observed.packet);
  const numbers: Numbers = {
    sent: new Map(sent.map(([number], place) => [number, place])),
    received: new Map(received.map(({ observed }, place) => [observed.number, place])),
  };
  const findings = incidents.flatMap((incident) =>
    incident.findings.map((found) => placed(found, incident, numbers, places)),
  );
  findings.push(...lostFindings(result, places, drops));
  const { extent, left } = howFarJudged(result, places);
  const isJudged = extent !== 'not';
  if (isJudged) findings.push(...leadFindings(result, places));
  const verdict = isJudged ? verdictOf(findings) : 'unsupported';
  const { segments, frames, merged } = counts;
  const partly = { judged: '', partly: '; judged in part', not: '; not judged' }[extent];
  const title = `${result.name}: ${countText(segments, unitOf(result))} sent, ${countText(frames, 'frame')} received, ${merged} merged${partly}`;
  const vector: VectorEvent = {
    type: 'vector',
    vector: id,
    title,
    rules: [],
    level: 'must',
    flags: [],
    steps: sent.length === 0 ? [] : [...sent.map(([, { frame }]) => ({ rx: toHex(frame) })), { dpc: true }],
  };
  const indications = received.map(({ observed: { frame, isPartial }, run }) => ({
    step: sent.length,
    dpc: 0,
    frame: toHex(frame),
    oob: isPartial ? { tcpChecksum: 'partial' } : {},
    // What no finding concerns is no step.
    arrivals: run.flatMap(({ number }) => numbers.sent.get(number) ?? []),
  }));
  return {
    vector,
    verdict: {
      type: 'verdict',
      vector: id,
      verdict,
      findings: isJudged ? findings : [],
      indications,
      decisions: [],
      ratio: 1,
      notObserved: isJudged ? [...notObserved, ...left, ...hopNotes(result)] : [...notObserved],
      ...(isJudged ? {} : { reason: left.join('; ') }),
      ms: 0,
    },
  };
}

/** With the numbers of the event's steps, and the packet numbers of the captures. */
function placed(found: Finding, { sent, received }: Incident, numbers: Numbers, places: PairPlaces): Finding {
  const place = (number: number): number => numbers.sent.get(number) ?? number;
  const concerned = sent.filter(({ number }) => found.arrivals.includes(number)).map(({ packet }) => packet);
  const where = [
    packets(places.sent, concerned),
    packets(
      places.received,
      received.map(({ observed: { packet } }) => packet),
    ),
  ];
  const renumbered = (text: string): string =>
    text
      .replace(/#(\d+)/g, (_, number: string) => `#${place(Number(number))}`)
      .replace(
        /\b(indication) (\d+)/gi,
        (_, word: string, number: string) => `${word} ${numbers.received.get(Number(number)) ?? number}`,
      );
  return {
    ...found,
    arrivals: found.arrivals.map(place),
    expected: renumbered(found.expected),
    actual: renumbered(found.actual),
    message: `${renumbered(found.message)} (${where.filter((text) => text !== '').join('; ')})`,
  };
}

/** Names the packets themselves, not those between them. */
function packets(places: PacketPlaces, numbers: readonly number[]): string {
  const ranges: { first: number; last: number }[] = [];
  for (const packet of [...numbers].sort((a, b) => a - b)) {
    const range = ranges.at(-1);
    if (range !== undefined && packet <= range.last + 1) range.last = packet;
    else ranges.push({ first: packet, last: packet });
  }
  return ranges.length === 0 ? '' : places.list(ranges.slice(0, LISTED), ranges.length > LISTED);
}

/**
 * Lost on the wire or in the device: no capture shows which, so it is reported without a verdict against the device.
 */
function lostFindings(result: ConnectionResult, { sent }: PairPlaces, drops: string): Finding[] {
  const { counts, lost, acknowledged } = result;
  const missing = counts.lost - acknowledged;
  if (missing === 0) return [];
  const listed = lost.slice(0, LISTED).map(({ packet }) => packet);
  const which = listed.length === 0 ? '' : `, among them ${packets(sent, listed)}`;
  const again =
    counts.retransmitted > 0
      ? ` ${counts.retransmitted} of them ${counts.retransmitted === 1 ? 'was' : 'were'} sent again and came through.`
      : '';
  const message = `${countText(missing, unitOf(result))} went missing between the captures, on the way or in the device${which}.${again}${drops === '' ? '' : ` ${drops}: they may be among these.`}`;
  return [missed(missing, message)];
}

/** Sent before the first frame that came out: the device may have lost it, or the received capture began later. */
function leadFindings(result: ConnectionResult, { sent }: PairPlaces): Finding[] {
  const { before } = result;
  if (before.count === 0) return [];
  const { count } = before;
  const message =
    `${countText(count, unitOf(result))} before the first that came out never did (${before.text(sent)}): ` +
    'lost on the way or in the device, unless the received capture began later.';
  return [missed(count, message)];
}

function missed(count: number, message: string): Finding {
  const found = finding(
    ruleNamed('accounted-once'),
    [],
    'indications',
    '0 missing',
    `${count} missing`,
    message,
    'should',
  );
  return { ...found, doubt: 'they may have got lost on the way' };
}

function hopNotes({ hasHop }: ConnectionResult): string[] {
  return hasHop ? ['link-layer headers and TTLs (the captures stand on two sides of a hop)'] : [];
}

/** The counts. */
function unitOf({ protocol }: ConnectionResult): string {
  return protocol === 'udp' ? 'datagram' : 'segment';
}

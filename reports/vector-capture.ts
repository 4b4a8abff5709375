/**
 * A vector as packets: what was sent and what came out, each with its comments. Times are synthetic: one microsecond
 * per frame, and a visible gap wherever a DPC ends.
 */

import { fromHex } from '../reference-impl/wire/bytes.ts';
import { decisionText, findingText, indicationName, madeOf, replayText } from './case-text.ts';
import type { FindingEvent, IndicationEvent, SessionEvent, VectorEvent, VerdictEvent } from './events.ts';
import { RuleTexts } from './rule-texts.ts';

export interface CapturePacket {
  /** On which interface. */
  readonly side: 'sent' | 'indicated';
  readonly frame: Uint8Array;
  /** Microseconds since the vector began. */
  readonly microseconds: number;
  readonly comment: string;
}

/** From the last arrival of a DPC to its indications, and from those to the next DPC. */
const TO_INDICATIONS = 100;
const TO_NEXT_DPC = 1000;

/** In the order of their times. The indications of a DPC come at its end, those of a setting together with them. */
export function vectorCapture(
  session: SessionEvent | undefined,
  vector: VectorEvent,
  verdict: VerdictEvent,
): CapturePacket[] {
  const place = placeFindings(verdict);
  const rules = new RuleTexts(session?.ruleTexts);
  const packets: CapturePacket[] = [];
  let microseconds = 0;
  let dpc = 0;
  let arrival = 0;
  const emit = (side: CapturePacket['side'], hex: string, lines: readonly string[]): void => {
    const intro = packets.length === 0 ? [...introduction(session, vector, verdict), ''] : [];
    const comment = [...intro, ...lines].join('\n');
    packets.push({ side, frame: fromHex(hex) ?? new Uint8Array(0), microseconds, comment });
    microseconds++;
  };
  const indicate = (isDue: (indication: IndicationEvent) => boolean): void => {
    microseconds += TO_INDICATIONS;
    verdict.indications.forEach((indication, i) => {
      if (isDue(indication)) emit('indicated', indication.frame, indicationLines(indication, i, vector, place));
    });
    microseconds += TO_NEXT_DPC;
  };
  for (const step of vector.steps) {
    if ('rx' in step) emit('sent', step.rx, arrivalLines(verdict, arrival++, dpc, place, rules));
    else if ('wait' in step) microseconds += step.wait;
    else if ('dpc' in step) {
      const now = dpc++;
      indicate((indication) => indication.dpc === now);
    }
  }
  const last = dpc;
  indicate((indication) => indication.dpc >= last || indication.dpc < 0);
  return packets;
}

interface Places {
  /** By arrival, and by indication. */
  readonly sent: ReadonlyMap<number, readonly FindingEvent[]>;
  readonly indicated: ReadonlyMap<number, readonly FindingEvent[]>;
}

/** A finding is a comment on the frames made of its arrivals, or on an arrival that it is about or that never came out. */
function placeFindings({ findings, indications }: VerdictEvent): Places {
  const sent = new Map<number, FindingEvent[]>();
  const indicated = new Map<number, FindingEvent[]>();
  const add = (places: Map<number, FindingEvent[]>, at: number, finding: FindingEvent): void => {
    const there = places.get(at);
    if (there === undefined) places.set(at, [finding]);
    else there.push(finding);
  };
  for (const finding of findings) {
    const hit = indications.flatMap(({ arrivals }, i) =>
      finding.arrivals.some((arrival) => arrivals.includes(arrival)) ? [i] : [],
    );
    const unexplained = indications.flatMap(({ arrivals }, i) => (arrivals.length === 0 ? [i] : []));
    const on = hit.length > 0 ? hit : finding.arrivals.length > 0 ? [] : unexplained;
    for (const i of on) add(indicated, i, finding);
    if (finding.arrivals.length === 1 || on.length === 0)
      for (const arrival of finding.arrivals.length === 0 ? [0] : finding.arrivals) add(sent, arrival, finding);
  }
  return { sent, indicated };
}

function introduction(session: SessionEvent | undefined, vector: VectorEvent, verdict: VerdictEvent): string[] {
  return [
    `${verdict.verdict.toUpperCase()} ${vector.vector}: ${vector.title}`,
    ...(verdict.known === undefined ? [] : [`Known failure (${verdict.known.entry}): ${verdict.known.reason}`]),
    ...(verdict.unexpected === undefined ? [] : [verdict.unexpected.message]),
    ...(verdict.reason === undefined ? [] : [verdict.reason]),
    ...(verdict.notObserved.length === 0 ? [] : [`Not observed: ${verdict.notObserved.join(', ')}.`]),
    ...(session?.partial === undefined ? [] : [`Of a partial run: ${session.partial}.`]),
    `Again: ${replayText(session, vector.vector)}`,
    'Times are made: 1 us a frame, a gap at the end of each DPC.',
  ];
}

function arrivalLines(
  { decisions }: VerdictEvent,
  arrival: number,
  dpc: number,
  { sent }: Places,
  rules: RuleTexts,
): string[] {
  const decision = decisions.find((candidate) => candidate.arrival === arrival);
  return [
    `sent #${arrival}, DPC ${dpc}`,
    ...(decision === undefined ? [] : [`The reference: ${decisionText([decision], rules)}`]),
    ...findingLines(sent.get(arrival)),
  ];
}

function indicationLines(
  indication: IndicationEvent,
  i: number,
  { steps }: VectorEvent,
  { indicated }: Places,
): string[] {
  const values = Object.entries(indication.oob).map(([key, value]) => `${key}=${String(value)}`);
  return [
    `${indicationName(indication, i, steps)}: ${madeOf(indication)}`,
    ...(values.length === 0 ? [] : [values.join(' ')]),
    ...findingLines(indicated.get(i)),
  ];
}

function findingLines(findings: readonly FindingEvent[] = []): string[] {
  return findings.flatMap((finding) => ['', ...findingText(finding)]);
}

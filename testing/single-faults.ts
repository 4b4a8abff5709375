/**
 * Every output that a single fault makes of a short session, and the rules that alone explain it. It knows the contents
 * of an SCU and the forbidden merges, but nothing about attribution.
 */

import { rulesOfKind } from '../reference-impl/rules/index.ts';
import type { FrameStep } from '../reference-impl/step.ts';
import { buildFrame, type FrameSpec } from '../reference-impl/wire/build.ts';
import { headerFields } from '../reference-impl/wire/fields.ts';
import { DEFAULT_CAPABILITIES } from '../runner/capabilities/capabilities.ts';
import { type Arrival, arrivalsOf, isUnordered, parsed } from '../runner/judge/arrival.ts';
import { isSoft } from '../runner/judge/finding.ts';
import { checkMerge } from '../runner/judge/merge-check.ts';
import type { ObservedIndication } from '../runner/judge/types.ts';
import { positionCode } from '../vectors/position-code.ts';
import { type Scripted, scripted } from './scripted-coalescer.ts';

type Kind = Partial<FrameSpec> & {
  readonly at?: 'next' | 'again' | 'gap' | 'ack';
  readonly more?: 'window' | 'ack';
};

/** The kinds of a segment. */
export const KINDS: Readonly<Record<string, Kind>> = {
  data: {},
  push: { flags: 'AP' },
  hops: { ttl: 9 },
  fin: { flags: 'AF' },
  ce: { ecn: 3 },
  again: { at: 'again' },
  gap: { at: 'gap' },
  duplicate: { at: 'ack' },
  update: { at: 'ack', more: 'window' },
  acknowledgment: { at: 'ack', more: 'ack' },
  newer: { more: 'ack' },
  bad: { corrupt: { tcpChecksum: 'wrong' } },
  fragment: { mf: true, df: false },
  extras: { ipOptions: '01010101', extensions: [{ kind: 'hop-by-hop' }] },
  other: { sport: 77 },
  option: { options: '0402' },
};

/** One DPC with frames, and one without. */
export function sessionOf(kinds: readonly string[], ipVersion: 4 | 6): FrameStep[] {
  const ends = ipVersion === 4 ? ['10.0.0.1', '192.0.2.1'] : ['2001:db8::5', '2001:db8::1'];
  const next = new Map<number, number>();
  let ack = 1000;
  let window = 500;
  const steps = kinds.map((name, i): FrameStep => {
    const { at = 'next', more, ...fields } = KINDS[name] as Kind;
    if (more === 'window') window++;
    if (more === 'ack') ack += 10;
    const sport = fields.sport ?? 1;
    const from = next.get(sport) ?? 1000;
    const seq = at === 'again' ? from - 20 : at === 'gap' ? from + 20 : from;
    const payload = new Uint8Array(at === 'ack' ? 0 : 20);
    positionCode(`${sport}`, seq, payload);
    if (at === 'next' || at === 'gap') next.set(sport, seq + 20);
    const spec = { src: ends[0] as string, dst: ends[1] as string, sport, dport: 2, id: i + 1, seq, ack, window };
    return { rx: buildFrame({ ...spec, payload, ...fields }) };
  });
  return [...steps, { dpc: true }, { dpc: true }];
}

export interface SingleFault {
  readonly indications: readonly ObservedIndication[];
  readonly rules: ReadonlySet<string>;
}

/** Outputs of targets that do not conform. */
export function singleFaults(steps: readonly FrameStep[]): SingleFault[] {
  const arrivals = arrivalsOf(steps, false);
  const conforming = new Set<string>();
  const found = new Map<string, { readonly indications: readonly ObservedIndication[]; readonly rules: Set<string> }>();
  const add = (units: readonly Scripted[], rule: string): void => {
    const indications = scripted(steps, units);
    const key = keyOf(indications);
    const entry = found.get(key) ?? { indications, rules: new Set<string>() };
    entry.rules.add(rule);
    found.set(key, entry);
  };
  for (const units of partitions(arrivals.length)) {
    const broken = units.flatMap((unit) => forbidden(unit.map((number) => arrivals[number] as Arrival)));
    const rules = new Set([...broken, ...overtaken(units, arrivals)]);
    const plain = units.map((unit): Scripted => ({ arrivals: unit }));
    if (rules.size === 0) {
      conforming.add(keyOf(scripted(steps, plain)));
      addFaults(plain, arrivals, add);
    } else if (broken.length <= 1 && rules.size === 1) add(plain, [...rules][0] as string);
  }
  // A frame that never reached the coalescer ends nothing.
  for (const gone of arrivals) {
    for (const units of partitions(arrivals.length)) {
      const left = units
        .map((unit) => unit.filter((number) => number !== gone.number))
        .filter(({ length }) => length > 0);
      const broken = left.flatMap((unit) => forbidden(unit.map((number) => arrivals[number] as Arrival)));
      if ([...broken, ...overtaken(left, arrivals)].length > 0) continue;
      const rule = gone.segment.isPureAck ? ['I7', 'C9'] : ['I7'];
      for (const one of rule)
        add(
          left.map((unit): Scripted => ({ arrivals: unit })),
          one,
        );
    }
  }
  return [...found.entries()].filter(([key]) => !conforming.has(key)).map(([, fault]) => fault);
}

function addFaults(
  units: readonly Scripted[],
  arrivals: readonly Arrival[],
  add: (units: readonly Scripted[], rule: string) => void,
): void {
  const isOrdered = (unit: Scripted): boolean =>
    unit.arrivals.every((number) => !isUnordered((arrivals[number] as Arrival).segment));
  units.forEach((unit, i) => {
    const others = units.filter((_, j) => j !== i);
    add(others, 'I7');
    add([...units, unit], 'I7');
    add([...others, { ...unit, late: 1 }], 'I2');
    if (!isOrdered(unit)) return;
    for (const { id, field, level } of rulesOfKind('field')) {
      if (level === 'should' || field.endsWith('checksum') || field.endsWith('length')) continue;
      const first = (arrivals[unit.arrivals[0] as number] as Arrival).segment;
      const access = headerFields[field];
      if (!access.has(first) || first.tcpChecksum === 'wrong') continue;
      // High enough not to equal any other arrival’s value.
      const bit = field === 'tcp.psh' ? 8 : field === 'ip.ecn' ? 1 : 0x40;
      const change: NonNullable<Scripted['change']> = (scu) =>
        access.write(scu.bytes, scu, (access.read(scu.bytes, scu) ^ bit) >>> 0);
      add(
        units.map((one, j) => (j === i ? { ...one, change } : one)),
        id,
      );
    }
    const flip: NonNullable<Scripted['change']> = (scu) => {
      scu.bytes[scu.end - 1] = ((scu.bytes[scu.end - 1] as number) ^ 0x55) & 0xff;
    };
    const hasPayload = unit.arrivals.some((number) => (arrivals[number] as Arrival).segment.payloadLength > 0);
    const isSound = (arrivals[unit.arrivals[0] as number] as Arrival).segment.tcpChecksum !== 'wrong';
    if (hasPayload && isSound)
      add(
        units.map((one, j) => (j === i ? { ...one, change: flip } : one)),
        'H1',
      );
  });
}

/** Ordered partitions of the numbers below `count`; within a part in order. */
function partitions(count: number): number[][][] {
  if (count === 0) return [[]];
  const last = count - 1;
  return partitions(last).flatMap((units) => [
    ...units.map((_, i) => units.map((unit, j) => (i === j ? [...unit, last] : unit))),
    ...Array.from({ length: units.length + 1 }, (_, i) => [...units.slice(0, i), [last], ...units.slice(i)]),
  ]);
}

/** The rule that forbids this merge. */
function forbidden(run: readonly Arrival[]): string[] {
  if (run.length === 1) return [];
  const broken = checkMerge(run, DEFAULT_CAPABILITIES).findings.find((found) => !isSoft(found));
  return broken === undefined ? [] : [broken.rule];
}

/** I1, if a segment comes out before an earlier arrival of its stream. */
function overtaken(units: readonly (readonly number[])[], arrivals: readonly Arrival[]): string[] {
  const place = new Map(units.flatMap((unit, i) => unit.map((number) => [number, i] as const)));
  const isLater = (a: Arrival, b: Arrival): boolean =>
    a.stream !== '' && a.stream === b.stream && (place.get(a.number) ?? 0) > (place.get(b.number) ?? 0);
  return arrivals.some((a, i) => arrivals.slice(i + 1).some((b) => isLater(a, b))) ? ['I1'] : [];
}

function keyOf(indications: readonly ObservedIndication[]): string {
  return indications.map(({ step, frame }) => `${step} ${packetOf(frame)}`).join('|');
}

/** The bytes after the IP packet do not matter. */
function packetOf(frame: Uint8Array): string {
  return Buffer.from(frame.subarray(0, parsed(frame).ipEnd)).toString('latin1');
}

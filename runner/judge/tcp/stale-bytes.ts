/** B: a payload that is not what arrived, and is what another arrival holds: names it so, instead of altered bytes (H1). */

import { unchangedAfterwards } from '../../../reference-impl/rules/buffers.ts';
import { rulesOfKind } from '../../../reference-impl/rules/index.ts';
import { equalBytes, i32 } from '../../../reference-impl/wire/bytes.ts';
import { MAX_TRAILER } from '../../../reference-impl/wire/ethernet.ts';
import { seqDiff } from '../../../reference-impl/wire/seq.ts';
import { type Arrival, isUnordered } from '../arrival.ts';
import { draft, isSoft, nameArrivals } from '../finding.ts';
import { groupBy } from '../group-by.ts';
import type { Observed } from '../observed.ts';
import type { Breach, Draft } from '../types.ts';

const bufferRules = rulesOfKind('buffer');
/** Fewer bytes could be the same by chance. */
const ENOUGH = 4;
/** Of a copy of the same range, or of the whole of a short payload. */
const ENOUGH_OF_WHOLE = 2;
const MOST = 32;
/** From the IP header on: sequence number or UDP length in IPv4. */
const IN_HEADERS = 24;

/** Where bytes of the arrivals are found again. What it looks up is asked of every candidate, so it is indexed. */
export class StaleBytes {
  readonly #all: readonly Arrival[];
  #ofConnection: ReadonlyMap<string, readonly Arrival[]> | undefined;
  /** By place in the frame, and by place in the payload: whose first four bytes there are these. */
  readonly #inFrame = new Map<number, ReadonlyMap<number, readonly number[]>>();
  readonly #inPayload = new Map<number, ReadonlyMap<number, readonly number[]>>();

  constructor(all: readonly Arrival[]) {
    this.#all = all;
  }

  /** The findings on an indication, an altered payload called by its right name where the bytes tell it. */
  named(plain: readonly Draft[], run: readonly Arrival[], observed: Observed): readonly Draft[] {
    const isSilent = run.every(({ segment }) => segment.payloadLength === 0);
    const whole = isSilent ? this.whole(plain, run, observed) : undefined;
    if (whole !== undefined) return [...plain.filter(({ field }) => field === 'dpc'), whole];
    if (!plain.some(({ field }) => field === 'payload')) return plain;
    const findings = plain.map((found) =>
      found.field === 'payload' ? (this.#stale(found, observed, run) ?? found) : found,
    );
    // Of a frame that was overwritten, no header field says anything either.
    const overwritten = findings.find(({ rule }) => rule === unchangedAfterwards.id);
    return overwritten === undefined ? findings : [...findings.filter(({ field }) => field === 'dpc'), overwritten];
  }

  /** Where several fields of a lone frame are wrong, all of it may be of another. */
  whole(plain: readonly Draft[], [own, ...more]: readonly Arrival[], observed: Observed): Draft | undefined {
    if (own === undefined || more.length > 0) return undefined;
    const [first, ...others] = plain.filter((found) => !isSoft(found) && found.field !== 'dpc');
    if (first === undefined || others.length === 0) return undefined;
    const { frame } = observed;
    const at = own.segment.ipOffset + IN_HEADERS;
    if (at + ENOUGH > frame.length) return undefined;
    const isFrame = (number: number): boolean => {
      const other = this.#all[number] as Arrival;
      return other !== own && other.frame.length > frame.length && equalBytes(other.frame, 0, frame, 0, frame.length);
    };
    const source = this.#startsAt(this.#inFrame, at, () => at)
      .get(i32(frame, at))
      ?.findLast(isFrame);
    return source === undefined ? undefined : renamed(first, observed, this.#all[source] as Arrival);
  }

  #stale(found: Draft, observed: Observed, run: readonly Arrival[]): Draft | undefined {
    const { frame, segment } = observed;
    // Of a frame that was written over, nothing tells where its payload begins but what it should be.
    let at = isUnordered(segment) ? (run[0] as Arrival).segment.payloadOffset : segment.payloadOffset;
    let first: Draft | undefined;
    for (const [place, own] of run.entries()) {
      const { payloadLength: length, payloadOffset, seq } = own.segment;
      // Bytes are missing: they were lost, not written over.
      if (at + length > frame.length) return undefined;
      const i = differsFrom(own.frame.subarray(payloadOffset, payloadOffset + length), frame, at);
      const alien = frame.subarray(at + i, at + Math.min(length, i + MOST));
      at += length;
      if (alien.length < ENOUGH_OF_WHOLE) continue;
      const source = this.#sourceOf(alien, own, i, run);
      // A buffer is written over by what comes later: an earlier segment's bytes are repeated, or swapped (H1).
      if (source !== undefined && run.indexOf(source) !== -1 && run.indexOf(source) < place) return undefined;
      if (source !== undefined) first ??= renamed(found, observed, source, (seq + i) >>> 0);
    }
    // More than was there is no overwritten unit.
    return frame.length - at > MAX_TRAILER ? undefined : first;
  }

  /** A copy of the same range; else the last arrival with these bytes at the same place: it used the buffer last. */
  #sourceOf(alien: Uint8Array, own: Arrival, offset: number, run: readonly Arrival[]): Arrival | undefined {
    const seq = (own.segment.seq + offset) >>> 0;
    this.#ofConnection ??= groupBy(this.#all, ({ connection }) => connection);
    const copy = this.#ofConnection
      .get(own.connection)
      ?.find((other) => isCopy(other, alien, seq) && !run.includes(other));
    return copy ?? (alien.length < ENOUGH ? this.#lastWhole(alien, own) : this.#lastHolder(alien, own, offset));
  }

  /** All of its payload, of the same length: too short to be looked up. */
  #lastWhole(alien: Uint8Array, own: Arrival): Arrival | undefined {
    if (alien.length !== own.segment.payloadLength) return undefined;
    const isWhole = ({ frame, segment }: Arrival): boolean =>
      segment.kind === 'segment' &&
      segment.payloadLength === alien.length &&
      equalBytes(frame, segment.payloadOffset, alien, 0, alien.length);
    return this.#all.findLast((other) => other !== own && isWhole(other));
  }

  /** At the same offset of the frame, or of its payload: wherever such a buffer begins. */
  #lastHolder(alien: Uint8Array, own: Arrival, offset: number): Arrival | undefined {
    const first = i32(alien, 0);
    const frameAt = own.segment.payloadOffset + offset;
    const inFrame = this.#startsAt(this.#inFrame, frameAt, () => frameAt).get(first) ?? [];
    const payloadAt = ({ segment }: Arrival): number =>
      segment.kind === 'segment' ? segment.payloadOffset + offset : Number.POSITIVE_INFINITY;
    const inPayload = this.#startsAt(this.#inPayload, offset, payloadAt).get(first) ?? [];
    const holds = (number: number, at: number): boolean => {
      const other = this.#all[number] as Arrival;
      return other !== own && equalBytes(other.frame, at, alien, 0, alien.length);
    };
    const last = Math.max(
      inFrame.findLast((number) => holds(number, frameAt)) ?? -1,
      inPayload.findLast((number) => holds(number, payloadAt(this.#all[number] as Arrival))) ?? -1,
    );
    return this.#all[last];
  }

  /** Places in `all`, by the four bytes that the frames hold there. */
  #startsAt(
    index: Map<number, ReadonlyMap<number, readonly number[]>>,
    key: number,
    placeIn: (arrival: Arrival) => number,
  ): ReadonlyMap<number, readonly number[]> {
    const known = index.get(key);
    if (known !== undefined) return known;
    const starts = new Map<number, number[]>();
    for (const [i, arrival] of this.#all.entries()) {
      const at = placeIn(arrival);
      if (at + ENOUGH > arrival.frame.length) continue;
      const start = i32(arrival.frame, at);
      const others = starts.get(start);
      if (others === undefined) starts.set(start, [i]);
      else others.push(i);
    }
    index.set(key, starts);
    return starts;
  }
}

/** The bytes tell which arrival they are of. */
export function isStale({ rule }: Breach): boolean {
  return bufferRules.some(({ id }) => id === rule);
}

/** Where these bytes differ from those in the frame; their length: nowhere. */
function differsFrom(own: Uint8Array, frame: Uint8Array, at: number): number {
  let i = 0;
  while (i < own.length && own[i] === frame[at + i]) i++;
  return i;
}

function isCopy({ segment, frame }: Arrival, alien: Uint8Array, seq: number): boolean {
  const offset = seqDiff(seq, segment.seq);
  return (
    offset >= 0 &&
    offset + alien.length <= segment.payloadLength &&
    equalBytes(frame, segment.payloadOffset + offset, alien, 0, alien.length)
  );
}

/** `seq`: of the first byte that is the source's; undefined: of its headers. */
function renamed(found: Draft, observed: Observed, source: Arrival, seq?: number): Draft | undefined {
  const { segment } = source;
  const offset = seq === undefined ? -1 : seqDiff(seq, segment.seq);
  const isSameRange = source.connection === observed.connection && offset >= 0 && offset < segment.payloadLength;
  const evidence = { isSameRange, cameAfterIndication: source.step > observed.step };
  const rule = bufferRules.find((one) => one.breached(evidence));
  if (rule === undefined) return undefined;
  const part = seq === undefined ? 'frame' : 'payload';
  return draft(rule, found.arrivals, part, () => {
    const { expected, actual } = found.words();
    const message = `${nameArrivals(found.arrivals)}: the ${part} holds bytes of #${source.number}: ${rule.summary}`;
    return [expected, actual, message];
  });
}

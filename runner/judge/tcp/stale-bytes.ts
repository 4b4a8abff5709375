/** B: reports a payload that contains the bytes of another arrival as stale, not as altered (H1). */

import { unchangedAfterwards } from '../../../reference-impl/rules/buffers.ts';
import { rulesOfKind } from '../../../reference-impl/rules/index.ts';
import { equalBytes, i32 } from '../../../reference-impl/wire/bytes.ts';
import { MAX_TRAILER } from '../../../reference-impl/wire/ethernet.ts';
import { seqDiff } from '../../../reference-impl/wire/seq.ts';
import { type Arrival, isUnordered } from '../arrival.ts';
import { ENOUGH_BYTES } from '../enough-bytes.ts';
import { draft, isSoft, nameArrivals } from '../finding.ts';
import { groupBy } from '../group-by.ts';
import type { Observed } from '../observed.ts';
import type { Breach, Draft } from '../types.ts';

const bufferRules = rulesOfKind('buffer');
/** The same, for a copy of the same range, or for a whole short payload. */
const ENOUGH_OF_WHOLE = 2;
const MOST = 32;
/** Offset from the IP header: the sequence number, or the UDP length, in IPv4. */
const IN_HEADERS = 24;

/** Finds where bytes of arrivals occur. It is called for every candidate, so it uses an index. */
export class StaleBytes {
  readonly #all: readonly Arrival[];
  #ofConnection: ReadonlyMap<string, readonly Arrival[]> | undefined;
  /** By place in the frame, and by place in the payload: the arrivals with these four bytes there. */
  readonly #inFrame = new Map<number, ReadonlyMap<number, readonly number[]>>();
  readonly #inPayload = new Map<number, ReadonlyMap<number, readonly number[]>>();

  constructor(all: readonly Arrival[]) {
    this.#all = all;
  }

  /** The findings on an indication. An altered payload is reported as stale where the bytes prove it. */
  named(plain: readonly Draft[], run: readonly Arrival[], observed: Observed): readonly Draft[] {
    const isSilent = run.every(({ segment }) => segment.payloadLength === 0);
    const whole = isSilent ? this.whole(plain, run, observed) : undefined;
    if (whole !== undefined) return [...plain.filter(({ field }) => field === 'dpc'), whole];
    if (!plain.some(({ field }) => field === 'payload')) return plain;
    const findings = plain.map((found) =>
      found.field === 'payload' ? (this.#stale(found, observed, run) ?? found) : found,
    );
    // If the frame was overwritten, its header fields prove nothing either.
    const overwritten = findings.find(({ rule }) => rule === unchangedAfterwards.id);
    return overwritten === undefined ? findings : [...findings.filter(({ field }) => field === 'dpc'), overwritten];
  }

  /** If several fields of a lone frame are wrong, the whole frame may be another's. */
  whole(plain: readonly Draft[], [own, ...more]: readonly Arrival[], observed: Observed): Draft | undefined {
    if (own === undefined || more.length > 0) return undefined;
    const [first, ...others] = plain.filter((found) => !isSoft(found) && found.field !== 'dpc');
    if (first === undefined || others.length === 0) return undefined;
    const { frame } = observed;
    const at = own.segment.ipOffset + IN_HEADERS;
    if (at + ENOUGH_BYTES > frame.length) return undefined;
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
    // The header of an overwritten frame does not show where its payload begins; the expected frame does.
    let at = isUnordered(segment) ? (run[0] as Arrival).segment.payloadOffset : segment.payloadOffset;
    let first: Draft | undefined;
    for (const [place, own] of run.entries()) {
      const { payloadLength: length, payloadOffset, seq } = own.segment;
      // Bytes are missing: they were lost, not overwritten.
      if (at + length > frame.length) return undefined;
      const i = differsFrom(own.frame.subarray(payloadOffset, payloadOffset + length), frame, at);
      const alien = frame.subarray(at + i, at + Math.min(length, i + MOST));
      at += length;
      if (alien.length < ENOUGH_OF_WHOLE) continue;
      const source = this.#sourceOf(alien, own, i, run);
      // Later segments overwrite a buffer. The bytes of an earlier segment are repeated, or swapped (H1).
      if (source !== undefined && run.indexOf(source) !== -1 && run.indexOf(source) < place) return undefined;
      if (source !== undefined) first ??= renamed(found, observed, source, (seq + i) >>> 0);
    }
    // A longer unit than expected was not overwritten.
    return frame.length - at > MAX_TRAILER ? undefined : first;
  }

  /** A copy of the same range; else the last arrival with these bytes at the same place: it used the buffer last. */
  #sourceOf(alien: Uint8Array, own: Arrival, offset: number, run: readonly Arrival[]): Arrival | undefined {
    const seq = (own.segment.seq + offset) >>> 0;
    this.#ofConnection ??= groupBy(this.#all, ({ connection }) => connection);
    const copy = this.#ofConnection
      .get(own.connection)
      ?.find((other) => isCopy(other, alien, seq) && !run.includes(other));
    return copy ?? (alien.length < ENOUGH_BYTES ? this.#lastWhole(alien, own) : this.#lastHolder(alien, own, offset));
  }

  /** Its whole payload, of the same length, is too short for the index. */
  #lastWhole(alien: Uint8Array, own: Arrival): Arrival | undefined {
    if (alien.length !== own.segment.payloadLength) return undefined;
    const isWhole = ({ frame, segment }: Arrival): boolean =>
      segment.kind === 'segment' &&
      segment.payloadLength === alien.length &&
      equalBytes(frame, segment.payloadOffset, alien, 0, alien.length);
    return this.#all.findLast((other) => other !== own && isWhole(other));
  }

  /** At the same offset of the frame or of its payload, since a buffer may begin at either. */
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

  /** Places in `all`, by the four bytes at this offset of the frames. */
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
      if (at + ENOUGH_BYTES > arrival.frame.length) continue;
      const start = i32(arrival.frame, at);
      const others = starts.get(start);
      if (others === undefined) starts.set(start, [i]);
      else others.push(i);
    }
    index.set(key, starts);
    return starts;
  }
}

/** The bytes show which arrival they are from. */
export function isStale({ rule }: Breach): boolean {
  return bufferRules.some(({ id }) => id === rule);
}

/** The first place where these bytes differ from the frame; their length if they do not. */
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

/** `seq`: sequence number of the source's first byte; undefined: the bytes are from its headers. */
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

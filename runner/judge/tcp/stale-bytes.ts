/** B: a payload that is not what arrived, and is what another arrival holds: names it so, instead of altered bytes (H1). */

import { unchangedAfterwards } from '../../../reference-impl/rules/buffers.ts';
import { rulesOfKind } from '../../../reference-impl/rules/index.ts';
import { equalBytes } from '../../../reference-impl/wire/bytes.ts';
import { seqDiff } from '../../../reference-impl/wire/seq.ts';
import { type Arrival, isLoose } from '../arrival.ts';
import { finding, nameArrivals } from '../finding.ts';
import type { Observed } from '../observed.ts';
import type { Match } from '../protocol.ts';
import type { Finding } from '../types.ts';

const bufferRules = rulesOfKind('buffer');
/** Fewer bytes could be the same by chance. */
const ENOUGH = 4;
const MOST = 32;

/** The match's findings, an altered payload called by its right name where the bytes tell it. */
export function namedStale(
  { observed, run, findings: plain }: Match<Arrival, Observed>,
  all: readonly Arrival[],
): readonly Finding[] {
  const findings = plain.map((found) =>
    found.field === 'payload' ? (stale(found, observed, run, all) ?? found) : found,
  );
  // Of a frame that was overwritten, no header field says anything either.
  const overwritten = findings.find(({ rule }) => rule === unchangedAfterwards.id);
  return overwritten === undefined ? findings : [overwritten];
}

function stale(
  found: Finding,
  observed: Observed,
  run: readonly Arrival[],
  all: readonly Arrival[],
): Finding | undefined {
  const { frame, segment } = observed;
  // Of a frame that was written over, nothing tells where its payload begins but what it should be.
  let at = isLoose(segment) ? (run[0] as Arrival).segment.payloadOffset : segment.payloadOffset;
  let first: Finding | undefined;
  for (const [place, own] of run.entries()) {
    const { payloadLength: length, payloadOffset, seq } = own.segment;
    // Bytes are missing: they were lost, not written over.
    if (at + length > frame.length) return undefined;
    const i = differsFrom(own.frame.subarray(payloadOffset, payloadOffset + length), frame, at);
    const alien = frame.subarray(at + i, at + Math.min(length, i + MOST));
    at += length;
    if (alien.length < ENOUGH) continue;
    const source = sourceOf(alien, own, i, run, all);
    // A buffer is written over by what comes later: an earlier segment's bytes are repeated, or swapped (H1).
    if (source !== undefined && run.indexOf(source) !== -1 && run.indexOf(source) < place) return undefined;
    if (source !== undefined) first ??= renamed(found, observed, source, (seq + i) >>> 0);
  }
  return first;
}

/** Where these bytes differ from those in the frame; their length: nowhere. */
function differsFrom(own: Uint8Array, frame: Uint8Array, at: number): number {
  let i = 0;
  while (i < own.length && own[i] === frame[at + i]) i++;
  return i;
}

/** A copy of the same range; else whoever came last with these bytes at the same place: it was the last to use the buffer. */
function sourceOf(
  alien: Uint8Array,
  own: Arrival,
  offset: number,
  run: readonly Arrival[],
  all: readonly Arrival[],
): Arrival | undefined {
  const seq = (own.segment.seq + offset) >>> 0;
  const copy = all.find(
    (other) => !run.includes(other) && other.connection === own.connection && isCopy(other, alien, seq),
  );
  return copy ?? all.findLast((other) => other !== own && holdsAt(other, alien, own.segment.payloadOffset, offset));
}

function isCopy({ segment, frame }: Arrival, alien: Uint8Array, seq: number): boolean {
  const offset = seqDiff(seq, segment.seq);
  return (
    offset >= 0 &&
    offset + alien.length <= segment.payloadLength &&
    equalBytes(frame, segment.payloadOffset + offset, alien, 0, alien.length)
  );
}

/** At the same offset of the frame, or of its payload: wherever such a buffer begins. */
function holdsAt({ frame, segment }: Arrival, alien: Uint8Array, payloadOffset: number, offset: number): boolean {
  const isAt = (at: number): boolean =>
    at + alien.length <= frame.length && equalBytes(frame, at, alien, 0, alien.length);
  return isAt(payloadOffset + offset) || (segment.kind === 'segment' && isAt(segment.payloadOffset + offset));
}

function renamed(found: Finding, observed: Observed, source: Arrival, seq: number): Finding | undefined {
  const { segment } = source;
  const offset = seqDiff(seq, segment.seq);
  const isSameRange = source.connection === observed.connection && offset >= 0 && offset < segment.payloadLength;
  const evidence = { isSameRange, cameAfterIndication: source.step > observed.step };
  const rule = bufferRules.find((one) => one.breached(evidence));
  if (rule === undefined) return undefined;
  const message = `${nameArrivals(found.arrivals)}: the payload holds bytes of #${source.number}: ${rule.summary}`;
  return finding(rule, found.arrivals, found.field, found.expected, found.actual, message);
}

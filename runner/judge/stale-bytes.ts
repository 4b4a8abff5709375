/** B: a payload that is not what arrived, and is what another arrival holds: names it so, instead of altered bytes (H1). */

import { rulesOfKind } from '../../reference-impl/rules/index.ts';
import { equalBytes } from '../../reference-impl/wire/bytes.ts';
import { seqDiff } from '../../reference-impl/wire/seq.ts';
import type { Arrival } from './arrival.ts';
import type { Match } from './attribute.ts';
import { finding, nameArrivals } from './finding.ts';
import type { Observed } from './observed.ts';
import type { Finding } from './types.ts';

const bufferRules = rulesOfKind('buffer');
/** Fewer bytes could be the same by chance. */
const ENOUGH = 4;
const MOST = 32;

/** The match's findings, an altered payload called by its right name where the bytes tell it. */
export function namedStale({ observed, run, explanation }: Match, all: readonly Arrival[]): readonly Finding[] {
  return explanation.findings.map((found) =>
    found.rule === 'H1' && found.field === 'payload' ? (stale(found, observed, run, all) ?? found) : found,
  );
}

function stale(
  found: Finding,
  observed: Observed,
  run: readonly Arrival[],
  all: readonly Arrival[],
): Finding | undefined {
  const { frame, segment } = observed;
  let at = segment.payloadOffset;
  for (const { frame: own, segment: arrived } of run) {
    const length = Math.min(arrived.payloadLength, frame.length - at);
    for (let i = 0; i < length; i++) {
      if (frame[at + i] === own[arrived.payloadOffset + i]) continue;
      // Every altered place of the run is looked at: the first need not be long enough to tell.
      const alien = frame.subarray(at + i, at + Math.min(length, i + MOST));
      const seq = (arrived.seq + i) >>> 0;
      const source = alien.length < ENOUGH ? undefined : sourceOf(alien, seq, run, all);
      if (source !== undefined) return renamed(found, observed, source, seq);
      break;
    }
    at += length;
  }
  return undefined;
}

/** A copy of the same range first; else whoever came last, for the last to use a buffer leaves its bytes there. */
function sourceOf(
  alien: Uint8Array,
  seq: number,
  run: readonly Arrival[],
  all: readonly Arrival[],
): Arrival | undefined {
  const others = all.filter((arrival) => !run.includes(arrival) && holds(arrival.frame, alien));
  const [first] = run;
  return (
    others.find((arrival) => arrival.connection === first?.connection && isCopy(arrival, alien, seq)) ??
    others.at(-1) ??
    run.find((arrival) => holds(arrival.frame, alien))
  );
}

function isCopy({ segment, frame }: Arrival, alien: Uint8Array, seq: number): boolean {
  const offset = seqDiff(seq, segment.seq);
  return (
    offset >= 0 &&
    offset + alien.length <= segment.payloadLength &&
    equalBytes(frame, segment.payloadOffset + offset, alien, 0, alien.length)
  );
}

function holds(frame: Uint8Array, alien: Uint8Array): boolean {
  for (let at = 0; at + alien.length <= frame.length; at++)
    if (frame[at] === alien[0] && equalBytes(frame, at, alien, 0, alien.length)) return true;
  return false;
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

/**
 * Explains what no in-order attribution could: frames out of order, repeated, made of several connections or of
 * frames that are no segments, or of nothing that arrived. It names the fault; that there is one is already known.
 */

import { equalBytes, toHex } from '../../reference-impl/wire/bytes.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import { type Arrival, isLoose } from './arrival.ts';
import type { Match } from './attribute.ts';
import { chainOf } from './chain-of.ts';
import { explainRun } from './explain-run.ts';
import type { Explanation } from './explanation.ts';
import { finding, isSoft, nameArrivals, ruleNamed, WEIGHT } from './finding.ts';
import type { Observed } from './observed.ts';
import { orderFinding } from './order-finding.ts';
import { swallowedBy } from './swallowed.ts';
import type { Finding } from './types.ts';
import { widen } from './widen.ts';

export interface Leftovers {
  readonly all: readonly Arrival[];
  readonly matches: readonly Match[];
  readonly arrivals: readonly Arrival[];
  readonly indications: readonly Observed[];
}

export interface Repair {
  readonly matches: readonly Match[];
  readonly findings: readonly Finding[];
  /** Arrivals that a repeated or displaced indication is made of, by its number. */
  readonly attributed: ReadonlyMap<number, readonly number[]>;
}

export function repair(leftovers: Leftovers, capabilities: Capabilities): Repair {
  const lost = new Set(leftovers.arrivals);
  const findings: Finding[] = [];
  const attributed = new Map<number, readonly number[]>();
  const matches = leftovers.matches.map((match) => widen(match, lost, leftovers.all, capabilities));
  const widened = matches.filter((match, i) => match !== leftovers.matches[i]);
  for (const observed of leftovers.indications) {
    if (release(observed, matches, lost, capabilities)) continue;
    const found = explainLeftover(observed, lost, leftovers, capabilities);
    findings.push(...found.findings);
    attributed.set(
      observed.number,
      found.run.map(({ number }) => number),
    );
    for (const arrival of found.run) lost.delete(arrival);
  }
  const cameOut = new Set([
    ...matches.flatMap(({ run }) => run.map(({ number }) => number)),
    ...[...attributed.values()].flat(),
  ]);
  const scattered = widened.filter((match) => matches.includes(match));
  findings.unshift(...scattered.flatMap(({ run }) => overtakenFindings(run, leftovers.all, cameOut)));
  for (const arrival of lost) findings.push(lostFinding(arrival));
  // Nothing that would conform explains all of this: what remains is the order.
  const isSilent = [findings, ...matches.map(({ explanation }) => explanation.findings)].flat().every(isSoft);
  if (isSilent) findings.push(...scattered.map(({ run, observed }) => orderFinding('arrival-order', run, observed)));
  return { matches, findings, attributed };
}

/** I1: what came between the segments of a merge, and did come out, was overtaken by some of them or overtook others. */
function overtakenFindings(
  run: readonly Arrival[],
  all: readonly Arrival[],
  cameOut: ReadonlySet<number>,
): readonly Finding[] {
  const merged = run.map(({ number }) => number);
  const [first = 0] = merged;
  const last = merged.at(-1) ?? 0;
  const between = all.filter(
    ({ number, stream }) =>
      number > first && number < last && stream === run[0]?.stream && cameOut.has(number) && !merged.includes(number),
  );
  if (between.length === 0) return [];
  const numbers = between.map(({ number }) => number);
  const message = `${nameArrivals(numbers)} came out of order: ${nameArrivals(merged)} were merged around it.`;
  const where = `around #${numbers[0]}`;
  return [finding(ruleNamed('arrival-order'), numbers, 'order', 'arrival order', where, message)];
}

/**
 * An arrival that came out alone was not merged as well, if what was merged is explained without it just as well, or by a
 * lost frame with the same bytes that is no segment. True where nothing more is to be said of the indication.
 */
function release(observed: Observed, matches: Match[], lost: Set<Arrival>, capabilities: Capabilities): boolean {
  for (const [at, match] of matches.entries()) {
    if (match.run.length < 2) continue;
    const alone = match.run.find(
      (arrival) => explainRun([arrival], observed, capabilities).cost < WEIGHT.forbiddenMerge,
    );
    if (alone === undefined) continue;
    const run = match.run.filter((arrival) => arrival !== alone);
    const explanation = explainRun(run, match.observed, capabilities);
    if (explanation.cost <= match.explanation.cost && explanation.cost < WEIGHT.alteredBytes) {
      matches[at] = { observed: match.observed, run, explanation };
      lost.add(alone);
      return false;
    }
    const swallowed = swallowedBy(match.observed, run, lost);
    if (swallowed === undefined) continue;
    matches[at] = swallowed.match;
    matches.push({ observed, run: [alone], explanation: explainRun([alone], observed, capabilities) });
    lost.delete(swallowed.arrival);
    return true;
  }
  return false;
}

interface LeftoverExplanation {
  readonly run: readonly Arrival[];
  readonly findings: readonly Finding[];
}

function explainLeftover(
  observed: Observed,
  lost: ReadonlySet<Arrival>,
  { all, matches }: Leftovers,
  capabilities: Capabilities,
): LeftoverExplanation {
  const missing = all.filter((arrival) => lost.has(arrival));
  const displaced = displacedRun(observed, missing, capabilities);
  if (displaced !== undefined) return displaced;
  const chain = chainOf(observed, missing);
  if (chain !== undefined && chain.length > 0) {
    const explanation = explainRun(chain, observed, capabilities);
    if (explanation.findings.length > 0) return { run: chain, findings: explanation.findings };
  }
  const repeated = repeatedOf(observed, matches);
  if (repeated !== undefined) return { run: [], findings: [repeated] };
  return unexplained(observed, missing, capabilities);
}

/** What is missing, and would explain this indication, came out of order. */
function displacedRun(
  observed: Observed,
  missing: readonly Arrival[],
  capabilities: Capabilities,
): LeftoverExplanation | undefined {
  let best: { run: readonly Arrival[]; explanation: Explanation } | undefined;
  for (const run of runsOf(observed, missing)) {
    const explanation = explainRun(run, observed, capabilities);
    if (
      explanation.cost < WEIGHT.alteredBytes &&
      explanation.cost < (best?.explanation.cost ?? Number.POSITIVE_INFINITY)
    ) {
      best = { run, explanation };
    }
  }
  if (best === undefined) return undefined;
  const isJudged = best.run.some(({ stream }) => stream !== '');
  const findings =
    isJudged && observed.stream === best.run[0]?.stream ? [orderFinding('arrival-order', best.run, observed)] : [];
  return { run: best.run, findings: [...findings, ...best.explanation.findings] };
}

/** Neighbours in one stream, not more than the indication can hold; and what of its own stream adds up to it. */
function* runsOf(observed: Observed, missing: readonly Arrival[]): Generator<readonly Arrival[]> {
  for (const stream of new Set(missing.map((arrival) => arrival.stream))) {
    const members = missing.filter((arrival) => arrival.stream === stream);
    const longest = stream === '' ? 1 : members.length;
    for (let from = 0; from < members.length; from++) {
      let held = 0;
      for (let to = from + 1; to <= members.length && to - from <= longest && held <= observed.frame.length; to++) {
        held += (members[to - 1] as Arrival).segment.payloadLength;
        yield members.slice(from, to);
      }
    }
  }
  const chain = chainOf(
    observed,
    missing.filter(({ stream }) => stream === observed.stream),
  );
  if (chain !== undefined && chain.length > 1) yield chain;
}

function repeatedOf(observed: Observed, matches: readonly Match[]): Finding | undefined {
  const once = ruleNamed('accounted-once');
  for (const { observed: earlier, run } of matches) {
    const numbers = run.map(({ number }) => number);
    const message = `${nameArrivals(numbers)} came out twice: indication ${observed.number} repeats it.`;
    const again = finding(once, numbers, 'indications', '1', '2', message);
    const end = earlier.segment.ipEnd;
    const last = run.at(-1);
    // What had not arrived when it was indicated cannot be repeated: it was written over what had been indicated.
    const isLater = last !== undefined && last.step > observed.step;
    if (
      earlier.number !== observed.number &&
      observed.frame.length >= end &&
      equalBytes(earlier.frame, 0, observed.frame, 0, end)
    ) {
      return isLater ? overwritten(observed, numbers) : again;
    }
    const inside = run.find(
      ({ frame, segment }) =>
        observed.frame.length >= segment.ipEnd && equalBytes(frame, 0, observed.frame, 0, segment.ipEnd),
    );
    if (inside !== undefined) {
      if (inside.step > observed.step) return overwritten(observed, [inside.number]);
      const copy = `#${inside.number} came out twice: in a merged unit, and alone as indication ${observed.number}.`;
      return finding(once, [inside.number], 'indications', '1', '2', copy);
    }
  }
  return undefined;
}

function overwritten({ number }: Observed, later: readonly number[]): Finding {
  const message = `Indication ${number} holds the bytes of ${nameArrivals(later)}, which had not arrived when it was indicated.`;
  const rule = ruleNamed('unchanged-afterwards');
  return finding(rule, later, 'frame', 'as it was indicated', 'the bytes of a later arrival', message);
}

/** The nearest missing arrival, if there is one: what of it is wrong. Else a frame that nothing explains. */
function unexplained(observed: Observed, missing: readonly Arrival[], capabilities: Capabilities): LeftoverExplanation {
  let best: { run: readonly Arrival[]; explanation: Explanation } | undefined;
  for (const arrival of missing) {
    if (isLoose(arrival.segment) || isLoose(observed.segment)) continue;
    const explanation = explainRun([arrival], observed, capabilities);
    if (explanation.cost < (best?.explanation.cost ?? Number.POSITIVE_INFINITY)) best = { run: [arrival], explanation };
  }
  if (best !== undefined && best.explanation.findings.length > 0)
    return { run: best.run, findings: best.explanation.findings };
  const alike = missing.find((arrival) => isLoose(arrival.segment) && observed.step > arrival.step);
  if (alike !== undefined && isLoose(observed.segment)) {
    const message = `#${alike.number} did not go up as it came.`;
    const rule = ruleNamed(alike.segment.kind === 'other' ? 'not-a-whole-segment' : 'one-ordinary-segment');
    return {
      run: [alike],
      findings: [finding(rule, [alike.number], 'frame', short(alike.frame), short(observed.frame), message)],
    };
  }
  const message = `Indication ${observed.number} is made of nothing that arrived.`;
  return {
    run: [],
    findings: [finding(ruleNamed('accounted-once'), [], 'indications', 'none', short(observed.frame), message)],
  };
}

function short(frame: Uint8Array): string {
  const hex = toHex(frame.subarray(0, 64));
  return frame.length > 64 ? `${hex}... (${frame.length} bytes)` : hex;
}

function lostFinding(arrival: Arrival): Finding {
  const once = ruleNamed('accounted-once');
  const { kind, isPureAck } = arrival.segment;
  const isFragment = kind === 'first-fragment' || kind === 'later-fragment';
  const what = kind === 'other' ? 'frame' : isFragment ? 'fragment' : isPureAck ? 'pure ACK' : 'segment';
  const message = `The ${what} #${arrival.number} never came out.`;
  return finding(once, [arrival.number], 'indications', '1', '0', message);
}

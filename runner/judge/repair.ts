/**
 * Explains what no in-order attribution could: frames out of order, repeated, made of several connections or of
 * frames that are no segments, or of nothing that arrived. It names the fault; that there is one is already known.
 */

import { equalBytes, toHex } from '../../reference-impl/wire/bytes.ts';
import type { Capabilities } from '../capabilities.ts';
import { type Arrival, isLoose } from './arrival.ts';
import type { Match } from './attribute.ts';
import { type Explanation, explainRun } from './explain-run.ts';
import { finding, nameArrivals, ruleNamed, WEIGHT } from './finding.ts';
import type { Observed } from './observed.ts';
import type { Finding } from './types.ts';

const SHOWN_BYTES = 20;
/** Where a payload would start behind option-less headers: enough to recognise bytes of a frame that is no segment. */
const USUAL_PAYLOAD = { 0: 54, 4: 54, 6: 74 } as const;

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
  const matches = leftovers.matches.map((match) => widened(match, lost, leftovers.all, capabilities));
  for (const observed of leftovers.indications) {
    release(observed, matches, lost, capabilities);
    const found = explainLeftover(observed, lost, leftovers, capabilities);
    findings.push(...found.findings);
    attributed.set(
      observed.number,
      found.run.map(({ number }) => number),
    );
    for (const arrival of found.run) lost.delete(arrival);
  }
  for (const arrival of lost) findings.push(lostFinding(arrival));
  return { matches, findings, attributed };
}

/** An arrival that came out alone was not merged as well, if what was merged is explained without it just as well. */
function release(observed: Observed, matches: Match[], lost: Set<Arrival>, capabilities: Capabilities): void {
  for (const [at, match] of matches.entries()) {
    if (match.run.length < 2) continue;
    const alone = match.run.find(
      (arrival) => explainRun([arrival], observed, capabilities).cost < WEIGHT.forbiddenMerge,
    );
    if (alone === undefined) continue;
    const run = match.run.filter((arrival) => arrival !== alone);
    const explanation = explainRun(run, match.observed, capabilities);
    if (explanation.cost > match.explanation.cost || explanation.cost >= WEIGHT.alteredBytes) continue;
    matches[at] = { observed: match.observed, run, explanation };
    lost.add(alone);
    return;
  }
}

/** An explanation with altered bytes may be a merge with something else: another connection, or no segment at all. */
function widened(match: Match, lost: Set<Arrival>, all: readonly Arrival[], capabilities: Capabilities): Match {
  if (match.explanation.cost < WEIGHT.alteredBytes || lost.size === 0) return match;
  const chain = chainOf(
    match.observed,
    all.filter((arrival) => lost.has(arrival) || match.run.includes(arrival)),
  );
  if (chain !== undefined && chain.length > 1) {
    const explanation = explainRun(chain, match.observed, capabilities);
    if (explanation.cost < match.explanation.cost) {
      for (const arrival of chain) lost.delete(arrival);
      for (const arrival of match.run) if (!chain.includes(arrival)) lost.add(arrival);
      return { observed: match.observed, run: chain, explanation };
    }
  }
  const swallowed = [...lost].find((arrival) => isLoose(arrival.segment) && holdsBytesOf(match.observed, arrival));
  if (swallowed === undefined) return match;
  lost.delete(swallowed);
  const found = swallowedFinding(swallowed, match.run);
  const explanation: Explanation = { cost: WEIGHT.forbiddenMerge, findings: [found] };
  return { observed: match.observed, run: [...match.run, swallowed], explanation };
}

/** Arrivals, in their order, whose payloads together are the indication's. */
function chainOf(observed: Observed, arrivals: readonly Arrival[]): readonly Arrival[] | undefined {
  const { segment, frame } = observed;
  if (segment.kind !== 'segment') return undefined;
  const chain: Arrival[] = [];
  let at = segment.payloadOffset;
  for (const arrival of arrivals) {
    const { start, end } = payloadRange(arrival);
    if (end <= start || at + end - start > segment.ipEnd) continue;
    if (!equalBytes(arrival.frame, start, frame, at, end - start)) continue;
    chain.push(arrival);
    at += end - start;
  }
  return at === segment.ipEnd ? chain : undefined;
}

function payloadRange({ segment }: Arrival): { start: number; end: number } {
  if (segment.kind === 'other') return { start: 0, end: 0 };
  return { start: segment.kind === 'later-fragment' ? segment.tcpOffset : segment.payloadOffset, end: segment.ipEnd };
}

function holdsBytesOf({ frame }: Observed, { frame: swallowed, segment }: Arrival): boolean {
  const bytes = swallowed.subarray(USUAL_PAYLOAD[segment.ipVersion], USUAL_PAYLOAD[segment.ipVersion] + SHOWN_BYTES);
  return bytes.length >= 4 && toHex(frame).includes(toHex(bytes));
}

function swallowedFinding(swallowed: Arrival, run: readonly Arrival[]): Finding {
  const rule = ruleNamed(
    swallowed.segment.kind === 'other'
      ? 'not-a-whole-segment'
      : swallowed.segment.ipVersion === 4
        ? 'ipv4-fragment'
        : 'ipv6-extension-header',
  );
  const into = nameArrivals(run.map(({ number }) => number));
  const message = `Bytes of #${swallowed.number} were merged into the unit of ${into}: ${rule.summary}`;
  return finding(rule, [swallowed.number], 'merge', 'not merged', `merged with ${into}`, message);
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
  for (let from = 0; from < missing.length; from++) {
    const stream = (missing[from] as Arrival).stream;
    for (let to = from + 1; to <= missing.length && (missing[to - 1] as Arrival).stream === stream; to++) {
      const run = missing.slice(from, to);
      if (run.length > 1 && stream === '') break;
      const explanation = explainRun(run, observed, capabilities);
      if (
        explanation.cost < WEIGHT.alteredBytes &&
        explanation.cost < (best?.explanation.cost ?? Number.POSITIVE_INFINITY)
      ) {
        best = { run, explanation };
      }
      if (run.reduce((sum, { segment }) => sum + segment.payloadLength, 0) > observed.frame.length) break;
    }
  }
  if (best === undefined) return undefined;
  const numbers = best.run.map(({ number }) => number);
  const isJudged = best.run.some(({ stream }) => stream !== '');
  const order = ruleNamed('arrival-order');
  const message = `${nameArrivals(numbers)} came out of order: indication ${observed.number} does not stand where it arrived.`;
  const findings =
    isJudged && observed.stream === best.run[0]?.stream
      ? [finding(order, numbers, 'order', 'arrival order', `indication ${observed.number}`, message)]
      : [];
  return { run: best.run, findings: [...findings, ...best.explanation.findings] };
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
  const what = arrival.segment.kind === 'other' ? 'frame' : arrival.segment.isPureAck ? 'pure ACK' : 'segment';
  const message = `The ${what} #${arrival.number} never came out.`;
  return finding(once, [arrival.number], 'indications', '1', '0', message);
}

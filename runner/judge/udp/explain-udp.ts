/**
 * Explains the indications of UDP. Existence of a conformant attribution is what "conformant" means; only for the
 * connections that have none does it look for the fault, which then is known to be there.
 */

import { equalBytes, toHex } from '../../../reference-impl/wire/bytes.ts';
import type { Capabilities } from '../../capabilities/capabilities.ts';
import { finding, isSoft, nameArrivals, ruleNamed, WEIGHT } from '../finding.ts';
import { orderFinding } from '../order-finding.ts';
import type { Finding } from '../types.ts';
import type { UdpArrival, UdpObserved, UdpSplit } from './udp-arrival.ts';
import { attributeUdp, type UdpAttribution, type UdpMatch } from './udp-attribute.ts';
import { explainUdpRun } from './udp-explain-run.ts';

export interface UdpExplained {
  readonly matches: readonly UdpMatch[];
  readonly findings: readonly Finding[];
}

export function explainUdp({ arrivals, observed }: UdpSplit, capabilities: Capabilities): UdpExplained {
  const matches: UdpMatch[] = [];
  const open: UdpArrival[] = [];
  const unexplained: UdpObserved[] = [];
  const byConnection = groupBy(observed, ({ datagram }) => datagram.connection);
  for (const [connection, members] of groupBy(arrivals, ({ datagram }) => datagram.connection)) {
    const own = byConnection.get(connection) ?? [];
    byConnection.delete(connection);
    const conformant = conformantAttribution(members, own, capabilities);
    if (conformant !== undefined) matches.push(...conformant);
    else {
      open.push(...members);
      unexplained.push(...own);
    }
  }
  unexplained.push(...[...byConnection.values()].flat());
  open.sort((a, b) => a.number - b.number);
  unexplained.sort((a, b) => a.number - b.number);
  const faulty = explainFaults(open, unexplained, arrivals, capabilities);
  return { matches: [...matches, ...faulty.matches], findings: faulty.findings };
}

/** One stream; or one for each link-layer header (I1); or, where tags were stripped, one for each of them as well. */
function conformantAttribution(
  members: readonly UdpArrival[],
  own: readonly UdpObserved[],
  capabilities: Capabilities,
): readonly UdpMatch[] | undefined {
  const together = attributeUdp(members, own, capabilities, false);
  if (together !== undefined) return together.matches;
  const parts = [
    ...groupBy(members, (one) => `${toHex(one.frame.subarray(0, one.datagram.ipOffset))} ${one.strippedTags}`).values(),
  ];
  if (parts.length < 2) return undefined;
  const left = new Set(own);
  const apart: UdpMatch[] = [];
  for (const part of parts) {
    const mine = [...left].filter((one) => part.some((arrival) => mayStart(arrival, one)));
    for (const one of mine) left.delete(one);
    const result = attributeUdp(part, mine, capabilities, false);
    if (result === undefined) return undefined;
    apart.push(...result.matches);
  }
  return left.size === 0 ? apart : undefined;
}

function mayStart(
  { frame, datagram: { ipOffset, payloadOffset, payloadLength } }: UdpArrival,
  one: UdpObserved,
): boolean {
  return (
    equalBytes(frame, 0, one.frame, 0, ipOffset) &&
    (payloadLength === 0
      ? one.datagram.payloadLength === 0
      : equalBytes(frame, payloadOffset, one.frame, payloadOffset, payloadLength))
  );
}

function explainFaults(
  open: readonly UdpArrival[],
  observed: readonly UdpObserved[],
  all: readonly UdpArrival[],
  capabilities: Capabilities,
): UdpExplained {
  const matches: UdpMatch[] = [];
  const findings: Finding[] = [];
  const missing = new Set(open);
  const rest: UdpObserved[] = [];
  const scattered: UdpMatch[] = [];
  const alone = new Set(open.filter((arrival) => observed.some((one) => isEmptyCopy(arrival, one))));
  for (const one of observed) {
    const chain = scatteredChain(one, open, missing, alone);
    if (chain === undefined) {
      rest.push(one);
      continue;
    }
    for (const arrival of chain) missing.delete(arrival);
    const match = { observed: one, run: chain, explanation: explainUdpRun(chain, one, capabilities) };
    matches.push(match);
    if (match.explanation.findings.length === 0) scattered.push(match);
  }
  const strays: UdpObserved[] = [];
  const byConnection = groupBy(rest, ({ datagram }) => datagram.connection);
  const lost = new Set<UdpArrival>();
  for (const [connection, members] of groupBy([...missing], ({ datagram }) => datagram.connection)) {
    const own = byConnection.get(connection) ?? [];
    byConnection.delete(connection);
    const result = attributeUdp(members, own, capabilities, true, alone) as UdpAttribution;
    matches.push(...result.matches);
    strays.push(...result.strays);
    for (const arrival of result.lost) lost.add(arrival);
  }
  strays.push(...[...byConnection.values()].flat());
  for (const stray of strays.sort((a, b) => a.number - b.number)) {
    const match = displaced(stray, [...lost], capabilities);
    if (match !== undefined) {
      for (const arrival of match.run) lost.delete(arrival);
      matches.push(match);
    } else findings.push(leftover(stray, all));
  }
  const cameOut = new Set(matches.flatMap(({ run }) => run));
  for (const { run } of scattered) findings.push(...skippedFindings(run, cameOut));
  // Nothing that would conform explains all of this: what remains is the order.
  const found = [findings, ...matches.map(({ explanation }) => explanation.findings)].flat();
  const isSilent = lost.size === 0 && found.every(isSoft);
  if (isSilent) findings.push(...scattered.map(({ run, observed: one }) => orderFinding('uro-order', run, one)));
  for (const { number } of lost) {
    const message = `The datagram #${number} never came out.`;
    findings.push(finding(ruleNamed('accounted-once'), [number], 'indications', '1', '0', message));
  }
  return { matches, findings };
}

/**
 * Datagrams whose payloads, one behind the other, are the indication's, although they do not follow each other on its
 * connection: others were left out, or it is not their connection's. Undefined where a run of neighbours explains it.
 */
function scatteredChain(
  one: UdpObserved,
  open: readonly UdpArrival[],
  missing: ReadonlySet<UdpArrival>,
  alone: ReadonlySet<UdpArrival>,
): readonly UdpArrival[] | undefined {
  const { datagram, frame } = one;
  const end = datagram.payloadOffset + datagram.payloadLength;
  const own = open.filter(({ datagram: { connection } }) => connection === datagram.connection);
  for (let from = 0; from < own.length; from++) if (chainOf(own.slice(from), true) !== undefined) return undefined;
  const candidates = open.filter((arrival) => missing.has(arrival) && arrival.step < one.step);
  return chainOf(candidates, false);

  function chainOf(from: readonly UdpArrival[], gapless: boolean): readonly UdpArrival[] | undefined {
    const chain: UdpArrival[] = [];
    let at = datagram.payloadOffset;
    for (const arrival of from) {
      const { payloadOffset, payloadLength } = arrival.datagram;
      const fits = at + payloadLength <= end && equalBytes(arrival.frame, payloadOffset, frame, at, payloadLength);
      if (fits && (payloadLength > 0 || (gapless && (!alone.has(arrival) || end === at)))) {
        chain.push(arrival);
        at += payloadLength;
        if (at === end) return chain;
      } else if (gapless) return undefined;
    }
    return undefined;
  }
}

/** A datagram without payload leaves no trace in a unit: where it came out by itself, it is in none. */
function isEmptyCopy({ frame, datagram }: UdpArrival, one: UdpObserved): boolean {
  return datagram.payloadLength === 0 && equalBytes(frame, 0, one.frame, 0, datagram.ipEnd);
}

/** Nothing forbids what was merged: then what lay between, and did come out, must not have been passed over. */
function skippedFindings(chain: readonly UdpArrival[], cameOut: ReadonlySet<UdpArrival>): Finding[] {
  const numbers = chain.map(({ number }) => number);
  const [first, last] = [numbers[0] as number, numbers[numbers.length - 1] as number];
  const connection = chain[0]?.datagram.connection;
  const between = [...cameOut].filter(
    (arrival) =>
      arrival.number > first &&
      arrival.number < last &&
      arrival.datagram.connection === connection &&
      !chain.includes(arrival),
  );
  between.sort((a, b) => a.number - b.number);
  const broken = between.find(({ datagram }) => datagram.udpChecksum === 'wrong');
  const skipped = (broken ?? between[0])?.number;
  if (skipped === undefined) return [];
  const rule = ruleNamed(broken === undefined ? 'uro-order' : 'uro-checksum-wrong');
  const message = `${nameArrivals(numbers)} were merged across #${skipped}: ${rule.summary}`;
  return [
    finding(rule, [skipped], 'merge', 'nothing merged across it', `merged into ${nameArrivals(numbers)}`, message),
  ];
}

/** What is missing, and would explain this indication, came out of order. */
function displaced(stray: UdpObserved, lost: readonly UdpArrival[], capabilities: Capabilities): UdpMatch | undefined {
  let best: UdpMatch | undefined;
  for (let from = 0; from < lost.length; from++) {
    for (let to = from + 1; to <= lost.length; to++) {
      const run = lost.slice(from, to);
      const explanation = explainUdpRun(run, stray, capabilities);
      if (explanation.cost < (best?.explanation.cost ?? WEIGHT.alteredBytes))
        best = { observed: stray, run, explanation };
      const length = run.reduce((sum, { datagram }) => sum + datagram.payloadLength, 0);
      if (length > stray.frame.length) break;
    }
  }
  if (best === undefined) return undefined;
  const isOwn = best.run.every(({ datagram }) => datagram.connection === stray.datagram.connection);
  const order = orderFinding('uro-order', best.run, stray);
  const { cost, findings } = best.explanation;
  return { ...best, explanation: { cost, findings: isOwn ? [order, ...findings] : findings } };
}

function leftover(stray: UdpObserved, all: readonly UdpArrival[]): Finding {
  const once = ruleNamed('accounted-once');
  const { frame, datagram, number } = stray;
  const start = datagram.payloadOffset;
  const again = all.find(
    ({ datagram: own, frame: bytes }) =>
      own.connection === datagram.connection && equalBytes(bytes, own.payloadOffset, frame, start, own.payloadLength),
  );
  if (again !== undefined) {
    const message = `#${again.number} came out twice: indication ${number} repeats it.`;
    return finding(once, [again.number], 'indications', '1', '2', message);
  }
  const short = `${toHex(frame.subarray(0, 64))}${frame.length > 64 ? `... (${frame.length} bytes)` : ''}`;
  const message = `Indication ${number} is made of nothing that arrived.`;
  return finding(once, [], 'indications', 'none', short, message);
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}

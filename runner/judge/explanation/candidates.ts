/** The candidates of one indication, the cheapest first. */

import { equalBytes } from '../../../reference-impl/wire/bytes.ts';
import { draft, isSoft, nameArrivals, ruleNamed } from '../finding.ts';
import type { Arrived, Indicated } from '../protocol.ts';
import type { Breach } from '../types.ts';
import type { Candidate, Generator, Proposal, Scene } from './candidate.ts';
import { classOf, compareCosts, costOf, hardCount, isClean } from './cost.ts';
import { GENERATORS, GUESSES } from './generators/index.ts';
import { neighbours } from './generators/neighbours.ts';
import { isCopy, packetText } from './scene.ts';

const MOST = 16;

export function candidatesOf<A extends Arrived, I extends Indicated>(
  observed: I,
  scene: Scene<A, I>,
): readonly Candidate<A>[] {
  const own = scene.asItCame.get(observed);
  const copies = own === undefined ? copiesOf(observed, scene) : [own];
  // What is the very frame of another arrival is no altered one of this.
  const isRepeated =
    own === undefined && copies.some(({ step }) => step < observed.step) && !scene.protocol.saysMerged(observed);
  const all =
    own === undefined
      ? proposed(observed, isRepeated ? inItsConnection(observed, scene) : scene)
      : asItCame(own, observed, scene);
  const found = leading(isRepeated ? all.filter(({ findings }) => isClean(findings)) : all, scene);
  return [...found, ...withoutArrivals(observed, copies, found[0]?.run ?? [], scene)];
}

/** Of many connections that are wrong at once, only the one that an indication names can make a conforming unit of it. */
function inItsConnection<A extends Arrived, I extends Indicated>(observed: I, scene: Scene<A, I>): Scene<A, I> {
  return { ...scene, groups: scene.ofConnection.get(scene.protocol.connectionIn(observed)) ?? scene.groups };
}

function proposed<A extends Arrived, I extends Indicated>(observed: I, scene: Scene<A, I>): Candidate<A>[] {
  const known = new Set<string>();
  const candidates: Candidate<A>[] = [];
  const ask = (generate: Generator): void => {
    for (const proposal of generate(observed, scene)) {
      const key = `${proposal.run.map(({ number }) => number).join()} ${proposal.padding?.length ?? 0}`;
      if (known.has(key)) continue;
      known.add(key);
      const candidate = evaluated(proposal, observed, scene);
      if (candidate !== undefined) candidates.push(candidate);
    }
  };
  GENERATORS.forEach(ask);
  if (!candidates.some((candidate) => isByBytes(candidate, observed, scene))) GUESSES.forEach(ask);
  return candidates;
}

/** The connection that it names holds all of its bytes. */
function isByBytes<A extends Arrived, I extends Indicated>(
  { run, findings }: Candidate<A>,
  observed: I,
  scene: Scene<A, I>,
): boolean {
  const connection = scene.protocol.connectionIn(observed);
  return (
    run.every((arrival) => scene.protocol.connectionOf(arrival) === connection) &&
    run.some((arrival) => lengthOf(arrival, scene) > 0) &&
    !findings.some((found) => classOf(found) === 'bytes')
  );
}

/**
 * The arrival itself. Where segments have no payload, a conforming unit may look like one of its own: that is one too.
 */
function asItCame<A extends Arrived, I extends Indicated>(own: A, observed: I, scene: Scene<A, I>): Candidate<A>[] {
  const lone = [own, ...(scene.copies.get(observed) ?? [])].flatMap(
    (arrival) => evaluated({ run: [arrival] }, observed, scene) ?? [],
  );
  const most = Math.min(...lone.map(({ cost }) => hardCount(cost)));
  const isSilent = (arrival: A | undefined): boolean => arrival !== undefined && lengthOf(arrival, scene) === 0;
  const members = scene.streams.get(scene.protocol.streamOf(own)) ?? [];
  if (!isSilent(own) && !isSilent(members[members.indexOf(own) + 1])) return lone;
  const units = [...neighbours(observed, scene)].filter(({ run }) => run.length > 1 && run.slice(1).every(isSilent));
  const candidates = units.flatMap((proposal) => evaluated(proposal, observed, scene) ?? []);
  return [...lone, ...candidates.filter(({ cost }) => hardCount(cost) <= most)];
}

function evaluated<A extends Arrived, I extends Indicated>(
  { run, padding }: Proposal<A>,
  observed: I,
  { protocol }: Scene<A, I>,
): Candidate<A> | undefined {
  const bytes = padding?.reduce((sum, one) => sum + one.bytes, 0);
  const findings = protocol.findingsOf(run, observed, bytes);
  if (findings === undefined) return undefined;
  const padded = (padding ?? []).map(({ arrival: { number }, bytes: length }) => {
    const message = `Ethernet padding of #${number} (${length} bytes) became data.`;
    const numbers = run.map((arrival) => arrival.number);
    const words = () => ['no padding', `${length} bytes of padding of #${number}`, message] as const;
    return draft(ruleNamed('one-ordinary-segment'), numbers, 'payload', words);
  });
  const all = [...padded, ...findings];
  return { run, findings: all, cost: costOf(all) };
}

/** The cheapest; of equal ones the first. What a segment without payload says must show, else nothing says that it is there. */
function leading<A extends Arrived, I extends Indicated>(
  candidates: readonly Candidate<A>[],
  scene: Scene<A, I>,
): Candidate<A>[] {
  const isSilent = (arrival: A): boolean => lengthOf(arrival, scene) === 0;
  // Of a segment that was sent twice, the copy that came out by itself is in no unit.
  const isInstead = (arrival: A, other: A): boolean =>
    arrival === other || (scene.alone.has(arrival) && !scene.alone.has(other) && isSamePayload(arrival, other, scene));
  const hasBetterCopies = ({ run }: Candidate<A>): boolean =>
    run.some((arrival) => scene.alone.has(arrival)) &&
    candidates.some(
      (other) =>
        other.run.length === run.length &&
        other.run.some((arrival, i) => arrival !== run[i]) &&
        run.every((arrival, i) => isInstead(arrival, other.run[i] as A)),
    );
  // Whatever its checksums: they say nothing of what a unit is made of.
  const isSum = ({ field }: Breach): boolean => field.endsWith('checksum');
  const known = candidates.filter(({ findings }) => findings.every((found) => isSoft(found) || isSum(found)));
  // A milder finding that the longer unit does not have may be what shows it.
  const says = ({ findings }: Candidate<A>, { rule, field }: Breach): boolean =>
    findings.some((found) => found.rule === rule && found.field === field);
  const shows = (candidate: Candidate<A>): boolean =>
    isClean(candidate.findings) ||
    !known.some(
      ({ run, findings }) =>
        run.length < candidate.run.length &&
        findings.every((found) => isSum(found) || says(candidate, found)) &&
        run.every((arrival) => candidate.run.includes(arrival)) &&
        candidate.run.every((arrival) => run.includes(arrival) || isSilent(arrival)),
    );
  // Bytes that make a conforming unit prove what it is made of: none were altered.
  const isProved = ({ findings }: Candidate<A>): boolean =>
    known.length === 0 || !findings.some((found) => classOf(found) === 'bytes');
  const kept = candidates.filter((candidate) => isProved(candidate) && shows(candidate) && !hasBetterCopies(candidate));
  return kept.sort((a, b) => compareCosts(a.cost, b.cost)).slice(0, MOST);
}

function lengthOf<A extends Arrived, I extends Indicated>(arrival: A, { protocol }: Scene<A, I>): number {
  const { from, to } = protocol.payloadOf(arrival);
  return to - from;
}

function isSamePayload<A extends Arrived, I extends Indicated>(a: A, b: A, scene: Scene<A, I>): boolean {
  const length = lengthOf(a, scene);
  const [{ from }, { from: other }] = [scene.protocol.payloadOf(a), scene.protocol.payloadOf(b)];
  return length > 0 && length === lengthOf(b, scene) && equalBytes(a.frame, from, b.frame, other, length);
}

/** It repeats what is in another indication; it holds what had not arrived; it is made of nothing that arrived. */
function withoutArrivals<A extends Arrived, I extends Indicated>(
  observed: I,
  copies: readonly A[],
  likeliest: readonly A[],
  scene: Scene<A, I>,
): Candidate<A>[] {
  const once = ruleNamed('accounted-once');
  const candidates: Candidate<A>[] = [];
  const repeated =
    copies.length === 0 ? repeatedUnit(observed, likeliest, scene) : copies.filter(({ step }) => step < observed.step);
  const [later] = copies;
  if (repeated.length > 0) {
    const arrivals = repeated.slice(0, copies.length === 0 ? repeated.length : 1);
    const numbers = arrivals.map(({ number }) => number);
    const message = (): string =>
      `${nameArrivals(numbers)} came out twice: indication ${observed.number} repeats what is in another.`;
    const findings = [draft(once, numbers, 'indications', () => ['1', '2', message()])];
    candidates.push({ run: [], findings, cost: costOf(findings), repeats: arrivals });
  } else if (later !== undefined) {
    const message = `Indication ${observed.number} holds the bytes of #${later.number}, which had not arrived when it was indicated.`;
    const rule = ruleNamed('unchanged-afterwards');
    const actual = 'the bytes of a later arrival';
    const findings = [draft(rule, [later.number], 'frame', () => ['as it was indicated', actual, message])];
    candidates.push({ run: [], findings, cost: costOf(findings) });
  }
  const message = `Indication ${observed.number} is made of nothing that arrived.`;
  const findings = [draft(once, [], 'indications', () => ['none', `${observed.frame.length} bytes`, message])];
  return [...candidates, { run: [], findings, cost: costOf(findings, 1) }];
}

function copiesOf<A extends Arrived, I extends Indicated>(
  observed: I,
  { protocol, everything }: Scene<A, I>,
): readonly A[] {
  return everything.filter((arrival) => isCopy(arrival, observed, protocol));
}

/** Arrivals of another indication with the same bytes; none where there is no such. */
function repeatedUnit<A extends Arrived, I extends Indicated>(
  observed: I,
  likeliest: readonly A[],
  { texts, settled }: Scene<A, I>,
): readonly A[] {
  const [text = '', isTwin] = texts.get(observed) ?? [];
  const known = settled.find((match) => packetText(match.observed) === text);
  return known?.run ?? (isTwin === true ? likeliest : []);
}

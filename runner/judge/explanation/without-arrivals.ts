/** Candidates that take no arrival: repeats of another indication, bytes of later arrivals, frames that were never sent. */

import { draft, nameArrivals, ruleNamed } from '../finding.ts';
import type { Arrived, Indicated } from '../protocol.ts';
import type { Draft } from '../types.ts';
import type { Candidate, SearchInput } from './candidate.ts';
import { classOf, costOf, isClean } from './cost.ts';
import { packetText } from './search-input.ts';

/** Of what an indication may be, where it repeats that. */
const MOST_REPEATED = 8;

/** `copies`: arrivals with the same bytes. `found`: what it may be made of, the likeliest first. */
export function withoutArrivals<A extends Arrived, I extends Indicated>(
  observed: I,
  copies: readonly A[],
  found: readonly Candidate<A>[],
  input: SearchInput<A, I>,
): readonly Candidate<A>[] {
  const [copy] = copies.filter(({ step }) => step < observed.step);
  const [later] = copies;
  const candidates: Candidate<A>[] = [];
  if (copy !== undefined) candidates.push(repeating([copy], [], observed));
  else if (later !== undefined) candidates.push(ofLater(later, observed));
  else candidates.push(...repeatingUnits(observed, found, input));
  return [...candidates, ofNothing(observed)];
}

/** A repeat of another indication with the same bytes, or with one field that differs from it. */
function repeatingUnits<A extends Arrived, I extends Indicated>(
  observed: I,
  found: readonly Candidate<A>[],
  { protocol, twins, nearTwins, settled }: SearchInput<A, I>,
): readonly Candidate<A>[] {
  const known = settled.find((match) => packetText(match.observed) === packetText(observed));
  if (known !== undefined) return [repeating(known.run, [], observed)];
  const [first] = found;
  const isKnown = first !== undefined && isClean(first.findings);
  const likeliest = found.slice(0, isKnown ? 1 : MOST_REPEATED);
  if (twins.has(observed)) return likeliest.map(({ run }) => repeating(run, [], observed));
  const others = nearTwins.get(observed) ?? [];
  return likeliest.flatMap(({ run, findings }) =>
    others.flatMap((other) => {
      const different = without(findings, protocol.findingsOf(run, other) ?? []).filter(isInFrame);
      return different.length > 1 ? [] : [repeating(run, different, observed)];
    }),
  );
}

function isInFrame(found: Draft): boolean {
  return ['bytes', 'field'].includes(classOf(found));
}

/** What is wrong with the other one as well was wrong before it was repeated. */
function without(findings: readonly Draft[], known: readonly Draft[]): Draft[] {
  const keys = new Set(known.map(keyOf));
  return findings.filter((found) => !keys.has(keyOf(found)));
}

function keyOf({ rule, field, words }: Draft): string {
  return `${rule} ${field} ${words().actual}`;
}

/** `different`: its further findings. */
function repeating<A extends Arrived, I extends Indicated>(
  arrivals: readonly A[],
  different: readonly Draft[],
  { number }: I,
): Candidate<A> {
  const numbers = arrivals.map((arrival) => arrival.number);
  const message = (): string =>
    `${nameArrivals(numbers)} came out twice: indication ${number} repeats what is in another.`;
  const once = draft(ruleNamed('accounted-once'), numbers, 'indications', () => ['1', '2', message()]);
  const findings = [once, ...different];
  return { run: [], findings, cost: costOf(findings), repeats: arrivals };
}

function ofLater<A extends Arrived, I extends Indicated>({ number }: A, observed: I): Candidate<A> {
  const message = `Indication ${observed.number} holds the bytes of #${number}, which had not arrived when it was indicated.`;
  const words = () => ['as it was indicated', 'the bytes of a later arrival', message] as const;
  const findings = [draft(ruleNamed('unchanged-afterwards'), [number], 'frame', words)];
  return { run: [], findings, cost: costOf(findings) };
}

function ofNothing<A extends Arrived, I extends Indicated>({ number, frame }: I): Candidate<A> {
  const message = `Indication ${number} is a frame that was never sent: it holds nothing that arrived.`;
  const words = () => ['none', `${frame.length} bytes`, message] as const;
  const findings = [draft(ruleNamed('accounted-once'), [], 'indications', words)];
  return { run: [], findings, cost: costOf(findings, 1) };
}

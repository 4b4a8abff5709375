/** The candidates of an indication that are worth a search, without those that contradict the bytes or that nothing proves. */

import { rulesOfKind } from '../../../reference-impl/rules/index.ts';
import { equalBytes } from '../../../reference-impl/wire/bytes.ts';
import { ENOUGH_BYTES } from '../enough-bytes.ts';
import { isSoft, ruleNamed } from '../finding.ts';
import type { Arrived, Indicated } from '../protocol.ts';
import type { Breach } from '../types.ts';
import type { Candidate, Padding, SearchInput } from './candidate.ts';
import { classOf, compareCosts, hardCount, isClean } from './cost.ts';
import { isOnlyHopLimit } from './only-hop-limit.ts';
import { payloadLength } from './payload-length.ts';

const MOST = 16;
const BUFFER_RULES: ReadonlySet<string> = new Set(rulesOfKind('buffer').map(({ id }) => id));
const BESIDE_BYTES: readonly string[] = ['dpc', 'ipChecksum', 'tcpChecksum'];

/** The cheapest first; of equal ones, in their order. */
export function plausible<A extends Arrived, I extends Indicated>(
  candidates: readonly Candidate<A>[],
  observed: I,
  input: SearchInput<A, I>,
): readonly Candidate<A>[] {
  const known = candidates.filter(hasOnlyWrongSums);
  const whole = new Set(candidates.filter((one) => isWhole(one, observed, input)));
  const isProved = whole.size > 0 || candidates.some(isInBytes);
  const kept = candidates.filter(
    (candidate) =>
      (!isProved || whole.has(candidate) || !hasUnknownBytes(candidate)) &&
      (isOnlyHopLimit(candidate, observed, input) || !known.some((other) => isEnough(other, candidate, input))) &&
      !isMissingBytes(candidate, candidates, input) &&
      !isContradicted(candidate, candidates, input) &&
      !isMadeUp(candidate, observed, input) &&
      !hasBetterCopies(candidate, candidates, input),
  );
  return kept.sort((a, b) => compareCosts(a.cost, b.cost)).slice(0, MOST);
}

/** The bytes are right and prove what it consists of: only its checksums, their reported status or its time are wrong. */
function isInBytes<A extends Arrived>({ findings }: Candidate<A>): boolean {
  return findings.every((found) => isSoft(found) || isSum(found) || BESIDE_BYTES.includes(found.field));
}

/** The whole packet of one arrival, whatever follows it, and not reported as merged. */
function isWhole<A extends Arrived, I extends Indicated>(
  { run }: Candidate<A>,
  observed: I,
  { protocol }: SearchInput<A, I>,
): boolean {
  const [only, ...more] = run;
  if (only === undefined || more.length > 0 || protocol.saysMerged(observed)) return false;
  return equalBytes(only.frame, 0, observed.frame, 0, protocol.packetEnd(only));
}

function hasWrongBytes<A extends Arrived>({ findings }: Candidate<A>): boolean {
  return findings.some((found) => classOf(found) === 'bytes');
}

function hasOnlyWrongSums<A extends Arrived>({ findings }: Candidate<A>): boolean {
  return findings.every((found) => isSoft(found) || isSum(found));
}

function isSum({ field }: Breach): boolean {
  return field.endsWith('checksum');
}

/**
 * `known` conforms without segments that have no payload, and nothing proves that they are there. A milder finding that the
 * longer unit lacks may prove them.
 */
function isEnough<A extends Arrived, I extends Indicated>(
  known: Candidate<A>,
  longer: Candidate<A>,
  input: SearchInput<A, I>,
): boolean {
  if (hasOnlyWrongSums(longer)) return false;
  const says = ({ rule, field }: Breach): boolean =>
    longer.findings.some((found) => found.rule === rule && found.field === field);
  return (
    known.run.length < longer.run.length &&
    isClean(known.findings) &&
    known.findings.every(says) &&
    known.run.every((arrival) => longer.run.includes(arrival)) &&
    longer.run.every((arrival) => known.run.includes(arrival) || payloadLength(arrival, input) === 0)
  );
}

function isForbidden<A extends Arrived>({ findings }: Candidate<A>): boolean {
  return findings.some(isMergeFinding);
}

function isMergeFinding(found: Breach): boolean {
  return classOf(found) === 'merge';
}

/** The indication has no bytes of some arrivals, and nothing else proves them: without them there are fewer findings. */
function isMissingBytes<A extends Arrived, I extends Indicated>(
  candidate: Candidate<A>,
  all: readonly Candidate<A>[],
  input: SearchInput<A, I>,
): boolean {
  if (!hasWrongBytes(candidate) || candidate.padding !== undefined) return false;
  const { run } = candidate;
  const keys = keysOf(candidate);
  const isGone = (arrival: A): boolean => payloadLength(arrival, input) > 0;
  return all.some(
    (other) =>
      isPart(other.run, run) &&
      isPart(keysOf(other), keys) &&
      run.every((arrival) => other.run.includes(arrival) || isGone(arrival)),
  );
}

/**
 * It has other bytes, or another length, than arrived, and another candidate has neither: the indication is made of that one's
 * arrivals, although one rule more may be broken then.
 */
function isContradicted<A extends Arrived, I extends Indicated>(
  candidate: Candidate<A>,
  all: readonly Candidate<A>[],
  input: SearchInput<A, I>,
): boolean {
  if (!hasWrongLength(candidate) && !hasUnknownBytes(candidate)) return false;
  const isTrailed = hardCount(candidate.cost) === 1 && candidate.findings.some(({ field }) => field === 'frame');
  return all.some(
    (other) =>
      (!hasWrongLength(other) || (hasWrongPayload(candidate) && onlyTrails(other, input))) &&
      // That headers became data is one finding more.
      hardCount(other.cost) <= hardCount(candidate.cost) + 1 + headersOf(other).length &&
      ((isProvedByBytes(other, candidate, input) && !(isTrailed && hardCount(other.cost) > 1)) ||
        isProvedByLength(other, candidate)),
  );
}

/** The bytes of arrivals that `candidate` leaves out, or of their headers, are in their place. */
function isProvedByBytes<A extends Arrived, I extends Indicated>(
  other: Candidate<A>,
  candidate: Candidate<A>,
  input: SearchInput<A, I>,
): boolean {
  if (hasUnknownBytes(other) && !onlyTrails(other, input)) return false;
  const headers = headersOf(other);
  const more = other.run.filter((arrival) => !candidate.run.includes(arrival) && !input.alone.has(arrival));
  const bytes =
    more.reduce((sum, one) => sum + payloadLength(one, input), 0) + headers.reduce((sum, one) => sum + one.bytes, 0);
  return payloadLength(other.run[0] as A, input) > 0 && bytes >= ENOUGH_BYTES;
}

/** `candidate` leaves bytes after its packet, and with the arrivals after it the indication has the right length. */
function isProvedByLength<A extends Arrived>(other: Candidate<A>, { run, findings }: Candidate<A>): boolean {
  const ordinary = ruleNamed('one-ordinary-segment').id;
  const leavesBytes = findings.some(({ rule, field }) => rule === ordinary && field === 'frame');
  return leavesBytes && other.run.length > run.length && other.run[0] === run[0] && isForbidden(other);
}

/**
 * Wrong bytes of which nothing says where they are from: no headers that became data, and no other arrival (B1, B2) in a frame that
 * is right otherwise.
 */
function hasUnknownBytes<A extends Arrived>(candidate: Candidate<A>): boolean {
  if (!hasWrongBytes(candidate) || headersOf(candidate).length > 0) return false;
  return !candidate.findings.every((found) => isSoft(found) || isSum(found) || BUFFER_RULES.has(found.rule));
}

function hasWrongPayload<A extends Arrived>({ findings }: Candidate<A>): boolean {
  return findings.some((found) => found.field === 'payload' && !isSoft(found));
}

/** The payload of one arrival is in its place; more bytes follow it than may. */
function onlyTrails<A extends Arrived, I extends Indicated>(
  { run, findings }: Candidate<A>,
  input: SearchInput<A, I>,
): boolean {
  const isAboutBytes = (found: Breach): boolean => classOf(found) === 'bytes' || found.field.endsWith('-length');
  const [only, ...more] = run;
  if (only === undefined || more.length > 0 || payloadLength(only, input) === 0) return false;
  return findings.some(({ field }) => field === 'frame') && findings.filter(isAboutBytes).length === 1;
}

function headersOf<A extends Arrived>({ padding = [] }: Candidate<A>): readonly Padding<A>[] {
  return padding.filter(({ isHeaders }) => isHeaders === true);
}

function hasWrongLength<A extends Arrived>({ findings }: Candidate<A>): boolean {
  return findings.some(({ field }) => field === 'frame' || field.endsWith('-length'));
}

/** A forbidden merge leaves fields open: a segment without payload could begin or end any unit, and nothing proves it. */
function isMadeUp<A extends Arrived, I extends Indicated>(
  candidate: Candidate<A>,
  observed: I,
  input: SearchInput<A, I>,
): boolean {
  const { run } = candidate;
  const { protocol } = input;
  if (run.length === 1 || !isForbidden(candidate)) return false;
  const [first, last] = [run[0] as A, run.at(-1) as A];
  return (
    (payloadLength(first, input) === 0 && !protocol.isAlike(first, observed)) ||
    (payloadLength(last, input) === 0 && !protocol.mayEnd(last, observed))
  );
}

/**
 * If a segment was sent twice and one copy came out alone, a unit has the other copy. If that copy must not be merged, this is
 * the target's fault, and no reason to choose another copy.
 */
function hasBetterCopies<A extends Arrived, I extends Indicated>(
  candidate: Candidate<A>,
  all: readonly Candidate<A>[],
  input: SearchInput<A, I>,
): boolean {
  const { run } = candidate;
  if (run.length === 1 || !run.some((arrival) => input.alone.has(arrival))) return false;
  const keys = keysOf(candidate);
  const isInstead = (arrival: A, other: A): boolean =>
    arrival === other || (input.alone.has(arrival) && !input.alone.has(other) && isSamePayload(arrival, other, input));
  return all.some(
    (other) =>
      other.run.length === run.length &&
      other.run.some((arrival, i) => arrival !== run[i]) &&
      run.every((arrival, i) => isInstead(arrival, other.run[i] as A)) &&
      keysOf(other, isMergeFinding).every((key) => keys.includes(key)),
  );
}

function isSamePayload<A extends Arrived, I extends Indicated>(a: A, b: A, input: SearchInput<A, I>): boolean {
  const length = payloadLength(a, input);
  const [{ from }, { from: other }] = [input.protocol.payloadOf(a), input.protocol.payloadOf(b)];
  return length > 0 && length === payloadLength(b, input) && equalBytes(a.frame, from, b.frame, other, length);
}

/** A part of the same arrivals, in any order. */
function isPart<T>(few: readonly T[], many: readonly T[]): boolean {
  return few.length < many.length && few.every((one) => many.includes(one));
}

/** The findings that break a *must*, as a comparable text; a field counts once. */
function keysOf<A extends Arrived>(
  { findings }: Candidate<A>,
  isLeftOut: (found: Breach) => boolean = () => false,
): readonly string[] {
  return findings.flatMap((found) => (isSoft(found) || isLeftOut(found) ? [] : [`${found.rule} ${found.field}`]));
}

/** Which of an indication's candidates are worth a search: what contradicts the bytes, or what nothing shows, is left out. */

import { equalBytes } from '../../../reference-impl/wire/bytes.ts';
import { isSoft, ruleNamed } from '../finding.ts';
import type { Arrived, Indicated } from '../protocol.ts';
import type { Breach } from '../types.ts';
import type { Candidate, Scene } from './candidate.ts';
import { classOf, compareCosts, hardCount, isClean } from './cost.ts';
import { payloadLength } from './payload-length.ts';

const MOST = 16;

/** The cheapest first; of equal ones, in their order. */
export function leading<A extends Arrived, I extends Indicated>(
  candidates: readonly Candidate<A>[],
  observed: I,
  scene: Scene<A, I>,
): readonly Candidate<A>[] {
  const known = candidates.filter(({ findings }) => findings.every((found) => isSoft(found) || isSum(found)));
  const kept = candidates.filter(
    (candidate) =>
      (known.length === 0 || !hasWrongBytes(candidate)) &&
      !known.some((other) => isEnough(other, candidate, scene)) &&
      !isMissingBytes(candidate, candidates, scene) &&
      !isTooShort(candidate, candidates) &&
      !isMadeUp(candidate, observed, scene) &&
      !hasBetterCopies(candidate, candidates, scene),
  );
  return kept.sort((a, b) => compareCosts(a.cost, b.cost)).slice(0, MOST);
}

/** Bytes that make a conforming unit prove what it is made of, whatever its checksums: none were altered. */
function hasWrongBytes<A extends Arrived>({ findings }: Candidate<A>): boolean {
  return findings.some((found) => classOf(found) === 'bytes');
}

function isSum({ field }: Breach): boolean {
  return field.endsWith('checksum');
}

/**
 * `known` conforms without segments that have no payload: nothing says that they are there. A milder finding that the longer
 * unit does not have may be what shows them; a wrong checksum says nothing, and only of what must not be merged.
 */
function isEnough<A extends Arrived, I extends Indicated>(
  known: Candidate<A>,
  longer: Candidate<A>,
  scene: Scene<A, I>,
): boolean {
  if (longer.findings.every((found) => isSoft(found) || isSum(found))) return false;
  const says = ({ rule, field }: Breach): boolean =>
    longer.findings.some((found) => found.rule === rule && found.field === field);
  return (
    known.run.length < longer.run.length &&
    (isClean(known.findings) || isForbidden(longer)) &&
    known.findings.every((found) => isSum(found) || says(found)) &&
    known.run.every((arrival) => longer.run.includes(arrival)) &&
    longer.run.every((arrival) => known.run.includes(arrival) || payloadLength(arrival, scene) === 0)
  );
}

function isForbidden<A extends Arrived>({ findings }: Candidate<A>): boolean {
  return findings.some(isMergeFinding);
}

function isMergeFinding(found: Breach): boolean {
  return classOf(found) === 'merge';
}

/** None of the bytes of some arrivals are in it, and nothing else shows them: without them less is wrong. */
function isMissingBytes<A extends Arrived, I extends Indicated>(
  candidate: Candidate<A>,
  all: readonly Candidate<A>[],
  scene: Scene<A, I>,
): boolean {
  if (!hasWrongBytes(candidate)) return false;
  const { run } = candidate;
  const keys = keysOf(candidate);
  const isGone = (arrival: A): boolean => payloadLength(arrival, scene) > 0;
  return all.some(
    (other) =>
      isPart(other.run, run) &&
      isPart(keysOf(other), keys) &&
      run.every((arrival) => other.run.includes(arrival) || isGone(arrival)),
  );
}

/** Something is after its packet, where other arrivals together are as long as the indication: it is made of them. */
function isTooShort<A extends Arrived>(candidate: Candidate<A>, all: readonly Candidate<A>[]): boolean {
  const ordinary = ruleNamed('one-ordinary-segment').id;
  if (!candidate.findings.some(({ rule, field }) => rule === ordinary && field === 'frame')) return false;
  const { run } = candidate;
  return all.some(
    (other) =>
      other.run.length > run.length &&
      other.run[0] === run[0] &&
      isForbidden(other) &&
      !hasWrongLength(other) &&
      hardCount(other.cost) <= hardCount(candidate.cost) + 1,
  );
}

function hasWrongLength<A extends Arrived>({ findings }: Candidate<A>): boolean {
  return findings.some(({ field }) => field === 'frame' || field.endsWith('-length'));
}

/** A forbidden merge leaves fields open: a segment without payload could begin or end any, and nothing says so. */
function isMadeUp<A extends Arrived, I extends Indicated>(
  candidate: Candidate<A>,
  observed: I,
  scene: Scene<A, I>,
): boolean {
  const { run } = candidate;
  const { protocol } = scene;
  if (run.length === 1 || !isForbidden(candidate)) return false;
  const [first, last] = [run[0] as A, run.at(-1) as A];
  return (
    (payloadLength(first, scene) === 0 && !protocol.isAlike(first, observed)) ||
    (payloadLength(last, scene) === 0 && !protocol.mayEnd(last, observed))
  );
}

/**
 * Of a segment that was sent twice, the copy that came out by itself is in no unit, where the other does as well: that the
 * other must not be merged is what the target gets wrong, and no reason to choose another copy.
 */
function hasBetterCopies<A extends Arrived, I extends Indicated>(
  candidate: Candidate<A>,
  all: readonly Candidate<A>[],
  scene: Scene<A, I>,
): boolean {
  const { run } = candidate;
  if (!run.some((arrival) => scene.alone.has(arrival))) return false;
  const keys = keysOf(candidate);
  const isInstead = (arrival: A, other: A): boolean =>
    arrival === other || (scene.alone.has(arrival) && !scene.alone.has(other) && isSamePayload(arrival, other, scene));
  return all.some(
    (other) =>
      other.run.length === run.length &&
      other.run.some((arrival, i) => arrival !== run[i]) &&
      run.every((arrival, i) => isInstead(arrival, other.run[i] as A)) &&
      keysOf(other, isMergeFinding).every((key) => keys.includes(key)),
  );
}

function isSamePayload<A extends Arrived, I extends Indicated>(a: A, b: A, scene: Scene<A, I>): boolean {
  const length = payloadLength(a, scene);
  const [{ from }, { from: other }] = [scene.protocol.payloadOf(a), scene.protocol.payloadOf(b)];
  return length > 0 && length === payloadLength(b, scene) && equalBytes(a.frame, from, b.frame, other, length);
}

/** Fewer of the same, in any order. */
function isPart<T>(few: readonly T[], many: readonly T[]): boolean {
  return few.length < many.length && few.every((one) => many.includes(one));
}

/** What breaks a *must*, comparable: a field is wrong once. */
function keysOf<A extends Arrived>(
  { findings }: Candidate<A>,
  isLeftOut: (found: Breach) => boolean = () => false,
): readonly string[] {
  return findings.flatMap((found) => (isSoft(found) || isLeftOut(found) ? [] : [`${found.rule} ${found.field}`]));
}

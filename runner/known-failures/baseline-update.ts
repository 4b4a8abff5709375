/** A new baseline from the results of runs: failures that stay the same keep their reasons, fixed ones are removed. */

import type { VerdictEvent } from '../../reports/events.ts';
import { matchingIds } from '../base/matching-ids.ts';
import { NO_REASON } from './baseline.ts';
import type { KnownFailure } from './baseline-file.ts';
import { CoveringPatterns } from './covering-patterns.ts';
import { type Fingerprint, fingerprintOf, fingerprintText } from './fingerprint.ts';

export interface BaselineUpdate {
  readonly entries: readonly KnownFailure[];
  /** Vectors. `kept` counts those that were not played, too. */
  readonly kept: number;
  readonly added: number;
  readonly removed: number;
}

/** One vector's known failure. */
interface Claim extends Fingerprint {
  readonly vector: string;
  readonly reason: string;
  readonly reviewBy?: string | undefined;
}

/** The played vectors and their verdicts; `strict`: as in the run. */
export interface Outcome {
  readonly verdict: Pick<VerdictEvent, 'vector' | 'verdict' | 'findings'>;
  readonly strict: boolean;
}

/** `corpus`: every id. A vector that was not played keeps its entry. */
export function updateBaseline(
  old: readonly KnownFailure[],
  outcomes: readonly Outcome[],
  corpus: readonly string[],
): BaselineUpdate {
  const before = claimsOf(old, corpus);
  const played = new Map(outcomes.map((outcome) => [outcome.verdict.vector, outcome]));
  const claims: Claim[] = [];
  const counts = { kept: 0, added: 0, removed: 0 };
  for (const id of new Set([...before.keys(), ...played.keys()])) {
    const was = before.get(id) ?? [];
    const outcome = played.get(id);
    if (outcome === undefined) {
      claims.push(...was);
      counts.kept++;
      continue;
    }
    const claim = claimOf(outcome, was);
    if (claim !== undefined) claims.push(claim);
    if (claim === undefined) counts.removed += was.length > 0 ? 1 : 0;
    else if (was.some((one) => fingerprintText(one) === fingerprintText(claim))) counts.kept++;
    else counts.added++;
  }
  return { entries: grouped(claims, corpus), ...counts };
}

function claimsOf(entries: readonly KnownFailure[], corpus: readonly string[]): Map<string, Claim[]> {
  const claims = new Map<string, Claim[]>();
  for (const { vectors, reason, reviewBy, verdict, findings } of entries) {
    for (const vector of new Set(vectors.flatMap((pattern) => matchingIds(pattern, corpus)))) {
      const claim: Claim = { vector, reason, reviewBy, verdict, findings };
      claims.set(vector, [...(claims.get(vector) ?? []), claim]);
    }
  }
  return claims;
}

/** The new entry of a vector; undefined: it does not fail. */
function claimOf({ verdict, strict }: Outcome, was: readonly Claim[]): Claim | undefined {
  const print = fingerprintOf(verdict);
  if (print === undefined) return undefined;
  const same = was.find((claim) => fingerprintText(claim) === fingerprintText(print));
  if (same !== undefined) return same;
  // A warning that did not fail its run, and was not in the baseline, stays out of it.
  if (print.verdict === 'warn' && !strict && was.length === 0) return undefined;
  const [other] = was;
  const before = other === undefined ? '' : ` It failed otherwise before (${fingerprintText(other)}): ${other.reason}`;
  return { vector: verdict.vector, reason: `${NO_REASON}: why does it fail?${before}`, ...print };
}

/** One entry for all vectors that fail in the same way for the same reason. */
function grouped(claims: readonly Claim[], corpus: readonly string[]): KnownFailure[] {
  const groups = new Map<string, { readonly claim: Claim; readonly vectors: Set<string> }>();
  for (const claim of claims) {
    const key = JSON.stringify([fingerprintText(claim), claim.reason, claim.reviewBy]);
    const group = groups.get(key) ?? { claim, vectors: new Set() };
    group.vectors.add(claim.vector);
    groups.set(key, group);
  }
  const patterns = new CoveringPatterns(corpus);
  return [...groups.values()].map(({ claim: { reason, reviewBy, verdict, findings }, vectors }) => ({
    reason,
    ...(reviewBy === undefined ? {} : { reviewBy }),
    verdict,
    findings,
    vectors: patterns.cover(vectors),
  }));
}

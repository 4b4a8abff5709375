/** Counts the results of a run. */

import { VERDICTS, type Verdict } from '../../events.ts';
import { familyOf } from '../../family.ts';
import { Merging } from '../../merging.ts';
import type { ListedCase } from '../packed.ts';

export type Counts = Record<Verdict, number>;

export interface Tally {
  readonly counts: Counts;
  /** Mean over the vectors in which the reference merges something, 0 to 1; undefined if there is none. */
  readonly ratio: number | undefined;
}

export function tally(cases: readonly ListedCase[]): Tally {
  const counts = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as Counts;
  const merging = new Merging();
  for (const one of cases) {
    counts[one.verdict]++;
    // Only its warning, which the page does not show, needs the indications.
    merging.add({ ...one, indications: [] });
  }
  return { counts, ratio: merging.ratio };
}

export function byFamily(cases: readonly ListedCase[]): Map<string, ListedCase[]> {
  const families = new Map<string, ListedCase[]>();
  for (const one of cases) {
    const family = familyOf(one.vector);
    const its = families.get(family);
    if (its === undefined) families.set(family, [one]);
    else its.push(one);
  }
  return families;
}

/** Broken rows of the catalogue, those in most vectors first. */
export function brokenRules(cases: readonly ListedCase[]): (readonly [rule: string, vectors: number])[] {
  const broken = new Map<string, number>();
  for (const { findings } of cases)
    for (const rule of new Set(findings.map((finding) => finding.rule))) broken.set(rule, (broken.get(rule) ?? 0) + 1);
  return [...broken].sort(([, a], [, b]) => b - a);
}

/** Keys that were not observed, with the number of judged vectors, and the number of all judged vectors. */
export function unobserved(cases: readonly ListedCase[]): {
  readonly judged: number;
  readonly what: Map<string, number>;
} {
  const what = new Map<string, number>();
  const judged = cases.filter(({ verdict }) => verdict !== 'unsupported' && verdict !== 'error');
  for (const { notObserved } of judged) for (const one of notObserved) what.set(one, (what.get(one) ?? 0) + 1);
  return { judged: judged.length, what };
}

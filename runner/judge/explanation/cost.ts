/**
 * How unlikely an explanation is. Findings are counted by class and compared class by class, never summed. First comes the number
 * of indications that nothing explains; then the number of broken rules, and how often they are broken; then the classes, from the
 * least likely to the likeliest.
 */

import { givesBack } from '../../../reference-impl/rules/round-trip.ts';
import { isSoft } from '../finding.ts';
import type { Breach } from '../types.ts';

/**
 * Classes of findings, the least likely first. `missing` and `misplaced` are not findings: with equal findings, the explanation
 * with fewer missing arrivals (lost, or not captured) and fewer misplaced indications is better.
 */
export const CLASSES = [
  'unaccounted',
  'held-back',
  'order',
  'bytes',
  'field',
  'merge',
  'missing',
  'misplaced',
  'soft',
] as const;
const HARD = CLASSES.indexOf('missing');
export type FindingClass = (typeof CLASSES)[number];

export interface Cost {
  readonly unexplained: number;
  readonly rules: ReadonlySet<string>;
  /** One for each class, in their order. */
  readonly counts: readonly number[];
}

export const NOTHING: Cost = { unexplained: 0, rules: new Set(), counts: CLASSES.map(() => 0) };

const BY_FIELD: Readonly<Record<string, FindingClass>> = {
  merge: 'merge',
  dpc: 'held-back',
  order: 'order',
  indications: 'unaccounted',
  payload: 'bytes',
  frame: 'bytes',
};

export function classOf(found: Breach): FindingClass {
  return isSoft(found) ? 'soft' : (BY_FIELD[found.field] ?? 'field');
}

/** The rule. For the round trip (R1), which covers every field and every merge, also the field. */
function brokenBy({ rule, field }: Breach): string {
  return rule === givesBack.id ? `${rule} ${field}` : rule;
}

export function costOf(findings: readonly Breach[], unexplained = 0): Cost {
  const counts = CLASSES.map(() => 0);
  const rules = new Set<string>();
  for (const found of findings) {
    const place = CLASSES.indexOf(classOf(found));
    counts[place] = (counts[place] as number) + 1;
    if (!isSoft(found)) rules.add(brokenBy(found));
  }
  return { unexplained, rules, counts };
}

/** The cost of several findings of one class that break `rule`. */
export function countOf(kind: FindingClass, count: number, rule?: string): Cost {
  if (count === 0) return NOTHING;
  const counts = CLASSES.map((name) => (name === kind ? count : 0));
  return { unexplained: 0, rules: rule === undefined ? NOTHING.rules : new Set([rule]), counts };
}

export function plus(a: Cost, b: Cost): Cost {
  return {
    unexplained: a.unexplained + b.unexplained,
    rules: b.rules.size === 0 ? a.rules : a.rules.size === 0 ? b.rules : new Set([...a.rules, ...b.rules]),
    counts: a.counts.map((count, i) => count + (b.counts[i] as number)),
  };
}

/** Negative if `a` is the better explanation. */
export function compareCosts(a: Cost, b: Cost): number {
  if (a.unexplained !== b.unexplained) return a.unexplained - b.unexplained;
  if (a.rules.size !== b.rules.size) return a.rules.size - b.rules.size;
  const difference = hardCount(a) - hardCount(b);
  if (difference !== 0) return difference;
  for (let i = 0; i < a.counts.length; i++) {
    const difference = (a.counts[i] as number) - (b.counts[i] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Findings that break a *must*. */
export function hardCount({ counts }: Cost): number {
  let sum = 0;
  for (let i = 0; i < HARD; i++) sum += counts[i] as number;
  return sum;
}

/** No cost of either is below it; of several rules no common one is known. */
export function atMost(a: Cost, b: Cost): Cost {
  return {
    unexplained: Math.min(a.unexplained, b.unexplained),
    rules: NOTHING.rules,
    counts: a.counts.map((count, i) => Math.min(count, b.counts[i] as number)),
  };
}

/** Whether no *must* is broken. */
export function isClean(findings: readonly Breach[]): boolean {
  return findings.every(isSoft);
}

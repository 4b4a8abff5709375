/** One judged vector for the diagnosis: how it failed, by rule and field, and the traits of its steps. */

import { registry } from '../../reference-impl/rules/index.ts';
import type { DecisionEvent, VectorEvent, VerdictEvent } from '../../reports/events.ts';
import { stepsSource } from '../events/event-steps.ts';
import { errorGroup, groupOf, groupsOf } from './finding-group.ts';
import { type Trait, traitsOf } from './traits.ts';

export interface Case {
  readonly id: string;
  /** How it failed; empty: it did not. What two captures do not prove is not counted. */
  readonly groups: readonly string[];
  /** For each group, the names of rules that forbid what happened there, as far as the trace shows. */
  readonly names: ReadonlyMap<string, string>;
  /** The target merged all that the reference merges, so any fault would have shown. */
  readonly isTelling: boolean;
  /** It is in the baseline. */
  readonly isKnown: boolean;
  /** Orders cases: fewer frames, then fewer bytes, are easier to read. */
  readonly weight: readonly [number, number];
  readonly traits: ReadonlySet<Trait>;
}

/** A case; undefined if nothing was judged. */
export function caseOf(vector: VectorEvent, verdict: VerdictEvent): Case | undefined {
  if (verdict.verdict === 'unsupported') return undefined;
  const steps = stepsSource(vector);
  let traits: ReadonlySet<Trait> | undefined;
  const names = new Map<string, string>();
  const findings = verdict.findings.filter(({ doubt }) => doubt === undefined);
  const groups = verdict.verdict === 'error' ? [errorGroup(verdict.reason)] : groupsOf(findings);
  for (const found of findings) {
    const name = verdict.decisions.find(
      ({ arrival, rule }) => rule === found.rule && found.arrivals.includes(arrival),
    )?.name;
    if (name !== undefined && !names.has(groupOf(found))) names.set(groupOf(found), name);
  }
  return {
    id: vector.vector,
    groups,
    names,
    isTelling: verdict.ratio >= 1 && verdict.verdict !== 'error' && !verdict.decisions.some(isChoice),
    isKnown: verdict.known !== undefined,
    // Only needed for failures.
    get weight() {
      const frames = steps().flatMap((step) => ('rx' in step ? [step.rx.length] : []));
      return [frames.length, frames.reduce((sum, length) => sum + length, 0)] as const;
    },
    get traits() {
      traits ??= traitsOf(steps());
      return traits;
    },
  };
}

/** Choices that the reference makes only if the target announces them: less can be observed then. */
const CHOICES: ReadonlySet<string> = new Set(
  registry.filter(({ level, kind }) => level === 'may' && kind !== 'action').map(({ name }) => name),
);
/** The reference always makes this one. */
const USUAL_CHOICE = 'padding-options';

function isChoice({ name }: DecisionEvent): boolean {
  return name !== undefined && name !== USUAL_CHOICE && CHOICES.has(name);
}

export function lighter(a: Case, b: Case): number {
  return a.weight[0] - b.weight[0] || a.weight[1] - b.weight[1] || (a.id < b.id ? -1 : 1);
}

/** Chooses which failures are shown in full if there are too many: the smallest of each cause, or of each kind. */

import type { CauseEvent, VerdictEvent } from './events.ts';
import type { Case } from './run-summary.ts';

/** Up to this number all are shown, although one may represent the others. */
const FEW = 3;

/** At most `most` of the cases. As played if all fit; else the smallest of each cause, then those that no cause has, by kind. */
export function shownCases(cases: readonly Case[], most: number, causes: readonly CauseEvent[] = []): readonly Case[] {
  if (cases.length <= (causes.length === 0 ? most : Math.min(most, FEW))) return cases;
  const byId = new Map(cases.map((one) => [one.verdict.vector, one]));
  const smallest = causes.flatMap((cause) => byId.get(cause.smallest) ?? []).slice(0, most);
  const explained = new Set(causes.flatMap(({ vectors }) => vectors));
  const others = cases.filter(({ verdict }) => !explained.has(verdict.vector));
  return [...new Set(smallest), ...ofEachKind(others, most - smallest.length)];
}

/** The smallest of each kind, then the next of each. */
function ofEachKind(cases: readonly Case[], most: number): readonly Case[] {
  const byKind = new Map<string, Case[]>();
  for (const one of cases) {
    const kind = kindOf(one.verdict);
    const known = byKind.get(kind);
    if (known === undefined) byKind.set(kind, [one]);
    else known.push(one);
  }
  const kinds = [...byKind.values()];
  // Kinds with one finding explain those with several.
  kinds.sort(([a], [b]) => findingCount(a) - findingCount(b));
  for (const kind of kinds) kind.sort((a, b) => findingCount(a) - findingCount(b) || frameCount(a) - frameCount(b));
  const shown: Case[] = [];
  const enough = Math.min(most, cases.length);
  for (let turn = 0; shown.length < enough; turn++) {
    for (const kind of kinds) {
      const next = kind[turn];
      if (next !== undefined && shown.length < enough) shown.push(next);
    }
  }
  return shown;
}

/** The rules and fields, without values. */
function kindOf({ verdict, findings, reason = '' }: VerdictEvent): string {
  if (findings.length === 0) return `${verdict} ${reason.replaceAll(/\d+/g, 'N')}`;
  return [...new Set(findings.map(({ rule, field }) => `${rule} ${field}`))].sort().join('\n');
}

function findingCount(one: Case | undefined): number {
  return one?.verdict.findings.length ?? 0;
}

function frameCount({ vector }: Case): number {
  return vector?.steps.filter((step) => 'rx' in step).length ?? 0;
}

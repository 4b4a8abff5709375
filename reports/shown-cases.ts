/** Chooses which failures are shown in full if there are too many: each kind in turn, its smallest first. */

import type { VerdictEvent } from './events.ts';
import type { Case } from './run-summary.ts';

/** At most `most` of the cases: as played if all fit; else the smallest of each kind, then the next of each. */
export function shownCases(cases: readonly Case[], most: number): readonly Case[] {
  if (cases.length <= most) return cases;
  const byKind = new Map<string, Case[]>();
  for (const one of cases) {
    const kind = kindOf(one.verdict);
    const known = byKind.get(kind);
    if (known === undefined) byKind.set(kind, [one]);
    else known.push(one);
  }
  const kinds = [...byKind.values()];
  // Kinds of one wrong thing explain those of several.
  kinds.sort(([a], [b]) => findingCount(a) - findingCount(b));
  for (const kind of kinds) kind.sort((a, b) => findingCount(a) - findingCount(b) || frameCount(a) - frameCount(b));
  const shown: Case[] = [];
  for (let turn = 0; shown.length < most; turn++) {
    for (const kind of kinds) {
      const next = kind[turn];
      if (next !== undefined && shown.length < most) shown.push(next);
    }
  }
  return shown;
}

/** What is wrong and where, without values. */
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

/** A verdict that is not a pass, as text: what was expected and came, the trace, the line that reproduces it. */

import { registry } from '../reference-impl/rules/index.ts';
import { formatDecision } from '../reference-impl/trace.ts';
import type { DecisionEvent, FindingEvent, VerdictEvent } from './events.ts';

export function failureText(verdict: VerdictEvent, replay?: string): string {
  const lines: string[] = [];
  if (verdict.reason !== undefined) lines.push(verdict.reason);
  for (const finding of verdict.findings) lines.push(...findingLines(finding));
  if (verdict.decisions.length > 0) lines.push('what the reference does:', ...traceLines(verdict.decisions));
  if (replay !== undefined) lines.push(`again: ${replayLine(replay, verdict.vector)}`);
  return lines.join('\n');
}

/** A finding and its field, expected above actual. */
export function findingLines({ rule, level, arrivals, field, expected, actual, message }: FindingEvent): string[] {
  const which = arrivals.length === 0 ? '' : ` (arrivals ${arrivals.map((n) => `#${n}`).join(' ')})`;
  return [
    `${rule} ${level}: ${message}${which}`,
    `  - expected ${field}: ${expected}`,
    `  + actual   ${field}: ${actual}`,
  ];
}

export function traceLines(decisions: readonly DecisionEvent[]): string[] {
  return decisions.map(({ arrival, did, rule, name }) => {
    const found = registry.find((candidate) => candidate.id === rule && (name ?? candidate.name) === candidate.name);
    const known = ['started', 'merged', 'alone', 'restarted'].includes(did);
    if (found === undefined || !known) return `  #${arrival} ${did}: ${rule} ${name ?? ''}`.trimEnd();
    return `  ${formatDecision({ arrival, did: did as 'started', rule: found })}`;
  });
}

/** Behind `replay`, the command that ran: this vector alone. */
export function replayLine(replay: string, vector: string): string {
  return `${replay} --filter ${/^[\w./:=+-]+$/.test(vector) ? vector : `'${vector.replaceAll("'", `'\\''`)}'`}`;
}

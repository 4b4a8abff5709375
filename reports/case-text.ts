/** What a person reads about one vector that is not as it should be. Console and JUnit say the same. */

import { registry } from '../reference-impl/rules/index.ts';
import { type Decision, formatDecision } from '../reference-impl/trace.ts';
import type { DecisionEvent, FindingEvent, SessionEvent, VerdictEvent } from './events.ts';

/** The family of a vector's id: what stands before the first slash. */
export function familyOf(id: string): string {
  return id.split('/', 1)[0] ?? id;
}

/** Whether a verdict makes the run fail. */
export function isFailure({ verdict }: VerdictEvent, strict: boolean): boolean {
  return verdict === 'fail' || (strict && verdict === 'warn');
}

export function findingText(finding: FindingEvent): string[] {
  const { rule, level, field, expected, actual, message, arrivals } = finding;
  const where = arrivals.length === 0 ? '' : ` at ${arrivals.map((n) => `#${n}`).join(', ')}`;
  return [
    `${rule} (${level})${where}: ${message}`,
    `  ${field}`,
    `    expected  ${expected}`,
    `    actual    ${actual}`,
  ];
}

/** What came out against what the reference does, arrival by arrival. */
export function traceText({ decisions, indications }: VerdictEvent): string[] {
  const lines = indications.map(({ dpc, arrivals }, i) => {
    const made = arrivals.length === 0 ? 'nothing that arrived' : arrivals.map((n) => `#${n}`).join(' ');
    return `  out ${i} (DPC ${dpc}): ${made}`;
  });
  return [
    'The reference:',
    ...decisions.map((decision) => `  ${decisionText(decision)}`),
    'The target:',
    ...(lines.length === 0 ? ['  indicated nothing'] : lines),
  ];
}

function decisionText({ arrival, did, rule: id, name }: DecisionEvent): string {
  const rule = registry.find((candidate) => candidate.id === id && candidate.name === name);
  return rule === undefined
    ? `#${arrival} ${did} (${id})`
    : formatDecision({ arrival, did: did as Decision['did'], rule });
}

/** One line that runs this vector again. */
export function replayText(session: SessionEvent | undefined, id: string): string {
  if (session?.replay !== undefined) return `${session.replay} --filter ${quoted(id)}`;
  const target = session === undefined || session.target === 'reference' ? '' : ` --target ${quoted(session.target)}`;
  return `rsc-conformance run${target} --filter ${quoted(id)}`;
}

function quoted(text: string): string {
  return /^[\w./:=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The text about one vector with an unexpected result. Console and JUnit share it. */

import { decisionWords } from '../reference-impl/trace.ts';
import type {
  DecisionEvent,
  FindingEvent,
  IndicationEvent,
  KnownFailureEvent,
  SessionEvent,
  VectorEvent,
  VerdictEvent,
} from './events.ts';
import type { RuleTexts } from './rule-texts.ts';
import { shellWord } from './shell-word.ts';

/** Whether a vector makes the run fail: the baseline decides first, then the verdict. */
export function isUnexpected({ verdict, known, unexpected }: VerdictEvent, strict: boolean): boolean {
  if (known !== undefined) return false;
  return unexpected !== undefined || verdict === 'fail' || verdict === 'error' || (strict && verdict === 'warn');
}

/** The baseline's entry for a vector; empty if there is none. */
export function baselineText({ known, unexpected }: VerdictEvent): string[] {
  if (known !== undefined) return [`Known failure (${known.entry}): ${known.reason}${reviewText(known)}`];
  if (unexpected === undefined) return [];
  const { entry, expected, message, reason } = unexpected;
  return [`${entry}: ${message}`, `  expected  ${expected}`, `  because   ${reason}${reviewText(unexpected)}`];
}

function reviewText({ reviewBy }: KnownFailureEvent): string {
  return reviewBy === undefined ? '' : ` (review by ${reviewBy})`;
}

export function findingText(finding: FindingEvent): string[] {
  const { rule, level, field, expected, actual, message, arrivals } = finding;
  const where = arrivals.length === 0 ? '' : ` at ${rangesText(arrivals)}`;
  return [
    `${rule} (${level})${where}: ${message}`,
    `  ${field}`,
    `    expected  ${expected}`,
    `    actual    ${actual}`,
  ];
}

/** The target's indications and the reference's decisions, arrival by arrival. `steps`: the vector's, if known. */
export function traceText(
  { decisions, indications }: VerdictEvent,
  rules: RuleTexts,
  steps: VectorEvent['steps'] = [],
): string[] {
  const lines = indications.map((indication, i) => `  ${indicationName(indication, i, steps)}: ${madeOf(indication)}`);
  const reference = groupsOf(decisions).map((group) => `  ${decisionText(group, rules)}`);
  return [
    ...(reference.length === 0 ? [] : ['The reference:', ...reference]),
    'The target:',
    ...(lines.length === 0 ? ['  indicated nothing'] : lines),
  ];
}

/**
 * "indication 0 (DPC 2)"; after a setting, "indication 0 (SET in DPC 2)". `number`: its place among the indications.
 */
export function indicationName(
  { step, dpc }: { readonly step?: number | undefined; readonly dpc: number },
  number: number,
  steps: readonly object[],
): string {
  const answered = step === undefined ? undefined : steps[step];
  return `indication ${number} (${answered !== undefined && 'set' in answered ? 'SET in ' : ''}DPC ${dpc})`;
}

/** In place of arrivals: the indication repeats some, or nothing explains it. */
export const NO_ARRIVAL = 'no arrival of its own';

/** The arrivals that an indication is made of, in words. */
export function madeOf({ arrivals }: Pick<IndicationEvent, 'arrivals'>): string {
  return arrivals.length === 0 ? NO_ARRIVAL : rangesText(arrivals);
}

/** Consecutive arrivals with the same rule and outcome share a line. */
function groupsOf(decisions: readonly DecisionEvent[]): DecisionEvent[][] {
  const groups: DecisionEvent[][] = [];
  for (const decision of decisions) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    const isSame = last?.did === decision.did && last.rule === decision.rule && last.name === decision.name;
    if (group !== undefined && isSame && last.arrival + 1 === decision.arrival) group.push(decision);
    else groups.push([decision]);
  }
  return groups;
}

/** The reference's decisions for these arrivals, in words. */
export function decisionText(group: readonly DecisionEvent[], rules: RuleTexts): string {
  const [first] = group;
  if (first === undefined) return '';
  const { did, rule: id, name } = first;
  const which = rangesText(group.map((decision) => decision.arrival));
  const rule = rules.row(id).find((text) => text.name === name);
  if (rule === undefined) return `${which} ${did} (${id})`;
  return `${which} ${decisionWords(did, group.length)}: ${id} ${rule.name}: ${rule.summary}`;
}

/** "#0 #2-#5": three or more in a row are a range. */
export function rangesText(arrivals: readonly number[]): string {
  const parts: string[] = [];
  for (let from = 0; from < arrivals.length; ) {
    let to = from;
    while (arrivals[to + 1] === (arrivals[to] as number) + 1) to++;
    if (to - from < 2) to = from;
    parts.push(to === from ? `#${arrivals[from]}` : `#${arrivals[from]}-#${arrivals[to]}`);
    from = to + 1;
  }
  return parts.join(' ');
}

/** Whether the run played vectors of the corpus, and not a pair of captures. */
export function hasVectors(session: SessionEvent | undefined): boolean {
  return session?.digest !== '';
}

/** The command line that runs this vector again. */
export function replayText(session: SessionEvent | undefined, id: string): string {
  if (session !== undefined && !hasVectors(session)) return session.command;
  const quoted = (text: string): string =>
    shellWord(text, session?.environment?.kernel.startsWith('Windows_NT') === true);
  if (session?.replay !== undefined) return `${session.replay} --filter ${quoted(id)}`;
  const target = session === undefined || session.target === 'reference' ? '' : ` --target ${quoted(session.target)}`;
  return `rsc-conformance run${target} --filter ${quoted(id)}`;
}

/** Makes findings. */

import { placeOf } from '../../reference-impl/rules/documents.ts';
import { registry } from '../../reference-impl/rules/index.ts';
import type { Level, Rule, RuleBase } from '../../reference-impl/rules/rule.ts';
import type { Draft, Finding } from './types.ts';

const byName = new Map<string, Rule>(registry.map((rule) => [rule.name, rule]));

export function ruleNamed(name: string): Rule {
  const rule = byName.get(name);
  if (rule === undefined) throw new Error(`no rule is called ${name}`);
  return rule;
}

export function isSoft({ level }: { readonly level: Level }): boolean {
  return level === 'should' || level === 'may';
}

/** The word for how much a value is owed: "must", or "should". */
export function mustOf(found: { readonly level: Level }): 'must' | 'should' {
  return isSoft(found) ? 'should' : 'must';
}

/** The verdict that findings lead to. */
export function verdictOf(findings: readonly Finding[]): 'pass' | 'warn' | 'fail' {
  if (findings.some((found) => !isSoft(found))) return 'fail';
  return findings.length > 0 ? 'warn' : 'pass';
}

export function finding(
  rule: RuleBase,
  arrivals: readonly number[],
  field: string,
  expected: string | number,
  actual: string | number,
  message: string,
  level: Level = rule.level,
): Finding {
  return worded(draft(rule, arrivals, field, () => [expected, actual, message], level));
}

/** `words`: expected, actual, message. They must not refer to memory that is overwritten later. */
export function draft(
  rule: RuleBase,
  arrivals: readonly number[],
  field: string,
  words: () => readonly [expected: string | number, actual: string | number, message: string],
  level: Level = rule.level,
): Draft {
  return {
    rule: rule.id,
    level,
    arrivals,
    field,
    words: () => {
      const [expected, actual, message] = words();
      const isDisputed = isSoft({ level }) || rule.disagreement?.isEitherBroken === true;
      const text = `${message}${isDisputed ? bothPlaces(rule) : ''}`;
      return { expected: String(expected), actual: String(actual), message: text };
    },
  };
}

/** Writes its message. */
export function worded({ rule, level, arrivals, field, words }: Draft): Finding {
  return { rule, level, arrivals, field, ...words() };
}

/** If the sources disagree, the message contains both readings and their places. */
function bothPlaces({ disagreement }: RuleBase): string {
  const places = (disagreement?.readings ?? []).flatMap(({ clause, says }) =>
    clause === undefined ? [] : [`${says}: ${placeOf(clause)}`],
  );
  return places.length < 2 ? '' : ` Two readings: ${places.join('; ')}.`;
}

/** Ranges that a list names; of more, the number. */
const MOST_RANGES = 8;

/** "#3", "#3 and #4", "#3 to #7", "#1, #3 to #7 and #9". */
export function nameArrivals(arrivals: readonly number[]): string {
  const ranges: (readonly [from: number, to: number])[] = [];
  for (const number of arrivals) {
    const last = ranges.at(-1);
    if (last !== undefined && number === last[1] + 1) ranges[ranges.length - 1] = [last[0], number];
    else ranges.push([number, number]);
  }
  const shown = ranges.slice(0, MOST_RANGES);
  const more = ranges.slice(MOST_RANGES).reduce((sum, [from, to]) => sum + to - from + 1, 0);
  const names = shown.flatMap(([from, to]) =>
    to - from > 1 ? [`#${from} to #${to}`] : from === to ? [`#${from}`] : [`#${from}`, `#${to}`],
  );
  if (more > 0) names.push(`${more} more`);
  return listText(names, 'no arrival');
}

/** "a", "a and b", "a, b and c". `none`: the text of an empty list. */
export function listText(names: readonly string[], none: string): string {
  const [last = none] = names.slice(-1);
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

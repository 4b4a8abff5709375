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

/** "#3", "#3 and #4", "#3 to #7". */
export function nameArrivals(arrivals: readonly number[]): string {
  const [first] = arrivals;
  const last = arrivals[arrivals.length - 1];
  if (first === undefined || last === undefined) return 'no arrival';
  if (arrivals.length === 1) return `#${first}`;
  if (arrivals.length === 2) return `#${first} and #${last}`;
  return last - first === arrivals.length - 1 ? `#${first} to #${last}` : arrivals.map((n) => `#${n}`).join(', ');
}

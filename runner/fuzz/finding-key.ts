/** Findings with the same key are one for the reader: the same clause, the same field, the same kind of value. */

import { rulesOfRow } from '../../reference-impl/rules/index.ts';
import type { Decision } from '../../reference-impl/trace.ts';
import type { Finding } from '../judge/types.ts';

/** "#3", "#3 and #4", "#3 to #7". */
const ARRIVALS = /#\d+(?:(?:, | and | to )#\d+)*/g;

type Keyed = Pick<Finding, 'rule' | 'level' | 'field' | 'arrivals' | 'expected' | 'actual'>;

/** `decisions`: those of the reference, by arrival. If one applies the broken row, its clause distinguishes findings of the row. */
export function findingKey(finding: Keyed, decisions: readonly Pick<Decision, 'arrival' | 'rule'>[] = []): string {
  const { rule, level, field, arrivals, expected, actual } = finding;
  // Most rows have one clause, whether or not the reference applied it.
  const applied = decisions.filter((decision) => arrivals.includes(decision.arrival) && decision.rule.id === rule);
  const clauses = new Set(rulesOfRow(rule).length < 2 ? [] : applied.map((decision) => decision.rule.name));
  // The last answer of a target before it broke is not the cause.
  // What it was merged into, and the values that differ there, are of this session alone.
  const shown = rule === 'error' ? actual.replace(/;.*/s, '') : field === 'merge' ? '' : actual;
  return [rule, level, field, [...clauses].sort().join(' '), kindOf(expected), kindOf(shown)].join('|');
}

/** The words of a value, without arrivals, numbers and bytes, which differ between sessions. */
function kindOf(value: string): string {
  const words = value.replaceAll(ARRIVALS, '').match(/[\p{L}\d_.#-]+/gu) ?? [];
  return words.filter((word) => !/\d/.test(word) && !isHex(word)).join(' ');
}

function isHex(word: string): boolean {
  return word.length % 2 === 0 && /^[0-9a-f]+$/.test(word);
}

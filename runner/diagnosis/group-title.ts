/** The title of a group of findings: what the coalescer does wrong, in the words of the rule. */

import { registry } from '../../reference-impl/rules/index.ts';
import type { Group } from './finding-group.ts';

/** The title if no known fault explains a group. `name`: the rule of the registry, if the trace shows it. */
export function groupTitle({ rule: id, field, kind, isSoft }: Group, name?: string): string {
  if (id === 'error') return `The target broke: ${field}`;
  // A rule that only allows a choice cannot be broken.
  const rows = registry.filter(({ id: row, whenBroken }) => row === id && whenBroken !== undefined);
  const precise = rows.find(({ whenBrokenBy }) => whenBrokenBy?.[kind ?? field] !== undefined);
  if (precise !== undefined) return precise.whenBrokenBy?.[kind ?? field] as string;
  const level = (soft: boolean): boolean => rows.some((rule) => rule.level === 'should') === soft;
  const rule =
    rows.find((row) => row.name === name) ??
    rows.find((row) => 'field' in row && row.field === field) ??
    rows.find((row) => (row.level === 'should') === isSoft && level(isSoft)) ??
    rows[0];
  return rule?.whenBroken ?? `${id} is broken: ${field}`;
}

/** The title of a group of findings: what the coalescer does wrong, in the words of the rule. */

import { registry } from '../../reference-impl/rules/index.ts';
import type { Group } from './finding-group.ts';

/** Titles for fields that are more precise than the rule's. */
const FIELDS: Readonly<Record<string, string>> = {
  'H1 payload': 'Payload bytes of a unit are altered, inserted or missing',
  'H1 frame': 'Frames come out that nothing that arrived explains',
  'H1 ethernet': 'The link-layer header of a unit is not the first segment’s',
  'I7 indications never': 'Frames never come out',
  'I7 indications again': 'Frames come out more than once',
  'I7 indications foreign': 'Frames come out that nothing that arrived explains',
  'H1 tcp.options': 'The TCP options of a unit are not those of its segments',
};

/** The title if no known fault explains a group. `name`: the rule of the registry, if the trace shows it. */
export function groupTitle({ rule: id, field, kind, isSoft }: Group, name?: string): string {
  if (id === 'error') return `The target broke: ${field}`;
  const special = FIELDS[kind === undefined ? `${id} ${field}` : `${id} ${field} ${kind}`];
  if (special !== undefined) return special;
  // A rule that only allows a choice cannot be broken.
  const rows = registry.filter(({ id: row, whenBroken }) => row === id && whenBroken !== undefined);
  const level = (soft: boolean): boolean => rows.some((rule) => rule.level === 'should') === soft;
  const rule =
    rows.find((row) => row.name === name) ??
    rows.find((row) => 'field' in row && row.field === field) ??
    rows.find((row) => (row.level === 'should') === isSoft && level(isSoft)) ??
    rows[0];
  return rule?.whenBroken ?? `${id} is broken: ${field}`;
}

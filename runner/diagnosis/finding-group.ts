/** What findings of one kind share, whatever the numbers in them. */

import type { FindingEvent } from '../../reports/events.ts';

/** What is wrong and where, never by numbers: the rule, the field, and whether the rule is a must. */
export function groupOf({ rule, field, level }: Pick<FindingEvent, 'rule' | 'field' | 'level'>): string {
  return `${rule} ${field}${level === 'should' || level === 'may' ? ' should' : ''}`;
}

export function groupsOf(findings: readonly Pick<FindingEvent, 'rule' | 'field' | 'level'>[]): string[] {
  return [...new Set(findings.map(groupOf))];
}

export interface Group {
  /** Row of the catalogue, or `error`. */
  readonly rule: string;
  readonly field: string;
  readonly isSoft: boolean;
}

export function parseGroup(group: string): Group {
  if (group.startsWith(ERROR)) return { rule: 'error', field: group.slice(ERROR.length), isSoft: false };
  const isSoft = group.endsWith(' should');
  const text = isSoft ? group.slice(0, -' should'.length) : group;
  const at = text.indexOf(' ');
  return { rule: text.slice(0, at), field: text.slice(at + 1), isSoft };
}

const ERROR = 'error ';

/** What a target said last differs from one vector to the next: its first line, without numbers and without what it quotes. */
export function errorGroup(reason: string | undefined): string {
  const [line = ''] = (reason ?? 'no reason given').split(/\r?\n|;/, 1);
  return `${ERROR}${line.replaceAll(/\b(?:0x)?[0-9a-f]*\d[0-9a-f]*\b/gi, 'N')}`;
}

/** What findings of one kind share, whatever the numbers in them. */

import type { FindingEvent } from '../../reports/events.ts';

type Grouped = Pick<FindingEvent, 'rule' | 'field' | 'level' | 'actual'>;

/** What is wrong and where, without numbers: the rule, the field, whether the rule is a must, and lost or repeated. */
export function groupOf({ rule, field, level, actual }: Grouped): string {
  const kind = field === COUNTED ? ` ${KINDS[actual === '0' ? 0 : 1]}` : '';
  return `${rule} ${field}${kind}${level === 'should' || level === 'may' ? SOFT : ''}`;
}

export function groupsOf(findings: readonly Grouped[]): string[] {
  return [...new Set(findings.map(groupOf))];
}

/** Of a frame: how often it came out. */
const COUNTED = 'indications';
const KINDS = ['never', 'again'] as const;
const SOFT = ' should';

export interface Group {
  /** Row of the catalogue, or `error`. */
  readonly rule: string;
  readonly field: string;
  /** Of how often a frame came out: never, or again. */
  readonly kind?: (typeof KINDS)[number];
  readonly isSoft: boolean;
}

export function parseGroup(group: string): Group {
  if (group.startsWith(ERROR)) return { rule: 'error', field: group.slice(ERROR.length), isSoft: false };
  const isSoft = group.endsWith(SOFT);
  const text = isSoft ? group.slice(0, -SOFT.length) : group;
  const at = text.indexOf(' ');
  const rule = text.slice(0, at);
  const what = text.slice(at + 1);
  const kind = KINDS.find((one) => what === `${COUNTED} ${one}`);
  return kind === undefined ? { rule, field: what, isSoft } : { rule, field: COUNTED, kind, isSoft };
}

const ERROR = 'error ';

/** What a target said last differs from one vector to the next: its first line, without numbers and without what it quotes. */
export function errorGroup(reason: string | undefined): string {
  const [line = ''] = (reason ?? 'no reason given').split(/\r?\n|;/, 1);
  return `${ERROR}${line.replaceAll(/\b(?:0x)?[0-9a-f]*\d[0-9a-f]*\b/gi, 'N')}`;
}

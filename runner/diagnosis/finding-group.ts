/** The common part of findings of one kind, without numbers. */

import type { FindingEvent } from '../../reports/events.ts';

type Grouped = Pick<FindingEvent, 'rule' | 'field' | 'level' | 'expected' | 'actual'>;

/** A finding without numbers: the rule, the field, whether the rule is a must, and lost or repeated. */
export function groupOf(found: Grouped): string {
  const { rule, field, level } = found;
  const kind = field === COUNTED ? ` ${kindOf(found)}` : '';
  return `${rule} ${field}${kind}${level === 'should' || level === 'may' ? SOFT : ''}`;
}

/** For a frame that should come out once, or for missing frames between captures. */
function kindOf({ expected, actual }: Grouped): (typeof KINDS)[number] {
  if (expected === 'none') return 'foreign';
  return actual === '0' || actual.endsWith(' missing') ? 'never' : 'again';
}

export function groupsOf(findings: readonly Grouped[]): string[] {
  return [...new Set(findings.map(groupOf))];
}

/** How often a frame came out. */
const COUNTED = 'indications';
const KINDS = ['never', 'again', 'foreign'] as const;
const SOFT = ' should';

export interface Group {
  /** Row of the catalogue, or `error`. */
  readonly rule: string;
  readonly field: string;
  /** Whether a frame came out never, again, or although it never arrived. */
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

/** The last output of a target differs between vectors: its first line counts, without numbers but an exit status. */
export function errorGroup(reason: string | undefined): string {
  const [line = ''] = (reason ?? 'no reason given').split(/\r?\n|;/, 1);
  return `${ERROR}${line.replaceAll(/(?<!\bstatus )\b(?:0x)?[0-9a-f]*\d[0-9a-f]*\b/gi, 'N')}`;
}

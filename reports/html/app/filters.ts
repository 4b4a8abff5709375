/** The filters of the table of vectors, as the address has them: #/vectors?verdict=fail&text=... */

import { familyOf } from '../../family.ts';
import type { ListedCase } from '../packed.ts';
import { WORST_FIRST } from './verdicts.ts';

export interface Filters {
  /** Words that all have to be in a vector's id, title, findings. */
  readonly text: string;
  /** Words of which none may be. */
  readonly not: string;
  readonly verdict: string;
  readonly family: string;
  readonly rule: string;
  readonly flag: string;
  readonly order: 'worst' | 'run';
}

export const NO_FILTERS: Filters = { text: '', not: '', verdict: '', family: '', rule: '', flag: '', order: 'worst' };

export function filtersFrom(query: string): Filters {
  const given = new URLSearchParams(query);
  const filters: Record<string, string> = { ...NO_FILTERS };
  for (const key of Object.keys(filters)) filters[key] = given.get(key) ?? filters[key] ?? '';
  return filters as unknown as Filters;
}

/** The same as an address; defaults are left out. */
export function addressOf(filters: Partial<Filters>): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(filters))
    if (value !== NO_FILTERS[key as keyof Filters]) query.set(key, value);
  const text = query.toString();
  return text === '' ? '#/vectors' : `#/vectors?${text}`;
}

export function filtered(cases: readonly ListedCase[], filters: Filters): readonly ListedCase[] {
  const wanted = words(filters.text);
  const unwanted = words(filters.not);
  const kept = cases.filter((one) => {
    if (filters.verdict === 'bad' ? !isBad(one) : filters.verdict !== '' && one.verdict !== filters.verdict)
      return false;
    if (filters.family !== '' && familyOf(one.vector) !== filters.family) return false;
    if (filters.flag !== '' && !one.flags.includes(filters.flag)) return false;
    if (filters.rule !== '' && !isAbout(one, filters.rule)) return false;
    if (wanted.length === 0 && unwanted.length === 0) return true;
    const text = textOf(one);
    return wanted.every((word) => text.includes(word)) && !unwanted.some((word) => text.includes(word));
  });
  if (filters.order === 'run') return kept;
  return WORST_FIRST.flatMap((verdict) => kept.filter((one) => one.verdict === verdict));
}

/** A vector is about a rule, or broke it. */
export function isAbout(one: ListedCase, rule: string): boolean {
  return one.rules.includes(rule) || one.findings.some((finding) => finding.rule === rule);
}

/** Verdicts that need a look. */
export function isBad({ verdict, unexpected }: ListedCase): boolean {
  return unexpected !== undefined || verdict === 'fail' || verdict === 'error' || verdict === 'warn';
}

function words(text: string): string[] {
  return text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
}

function textOf(one: ListedCase): string {
  const findings = one.findings.map(({ rule, field, message }) => `${rule} ${field} ${message}`);
  return `${one.vector} ${one.title} ${one.rules.join(' ')} ${findings.join(' ')} ${one.reason ?? ''}`.toLowerCase();
}

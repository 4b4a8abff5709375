/** Two failures are the same if their verdicts and their findings, by rule and field, are equal. Bytes do not count. */

import type { VerdictEvent } from '../../reports/events.ts';

/** Verdicts that a baseline can contain. */
export type FailingVerdict = 'fail' | 'error' | 'warn';

export interface FindingKey {
  readonly rule: string;
  readonly field: string;
}

export interface Fingerprint {
  readonly verdict: FailingVerdict;
  /** Each once, sorted; empty for an error. */
  readonly findings: readonly FindingKey[];
}

/** Undefined: it does not fail in any sense. */
export function fingerprintOf({
  verdict,
  findings,
}: Pick<VerdictEvent, 'verdict' | 'findings'>): Fingerprint | undefined {
  if (verdict !== 'fail' && verdict !== 'error' && verdict !== 'warn') return undefined;
  return { verdict, findings: verdict === 'error' ? [] : distinct(findings) };
}

export function distinct(findings: readonly FindingKey[]): FindingKey[] {
  const byText = new Map(findings.map(({ rule, field }) => [`${rule} ${field}`, { rule, field }]));
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, key]) => key);
}

/** "fail: E8b merge, H2 ipv4.total-length": equal texts, equal fingerprints. */
export function fingerprintText({ verdict, findings }: Fingerprint): string {
  return findings.length === 0
    ? verdict
    : `${verdict}: ${findings.map(({ rule, field }) => `${rule} ${field}`).join(', ')}`;
}

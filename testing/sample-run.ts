/** Shared by tests of reports: a run with an outcome of each kind. */

import type { FindingEvent, RunEvent, SessionEvent, Verdict, VerdictEvent } from '../reports/events.ts';
import { noCounts } from '../reports/run-summary.ts';

export const SESSION: SessionEvent = {
  type: 'session',
  target: 'program:./x',
  targetVersion: '1',
  policy: {},
  capabilities: {},
  version: '0.1.0',
  digest: 'abcdef0123456789',
  shard: '1/1',
  strict: false,
  command: "rsc-conformance run --target 'program:./x'",
  started: '2026-01-02T03:04:05.678Z',
  vectors: 5,
  // Of a version that does not exist: a report's text about a rule can only come from here.
  ruleTexts: {
    I1: [{ name: 'in-order', level: 'must', summary: 'Order is kept.', clause: { doc: 'old-spec', section: '4.1' } }],
    E3: [
      {
        name: 'no-syn',
        level: 'must',
        summary: 'SYN goes alone.',
        clause: { doc: 'spec', title: 'Rules of Another Year', version: '1999', section: 'Chapter 7' },
      },
    ],
  },
};
export const FINDING: FindingEvent = {
  rule: 'E3',
  level: 'must',
  arrivals: [1],
  field: 'merge',
  expected: 'not merged',
  actual: 'merged into #0',
  message: '#1 must not be merged: SYN is set.',
};

export function played(vector: string, verdict: Verdict, more: Partial<VerdictEvent> = {}): RunEvent[] {
  return [
    { type: 'vector', vector, title: 'A title', rules: ['E3', 'I1'], level: 'must', flags: [], steps: [{ rx: '00' }] },
    {
      type: 'verdict',
      vector,
      verdict,
      findings: [],
      indications: [],
      decisions: [],
      ratio: 1,
      notObserved: ['valueInvalid'],
      ms: 1.5,
      ...more,
    },
  ];
}

const KNOWN = { reason: 'ticket 7', entry: 'known.json:4' };
export const RUN: RunEvent[] = [
  SESSION,
  ...played('exceptions/a', 'pass'),
  ...played('exceptions/b', 'fail', { findings: [FINDING] }),
  ...played('exceptions/c', 'fail', {
    findings: [{ ...FINDING, arrivals: [3], message: '#3 must not be merged: SYN is set.' }],
  }),
  ...played('headers/d', 'unsupported', { reason: 'the target does no IPv6' }),
  ...played('headers/e', 'fail', { findings: [FINDING], known: KNOWN }),
  ...played('headers/f', 'error', { reason: 'it died\nof old age' }),
  ...played('headers/g', 'warn', { findings: [{ ...FINDING, level: 'should' }] }),
  { type: 'end', counts: { ...noCounts(), pass: 1, fail: 3, unsupported: 1, error: 1, warn: 1 }, exit: 1 },
];

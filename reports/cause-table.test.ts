import { expect } from 'chai';
import { type CauseDocument, CauseTable } from './cause-table.ts';
import type { RunEvent, VerdictEvent } from './events.ts';

const finding = (rule: string, field: string) =>
  ({ rule, level: 'must', arrivals: [1], field, expected: 'not merged', actual: 'merged', message: '' }) as const;

function vector(
  id: string,
  frames: number,
  findings: VerdictEvent['findings'],
  more: Partial<VerdictEvent> = {},
): RunEvent[] {
  const steps = [...Array.from({ length: frames }, () => ({ rx: '00'.repeat(60) })), { dpc: true } as const];
  return [
    { type: 'vector', vector: id, title: `title of ${id}`, rules: ['E2', 'H5'], level: 'must', flags: [], steps },
    {
      type: 'verdict',
      vector: id,
      verdict: findings.length > 0 ? 'fail' : 'pass',
      findings,
      indications: [{ dpc: 0, frame: 'aa'.repeat(61), oob: {}, arrivals: [0, 1] }],
      decisions: [{ arrival: 0, did: 'started', rule: 'C1' }],
      ratio: 1,
      notObserved: ['statistics'],
      ms: 1,
      ...more,
    },
  ];
}

const DOCUMENT: CauseDocument = {
  title: 'A report',
  introduction: ['First *words*.'],
  remarks: ['Last words.'],
  causes: [
    { title: 'Sums are not checked', text: ['No sum is checked.'], explains: ({ rule }) => rule === 'E2' },
    { title: 'Never seen', text: ['...'], explains: () => false },
  ],
};

function tableOf(events: readonly RunEvent[]): CauseTable {
  const table = new CauseTable(DOCUMENT);
  for (const event of events) table.event(event);
  return table;
}

describe('cause table', () => {
  const events = [
    ...vector('a/long', 5, [finding('E2', 'merge')]),
    ...vector('a/mixed', 2, [finding('E2', 'merge'), finding('H4', 'ip.ttl')]),
    ...vector('a/short', 3, [finding('E2', 'merge')]),
    ...vector('b/fine', 1, []),
    ...vector('b/less', 2, [], { verdict: 'pass-less', ratio: 0.5 }),
  ];

  it('shows the smallest vector that has nothing but the cause', () => {
    const text = tableOf(events).text();
    expect(text).to.match(/^# A report\n\nFirst \*words\*\.\n/);
    expect(text).to.include('| 1 | Sums are not checked | E2 | 3 |');
    expect(text).to.include('Smallest vector: `a/short`');
    expect(text).to.include('No sum is checked.');
    expect(text).to.include('out  #0 #1 61 bytes');
    expect(text).to.match(/Last words\.\n$/);
  });

  it('says what is not explained, and which cause explains nothing', () => {
    const table = tableOf(events);
    expect(table.unexplained).to.deep.equal(['a/mixed']);
    expect(table.idle).to.deep.equal(['Never seen']);
    expect(table.text()).to.include('## Not explained yet\n\n- `a/mixed`');
    expect(table.titlesOf('a/mixed', [finding('E2', 'merge'), finding('H4', 'ip.ttl')])).to.deep.equal([
      'Sums are not checked',
    ]);
  });

  it('says what is merged less, what had no finding, and what was never seen', () => {
    const text = tableOf(events).text();
    expect(text).to.include('| `b/less` | 1 | 50 % |');
    expect(text).to.include('## Rules without a finding\n\nH5.\n\nNever observed, and so never judged: statistics.');
  });

  it('is a report of nothing without events', () => {
    expect(tableOf([]).text()).to.include('# A report');
  });
});

import { expect } from 'chai';
import type { BaselineEvent, Verdict, VerdictEvent } from '../../reports/events.ts';
import { Baseline, type BaselineOptions } from './baseline.ts';
import type { BaselineEntry } from './baseline-file.ts';

const CORPUS = ['a/one', 'a/two', 'a/three', 'b/one', 'b/two'];
const MERGE = { rule: 'E8b', field: 'merge' };
const LENGTH = { rule: 'H2', field: 'ipv4.total-length' };

function entry(vectors: string[], more: Partial<BaselineEntry> = {}): BaselineEntry {
  const lines = { line: 10, reasonLine: 11, reviewLine: 12, vectorLines: vectors.map((_, i) => 20 + i) };
  return { vectors, reason: 'a bug', verdict: 'fail', findings: [MERGE], ...lines, ...more };
}

function verdict(vector: string, kind: Verdict, findings: { rule: string; field: string }[] = []): VerdictEvent {
  const details = { level: 'must', arrivals: [], expected: 'x', actual: 'y', message: 'm' };
  return {
    type: 'verdict',
    vector,
    verdict: kind,
    findings: findings.map((keys) => ({ ...details, ...keys })),
    indications: [],
    decisions: [],
    ratio: 1,
    notObserved: [],
    ms: 1,
  };
}

function run(
  entries: BaselineEntry[],
  verdicts: VerdictEvent[],
  options: Partial<BaselineOptions> = {},
): { assessed: ReturnType<Baseline['assess']>[]; summary: BaselineEvent } {
  const planned = verdicts.map(({ vector }) => vector);
  const base = new Baseline(
    { file: 'b.json', entries },
    { corpus: CORPUS, planned, strict: false, today: '2026-05-05', ...options },
  );
  const assessed = verdicts.map((event) => base.assess(event));
  return { assessed, summary: base.summary() };
}

describe('a baseline that says what it is for', () => {
  const isFor = (target: string, version: string): boolean =>
    new Baseline({ file: 'b.json', target, entries: [] }, { corpus: [], planned: [], strict: false, today: '' }).isFor(
      version,
    );

  it('is for versions that begin so, number by number', () => {
    expect(isFor('QEMU 7.2', 'QEMU 7.2.22 (Debian 1:7.2)')).to.equal(true);
    expect(isFor('QEMU 7.2', 'QEMU 7.2')).to.equal(true);
    expect(isFor('QEMU 7.2', 'QEMU 7.20.1')).to.equal(false);
    expect(isFor('QEMU 7.2', 'QEMU 11.1.3')).to.equal(false);
  });
});

const problems = ({ summary }: { summary: BaselineEvent }): string[] =>
  summary.problems.map(({ kind, entry: where, message, change }) => `${kind} ${where}: ${message}. ${change}`);

describe('baseline', () => {
  it('knows a failure by verdict, rules and fields, whatever their order and number', () => {
    const result = run(
      [entry(['a/*'], { findings: [MERGE, LENGTH], reviewBy: '2026-05-05' })],
      ['a/one', 'a/two', 'a/three'].map((id) => verdict(id, 'fail', [LENGTH, MERGE, MERGE])),
    );
    const known = { reason: 'a bug', entry: 'b.json:10', reviewBy: '2026-05-05' };
    expect(result.assessed).to.deep.equal([{ known }, { known }, { known }]);
    expect(result.summary).to.deep.equal({ file: 'b.json', known: 3, problems: [] });
  });

  it('knows errors, and warnings', () => {
    const result = run(
      [entry(['a/one'], { verdict: 'error', findings: [] }), entry(['a/two'], { verdict: 'warn' })],
      [verdict('a/one', 'error'), verdict('a/two', 'warn', [MERGE])],
    );
    expect(result.summary).to.deep.include({ known: 2, problems: [] });
  });

  it('has nothing to say of other vectors', () => {
    const { assessed, summary } = run([entry(['a'])], [verdict('b/one', 'fail', [MERGE]), verdict('b/two', 'pass')]);
    expect(assessed).to.deep.equal([{}, {}]);
    expect(summary.known).to.equal(0);
  });

  it('says of one that passes which pattern to delete or to narrow', () => {
    const result = run(
      [entry(['a/*', 'b/one', 'b/two'])],
      [
        verdict('a/one', 'fail', [MERGE]),
        verdict('a/two', 'pass'),
        verdict('b/one', 'pass-less'),
        verdict('b/two', 'fail', [MERGE]),
      ],
    );
    expect(result.assessed[1]?.unexpected).to.deep.include({ entry: 'b.json:10', expected: 'fail: E8b merge' });
    expect(problems(result)).to.deep.equal([
      'passes b.json:20: a/two does not fail any more. Narrow the pattern a/*.',
      'passes b.json:21: b/one does not fail any more. Delete this pattern.',
    ]);
  });

  it('says to delete an entry of which nothing is left', () => {
    const result = run([entry(['b'])], [verdict('b/one', 'pass'), verdict('b/two', 'pass')]);
    expect(problems(result)).to.deep.equal([
      'passes b.json:10: none of its 2 vectors fails any more. Delete the entry.',
    ]);
  });

  it('says of one that fails differently how', () => {
    const result = run(
      [entry(['a/one', 'a/two'])],
      [verdict('a/one', 'fail', [MERGE, LENGTH]), verdict('a/two', 'error')],
    );
    expect(result.assessed.every(({ unexpected }) => unexpected !== undefined)).to.equal(true);
    expect(problems(result).map((line) => line.split('. Take')[0])).to.deep.equal([
      'differs b.json:20: a/one fails differently: fail: E8b merge, H2 ipv4.total-length instead of fail: E8b merge',
      'differs b.json:21: a/two fails differently: error instead of fail: E8b merge',
    ]);
  });

  it('takes a warning in place of a failure as repaired, if warnings do not fail', () => {
    const kinds = (strict: boolean): string[] =>
      run([entry(['a/one'])], [verdict('a/one', 'warn', [MERGE])], { strict }).summary.problems.map(({ kind }) => kind);
    expect(kinds(false)).to.deep.equal(['passes']);
    expect(kinds(true)).to.deep.equal(['differs']);
  });

  it('lets one of several entries for a vector do', () => {
    const result = run(
      [entry(['a/one'], { findings: [LENGTH] }), entry(['a/one'], { line: 30 })],
      [verdict('a/one', 'fail', [MERGE])],
    );
    expect(result.assessed[0]?.known?.entry).to.equal('b.json:30');
    expect(problems(result)).to.deep.equal([
      'stale b.json:10: the entry matches nothing: its vectors are unsupported, or other entries explain them. Delete the entry.',
    ]);
  });

  it('tells patterns that name no vector, selected or not', () => {
    const result = run([entry(['a/ones', 'a/two']), entry(['c/*'], { line: 30 })], [verdict('b/one', 'pass')]);
    expect(problems(result)).to.deep.equal([
      'stale b.json:20: there is no vector a/ones (did you mean a/one?). Delete this pattern.',
      'stale b.json:30: the entry matches nothing: there is no vector c/*. Delete the entry.',
    ]);
  });

  it('calls nothing stale that was merely not selected, or not played', () => {
    const unexplained = entry(['a'], { reason: 'TODO', reviewBy: '2020-01-01' });
    expect(run([unexplained], [verdict('b/one', 'pass')], { strict: true }).summary.problems).to.deep.equal([]);
    const some = [verdict('a/one', 'unsupported'), verdict('a/two', 'unsupported')];
    expect(run([entry(['a'])], some).summary.problems).to.deep.equal([]);
    expect(run([entry(['a'])], [...some, verdict('a/three', 'unsupported')]).summary.problems).to.have.length(1);
  });

  it('reminds of a review that is due, and of a reason that is missing', () => {
    const due = entry(['a/one'], { reviewBy: '2026-05-04', reason: 'TODO: why?' });
    const at = (strict: boolean): string[] =>
      run([due], [verdict('a/one', 'fail', [MERGE])], { strict }).summary.problems.map(
        ({ kind, severity, entry: where }) => `${kind} ${severity} ${where}`,
      );
    expect(at(false)).to.deep.equal(['expired fail b.json:12', 'unexplained warn b.json:11']);
    expect(at(true)).to.deep.equal(['expired fail b.json:12', 'unexplained fail b.json:11']);
  });
});

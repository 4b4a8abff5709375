import { expect } from 'chai';
import fc from 'fast-check';
import type { Verdict, VerdictEvent } from '../../reports/events.ts';
import { loadCorpus } from '../../vectors/corpus.ts';
import { Baseline } from './baseline.ts';
import { type BaselineEntry, baselineText, type KnownFailure } from './baseline-file.ts';
import { type Outcome, updateBaseline } from './baseline-update.ts';

const CORPUS = ['a/one', 'a/two', 'a/three', 'b/one', 'b/two'];
const MERGE = { rule: 'E8b', field: 'merge' };
const LENGTH = { rule: 'H2', field: 'ipv4.total-length' };

function outcome(
  vector: string,
  verdict: Verdict,
  keys: { rule: string; field: string }[] = [],
  strict = false,
): Outcome {
  const findings = keys.map((key) => ({ ...key, level: 'must', arrivals: [], expected: '', actual: '', message: '' }));
  return { verdict: { vector, verdict, findings }, strict };
}

const OLD: KnownFailure[] = [
  { vectors: ['a'], reason: 'a bug', reviewBy: '2027-01-31', verdict: 'fail', findings: [MERGE] },
  { vectors: ['b/one', 'gone/*'], reason: 'another', verdict: 'fail', findings: [LENGTH] },
];

describe('baseline update', () => {
  it('keeps reasons, takes out what is repaired, adds what is new', () => {
    const updated = updateBaseline(
      OLD,
      [
        outcome('a/one', 'fail', [MERGE]),
        outcome('a/two', 'pass'),
        outcome('a/three', 'fail', [LENGTH]),
        outcome('b/one', 'fail', [LENGTH, LENGTH]),
        outcome('b/two', 'error'),
      ],
      CORPUS,
    );
    expect(updated).to.deep.include({ kept: 2, added: 2, removed: 1 });
    const before = 'TODO: why does it fail? It failed otherwise before (fail: E8b merge): a bug';
    expect(updated.entries).to.have.deep.members([
      { ...OLD[0], vectors: ['a/one'] },
      { ...OLD[1], vectors: ['b/one'] },
      { reason: before, verdict: 'fail', findings: [LENGTH], vectors: ['a/three'] },
      { reason: 'TODO: why does it fail?', verdict: 'error', findings: [], vectors: ['b/two'] },
    ]);
  });

  it('leaves what was not played as it is', () => {
    const { entries, kept } = updateBaseline(OLD, [outcome('b/two', 'pass')], CORPUS);
    expect(kept).to.equal(4);
    expect(entries.map(({ vectors }) => vectors)).to.deep.equal([['a/*'], ['b/one']]);
  });

  it('takes a new warning in only from a strict run, and keeps one that is there', () => {
    const warnings = (old: KnownFailure[], strict: boolean): number =>
      updateBaseline(old, [outcome('a/one', 'warn', [MERGE], strict)], CORPUS).entries.length;
    const known: KnownFailure = { vectors: ['a/one'], reason: 'r', verdict: 'warn', findings: [MERGE] };
    expect([warnings([], false), warnings([], true), warnings([known], false)]).to.deep.equal([0, 1, 1]);
  });

  it('makes of any run a baseline under which the same run conforms, and of that the same again', () => {
    const findings = fc.subarray([MERGE, LENGTH], { minLength: 1 });
    const result = fc.oneof(
      fc.constantFrom(['pass', []] as const, ['unsupported', []] as const, ['error', []] as const),
      fc.tuple(fc.constantFrom('fail', 'warn'), findings),
    );
    const runs = fc.array(result, { minLength: CORPUS.length, maxLength: CORPUS.length });
    const outcomesOf = (run: readonly (readonly [string, readonly object[]])[]): Outcome[] =>
      run.map(([kind, keys], i) => outcome(CORPUS[i] ?? '', kind as Verdict, keys as (typeof MERGE)[], true));
    fc.assert(
      fc.property(runs, runs, (first, second) => {
        const old = updateBaseline(OLD, outcomesOf(first), CORPUS).entries;
        const outcomes = outcomesOf(second);
        const { entries } = updateBaseline(old, outcomes, CORPUS);
        const lines = { line: 1, reasonLine: 1, reviewLine: 1, vectorLines: [] };
        const baseline = new Baseline(
          { file: 'b.json', entries: entries.map((entry): BaselineEntry => ({ ...entry, ...lines })) },
          { corpus: CORPUS, planned: CORPUS, strict: true, today: '2026-01-01' },
        );
        for (const { verdict } of outcomes) {
          const fails = ['fail', 'warn', 'error'].includes(verdict.verdict);
          expect(baseline.assess(verdict as VerdictEvent).known !== undefined).to.equal(fails);
        }
        expect(baseline.summary().problems.filter(({ kind }) => kind !== 'unexplained')).to.deep.equal([]);
        const again = updateBaseline(entries, outcomes, CORPUS).entries;
        expect(baselineText('b.json', again)).to.equal(baselineText('b.json', entries));
      }),
    );
  });

  it('can name every vector alone: no id is a path to another', () => {
    const ids = loadCorpus()
      .vectors.map(({ id }) => id)
      .sort();
    expect(ids.filter((id, i) => ids[i + 1]?.startsWith(`${id}/`))).to.deep.equal([]);
  });
});

import { expect } from 'chai';
import { registry } from '../../reference-impl/rules/index.ts';
import type { EndEvent, RunEvent, VerdictEvent } from '../../reports/events.ts';
import { loadCorpus } from '../../vectors/corpus.ts';
import { DEFAULT_CAPABILITIES } from '../capabilities/capabilities.ts';
import { Baseline } from '../known-failures/baseline.ts';
import type { BaselineEntry } from '../known-failures/baseline-file.ts';
import { ReferenceTarget } from '../targets/reference/reference-target.ts';
import type { Target, TargetAnswer } from '../targets/target.ts';
import { findVector } from './plan.ts';
import { Session, type SessionOptions } from './session.ts';

const { vectors, digest } = loadCorpus();
const merging = findVector(vectors, 'exceptions/flags/psh-merges/ipv4');
const other = findVector(vectors, 'exceptions/flags/psh-merges/ipv6');

async function play(options: Partial<SessionOptions>): Promise<{
  exit: number;
  events: RunEvent[];
  verdicts: VerdictEvent[];
  session: Session;
}> {
  const events: RunEvent[] = [];
  const session = new Session({
    target: new ReferenceTarget(),
    planned: [merging, other],
    digest,
    sink: (event) => void events.push(JSON.parse(JSON.stringify(event))),
    ...options,
  });
  const exit = await session.run();
  return { exit, events, session, verdicts: events.filter((event) => event.type === 'verdict') };
}

function targetOf(run: Target['run']): Target {
  return { name: 'made up', version: '1', capabilities: DEFAULT_CAPABILITIES, run, close: async () => {} };
}

describe('session', () => {
  it('passes the reference, and says so in order', async () => {
    const { exit, events } = await play({});
    expect(exit).to.equal(0);
    expect(events.map(({ type }) => type)).to.deep.equal(['session', 'vector', 'verdict', 'vector', 'verdict', 'end']);
    expect((events.at(-1) as EndEvent).counts.pass).to.equal(2);
  });

  it('fails a target that forgets a rule', async () => {
    const rules = registry.filter(({ id }) => id !== 'H2');
    const { exit, verdicts } = await play({ target: new ReferenceTarget({ rules }) });
    expect(exit).to.equal(1);
    expect(verdicts.map(({ verdict }) => verdict)).to.include('fail');
    expect(verdicts.flatMap(({ findings }) => findings.map(({ rule }) => rule))).to.include('H2');
  });

  it('tells what a setting returned from what a DPC returned', async () => {
    const switched = findVector(vectors, 'indication/switch/off-mid-flow/ipv4');
    const { events, verdicts } = await play({ planned: [switched] });
    const [, vector] = events;
    const answered = verdicts[0]?.indications.map(({ step = -1 }) =>
      vector?.type === 'vector' ? Object.keys(vector.steps[step] ?? {})[0] : '',
    );
    expect(answered).to.include.members(['set', 'dpc']);
  });

  it('says what the reference indicates, in a word where the target did the same', async () => {
    const right = await play({});
    expect(right.verdicts.map(({ expected }) => expected)).to.deep.equal(['as-indicated', 'as-indicated']);
    // One that merges nothing hands up every frame as it came.
    const lazy = targetOf(async function* (played) {
      for (const { steps } of played) {
        const step = steps.findIndex((one) => 'dpc' in one);
        const frames = steps.flatMap((one) => ('rx' in one ? [one.rx] : []));
        yield {
          kind: 'indications',
          indications: frames.map((frame) => ({ step, frame, oob: {} })),
          statistics: undefined,
        };
      }
    });
    const [{ expected } = { expected: undefined }] = (await play({ target: lazy })).verdicts;
    const merged = right.verdicts[0]?.indications ?? [];
    expect(expected).to.be.an('array');
    for (const [i, one] of (Array.isArray(expected) ? expected : []).entries()) {
      expect(one).to.deep.include({ step: merged[i]?.step, arrivals: merged[i]?.arrivals });
      expect(one.frame, 'left out where it came so').to.equal(one.arrivals.length > 1 ? merged[i]?.frame : undefined);
    }
  });

  it('makes an error of a target’s error, and goes on', async () => {
    const target = targetOf(async function* () {
      yield { kind: 'error', message: 'it hangs' } satisfies TargetAnswer;
      yield { kind: 'unsupported', reason: 'not built in' } satisfies TargetAnswer;
    });
    const { exit, verdicts } = await play({ target });
    expect(exit).to.equal(1);
    expect(verdicts.map(({ verdict, reason }) => [verdict, reason])).to.deep.equal([
      ['error', 'it hangs'],
      ['unsupported', 'not built in'],
    ]);
  });

  it('makes an error of each answer that does not come', async () => {
    const silent = targetOf(async function* (): AsyncIterable<TargetAnswer> {});
    expect((await play({ target: silent })).verdicts.map(({ verdict }) => verdict)).to.deep.equal(['error', 'error']);
    const broken = targetOf(async function* (): AsyncIterable<TargetAnswer> {
      yield* [];
      throw new Error('broken pipe');
    });
    const { exit, verdicts } = await play({ target: broken });
    expect(exit).to.equal(1);
    expect(verdicts.map(({ reason }) => reason)).to.deep.equal(Array(2).fill('the target failed: broken pipe'));
  });

  it('takes an exception in the judge as a bug, and writes all the rest', async () => {
    const judge = (): never => {
      throw new Error('a defect');
    };
    const { exit, events, session } = await play({ judge });
    expect(exit).to.equal(3);
    expect(session.bugs).to.have.length(2);
    expect(events.at(-1)).to.include({ type: 'end', exit: 3 });
  });

  it('fails where nothing is supported', async () => {
    const { exit, verdicts } = await play({
      planned: [merging],
      capabilities: { ...DEFAULT_CAPABILITIES, ipv4: false },
    });
    expect(exit).to.equal(1);
    expect(verdicts.map(({ reason }) => reason)).to.deep.equal(['the target does no IPv4']);
  });

  it('fails on a warning only where it is strict', async () => {
    const judge = () => ({ verdict: 'warn', findings: [], attribution: [], ratio: 1, notObserved: [] }) as const;
    expect((await play({ judge })).exit).to.equal(0);
    expect((await play({ judge, strict: true })).exit).to.equal(1);
  });

  it('ends an interrupted run with what it has', async () => {
    const events: RunEvent[] = [];
    const target = targetOf(async function* () {
      yield { kind: 'error', message: 'first' } satisfies TargetAnswer;
      await new Promise(() => {});
    });
    const session: Session = new Session({
      target,
      planned: [merging, other],
      digest,
      sink: (event) => {
        events.push(event);
        // When it waits for what never comes.
        if (event.type === 'verdict') setImmediate(() => session.interrupt());
      },
    });
    expect(await session.run()).to.equal(1);
    expect(events.at(-1)).to.include({ type: 'end', exit: 1, notRun: 1 });
  });

  describe('with a baseline', () => {
    const baseline = (more: Partial<BaselineEntry>): Baseline => {
      const entry: BaselineEntry = {
        vectors: [merging.id],
        reason: 'a bug',
        verdict: 'error',
        findings: [],
        line: 3,
        reasonLine: 4,
        reviewLine: 5,
        vectorLines: [6],
        ...more,
      };
      const ids = [merging.id, other.id];
      return new Baseline(
        { file: 'b.json', entries: [entry] },
        { corpus: ids, planned: ids, strict: false, today: '2026-01-01' },
      );
    };
    const failing = (first: TargetAnswer): Target =>
      targetOf(async function* (vectors) {
        yield first;
        yield* new ReferenceTarget().run(vectors.slice(1));
      });
    const hanging = failing({ kind: 'error', message: 'it hangs' });

    it('conforms where all that fails is known', async () => {
      const { exit, events, verdicts } = await play({ target: hanging, baseline: baseline({}) });
      expect(exit).to.equal(0);
      expect(verdicts[0]).to.deep.include({ verdict: 'error', known: { reason: 'a bug', entry: 'b.json:3' } });
      expect(verdicts[1]).not.to.have.property('known');
      expect(events[0]).to.include({ baseline: 'b.json' });
      const end = events.at(-1) as EndEvent;
      expect(end.counts).to.include({ error: 1, pass: 1 });
      expect(end.baseline).to.deep.equal({ file: 'b.json', known: 1, problems: [] });
    });

    it('fails where it does not hold any more', async () => {
      const finding = { rule: 'E8b', field: 'merge' };
      for (const more of [
        { verdict: 'fail', findings: [finding] },
        { reviewBy: '2025-12-31' },
        { vectors: ['x'] },
      ] as const)
        expect((await play({ target: hanging, baseline: baseline(more) })).exit).to.equal(1);
      const { exit, verdicts } = await play({ baseline: baseline({}) });
      expect(exit).to.equal(1);
      expect(verdicts[0]?.unexpected).to.include({ entry: 'b.json:3', expected: 'error' });
    });

    it('never takes a defect of this suite as a known failure', async () => {
      const judge = (): never => {
        throw new Error('a defect');
      };
      const { exit, verdicts } = await play({ judge, baseline: baseline({}) });
      expect(exit).to.equal(3);
      expect(verdicts[0]).not.to.have.property('known');
    });
  });
});

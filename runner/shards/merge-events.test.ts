import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'chai';
import { registry } from '../../reference-impl/rules/index.ts';
import type { FrameStep } from '../../reference-impl/step.ts';
import type { EndEvent, RunEvent, SessionEvent, VerdictEvent } from '../../reports/events.ts';
import { loadCorpus } from '../../vectors/corpus.ts';
import { expandVector } from '../../vectors/expand.ts';
import type { Vector } from '../../vectors/vector.ts';
import { UsageError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import { mergeShards } from '../cli/report-merge.ts';
import { withCauses } from '../diagnosis/with-causes.ts';
import { readEvents } from '../events/read-events.ts';
import { Baseline } from '../known-failures/baseline.ts';
import { readBaseline } from '../known-failures/baseline-file.ts';
import { REPORTERS } from '../reporters/reporters.ts';
import { coalescerSubject, type Subject } from '../selfcheck/subject.ts';
import { Session, type SessionOptions } from '../session/session.ts';
import { ReferenceTarget } from '../targets/reference/reference-target.ts';
import type { Target, TargetAnswer } from '../targets/target.ts';
import { shardOf } from './shards.ts';

const corpus = loadCorpus();
/** A vector's lines are read and written some thirty times: no long ones. */
const MOST_BYTES = 60_000;
/** Every 61st: of every family, with exceptions enough for S4. */
const selected = corpus.vectors.filter((vector, i) => i % 61 === 0 && payloadOf(vector) < MOST_BYTES);
const COUNT = 3;
const io: Io = { out: () => {}, err: () => {}, color: { out: false, err: false }, terminal: false };

function targetOf(subject: Subject): Target {
  const { capabilities, version } = new ReferenceTarget();
  return {
    name: 'made up',
    version,
    capabilities,
    async *run(vectors) {
      for (const { steps } of vectors) yield { kind: 'indications', ...subject(steps) } satisfies TargetAnswer;
    },
    close: async () => {},
  };
}

const faulty = coalescerSubject({}, { rules: registry.filter(({ id }) => id !== 'E8b' && id !== 'H5') });
const neverAborts: Subject = (steps) => {
  const outcome = coalescerSubject()(steps);
  return { ...outcome, statistics: { pkts: 0, octets: 0, events: 0, ...outcome.statistics, aborts: 0 } };
};
/** Counts the aborts of a single vector: every shard but one looks as if it counted none. */
const seldomAborts: Subject = (steps) => {
  const outcome = coalescerSubject()(steps);
  const aborts = isAborting(steps) ? 1 : 0;
  return { ...outcome, statistics: { pkts: 0, octets: 0, events: 0, ...outcome.statistics, aborts } };
};
const aborting = selected
  .filter(({ rules }) => rules.includes('E3'))
  .map((vector) => expandVector(vector))
  .find((steps) => (coalescerSubject()(steps).statistics?.aborts ?? 0) > 0);

function payloadOf({ steps }: Vector): number {
  return steps.reduce((sum, step) => sum + ('receive' in step ? (step.receive.payload ?? 0) : 0), 0);
}

function isAborting(steps: readonly FrameStep[]): boolean {
  return isDeepStrictEqual(steps, aborting);
}

describe('merge of shards', () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'rsc-merge-'));
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  async function play(
    name: string,
    options: Partial<SessionOptions> & Pick<SessionOptions, 'target'>,
  ): Promise<string> {
    const lines: string[] = [];
    const split = options.split === undefined ? '' : ` --shard ${options.split.shard}`;
    const session = new Session({
      planned: selected,
      selected,
      digest: corpus.digest,
      command: `rsc-conformance run${split}`,
      sink: withCauses((event) => void lines.push(JSON.stringify(event))),
      ...options,
    });
    await session.run();
    const path = join(folder, name);
    writeFileSync(path, `${lines.join('\n')}\n`);
    return path;
  }

  /** Played once for each name. */
  const played = new Map<string, Promise<string[]>>();
  function shards(name: string, subject: Subject, baseline?: string): Promise<string[]> {
    const paths = played.get(name) ?? playShards(name, subject, baseline);
    played.set(name, paths);
    return paths;
  }

  async function playShards(name: string, subject: Subject, baseline?: string): Promise<string[]> {
    const paths: string[] = [];
    for (let i = 1; i <= COUNT; i++) {
      const split = shardOf(selected, `${i}/${COUNT}`);
      const known =
        baseline === undefined
          ? {}
          : {
              baseline: baselineOf(
                baseline,
                split.vectors.map(({ id }) => id),
              ),
            };
      paths.push(
        await play(`${name}-${i}.jsonl`, { target: targetOf(subject), planned: split.vectors, split, ...known }),
      );
    }
    return paths;
  }

  function baselineOf(file: string, planned: readonly string[]): Baseline {
    return new Baseline(readBaseline(file), {
      corpus: corpus.vectors.map(({ id }) => id),
      planned,
      strict: false,
      today: new Date().toISOString().slice(0, 10),
    });
  }

  async function merged(paths: readonly string[], partial = false): Promise<{ exit: number; path: string }> {
    const out = join(folder, 'merged.jsonl');
    return { exit: await mergeShards({ paths, out, partial, baseline: undefined }, io), path: out };
  }

  function timeless(path: string): string {
    return (
      readFileSync(path, 'utf8')
        .replaceAll(/"ms":[\d.]+/g, '"ms":0')
        .replaceAll(/"started":"[^"]*"/g, '"started":"2026-01-02T03:04:05.678Z"')
        // Of files alone: the sum of all lines, times among them.
        .replaceAll(/,"sha256":"[0-9a-f]{64}"\}$/gm, '}')
    );
  }

  async function events(path: string): Promise<RunEvent[]> {
    const all: RunEvent[] = [];
    for await (const event of readEvents(path)) all.push(event);
    return all;
  }

  async function reportsOf(path: string): Promise<Record<string, string>> {
    const plain = join(folder, 'plain.jsonl');
    writeFileSync(plain, timeless(path));
    const made: Record<string, string> = {};
    const read = await events(plain);
    for (const [name, kind] of Object.entries(REPORTERS)) {
      if (name === 'pcapng') continue;
      const at = join(folder, `report-${name}`);
      const report = await kind.open({ path: at, io });
      for (const event of read) report.event(event);
      await report.close();
      made[name] = kind.leaves === undefined ? '' : readFileSync(at, 'utf8');
    }
    return made;
  }

  for (const [name, subject] of Object.entries({ faulty, neverAborts, seldomAborts })) {
    it(`gives the events and the reports of the whole run: ${name}`, async () => {
      const whole = await play('whole.jsonl', { target: targetOf(subject) });
      const { path, exit } = await merged(await shards(name, subject));
      expect(timeless(path)).to.equal(timeless(whole));
      expect(await reportsOf(path)).to.deep.equal(await reportsOf(whole));
      expect(exit).to.equal((await events(whole)).findLast((event) => event.type === 'end')?.exit);
      expect(exit).to.equal(subject === seldomAborts ? 0 : 1);
    });
  }

  it('judges S4 over the whole run, not over a shard', async () => {
    const paths = await shards('neverAborts', neverAborts);
    const named = async (path: string): Promise<string[]> =>
      (await events(path)).flatMap((event) => (event.type === 'verdict' ? event.findings.map(({ rule }) => rule) : []));
    for (const path of paths) expect(await named(path)).to.deep.equal([]);
    expect(await named((await merged(paths)).path)).to.deep.equal(['S4']);
  });

  it('takes shards in any order', async () => {
    const paths = await shards('faulty', faulty);
    const straight = timeless((await merged(paths)).path);
    expect(timeless((await merged([...paths].reverse())).path)).to.equal(straight);
  });

  it('judges a baseline over the whole run', async () => {
    const whole = (await events(await play('whole.jsonl', { target: targetOf(faulty) }))).filter(
      (event): event is VerdictEvent => event.type === 'verdict' && event.verdict === 'fail',
    );
    const [first, ...rest] = whole.map(({ vector }) => vector);
    const file = join(folder, 'known.json');
    const entry = (vectors: readonly string[], reason: string): object => ({
      vectors,
      verdict: 'fail',
      findings: [{ rule: 'E8b', field: 'merge' }],
      reason,
    });
    const passing = selected.find(({ id }) => id.startsWith('timestamps/'))?.id ?? '';
    writeFileSync(file, JSON.stringify({ known: [entry([first ?? '', ...rest], 'ECE'), entry([passing], 'gone')] }));
    const options = {
      target: targetOf(faulty),
      baseline: baselineOf(
        file,
        selected.map(({ id }) => id),
      ),
    };
    const unsharded = await play('whole-known.jsonl', options);
    const { path, exit } = await merged(await shards('known', faulty, file));
    expect(timeless(path)).to.equal(timeless(unsharded));
    const end = (await events(path)).at(-1) as EndEvent;
    expect(end.baseline?.known).to.be.greaterThan(0);
    expect(end.baseline?.problems.map(({ kind }) => kind)).to.include('passes');
    expect(exit).to.equal(1);
  });

  describe('refuses', () => {
    let good: string[];

    before(async () => {
      good = await shards('good', coalescerSubject());
    });

    async function refusal(paths: readonly string[], partial = false): Promise<string> {
      const error = await merged(paths, partial).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error).to.be.instanceOf(UsageError);
      return (error as UsageError).line;
    }

    function changed(path: string, change: (session: SessionEvent) => object): string {
      const [first = '', ...rest] = readFileSync(path, 'utf8').split('\n');
      const out = join(folder, 'changed.jsonl');
      writeFileSync(out, [JSON.stringify(change(JSON.parse(first) as SessionEvent)), ...rest].join('\n'));
      return out;
    }

    it('a missing shard', async () => {
      expect(await refusal(good.slice(0, 2))).to.include('shard 3/3 is missing');
      expect(await refusal(good.slice(1, 2))).to.include('shards 1/3 and 3/3 are missing (--partial');
    });

    it('a doubled shard', async () => {
      expect(await refusal([...good, good[1] ?? ''])).to.match(/good-2\.jsonl duplicates .*good-2\.jsonl/);
      expect(await refusal([...good, good[1] ?? ''], true)).to.include('duplicates');
    });

    for (const [key, value] of Object.entries({
      target: 'another',
      targetVersion: '0',
      digest: '0'.repeat(64),
      plan: '0'.repeat(64),
      split: '0'.repeat(64),
      version: '9.9.9',
      strict: true,
      policy: { timestamps: 'exception' },
      capabilities: { ipv4: false },
      selected: 1_000_000,
      shard: '2/4',
      baseline: 'known.json',
    })) {
      it(`a foreign shard: ${key}`, async () => {
        const foreign = changed(good[1] ?? '', (session) => ({ ...session, [key]: value }));
        for (const partial of [false, true])
          expect(await refusal([good[0] ?? '', foreign, good[2] ?? ''], partial)).to.include('is from another run');
      });
    }

    it('one that was cut off, and one without events', async () => {
      const lines = readFileSync(good[2] ?? '', 'utf8').split('\n');
      const cut = join(folder, 'cut.jsonl');
      writeFileSync(cut, lines.slice(0, 6).join('\n'));
      expect(await refusal([good[0] ?? '', good[1] ?? '', cut])).to.match(
        /cut\.jsonl was cut off \(shard 3\/3: 2 of \d+ vectors\)/,
      );
      writeFileSync(cut, '');
      expect(await refusal([good[0] ?? '', good[1] ?? '', cut])).to.include('contains no events');
    });

    it('nothing of what is there if --partial is given, and every report says so', async () => {
      const { path, exit } = await merged([good[0] ?? '', good[2] ?? ''], true);
      expect(exit).to.equal(1);
      const session = (await events(path))[0] as SessionEvent;
      expect(session.partial).to.match(/^shard 2\/3 is missing: \d+ of \d+ vectors are here/);
      for (const [name, text] of Object.entries(await reportsOf(path)))
        if (text !== '') expect(text, name).to.include('shard 2/3 is missing');
      expect(await refusal([path], true)).to.include('is itself a partial merge');
    });

    it('nothing that it has written before', async () => {
      const out = join(folder, 'kept.jsonl');
      writeFileSync(out, 'kept');
      const lines = readFileSync(good[1] ?? '', 'utf8').split('\n');
      const broken = join(folder, 'broken.jsonl');
      writeFileSync(broken, [...lines.slice(0, 9), '{"type":'].join('\n'));
      const paths = [good[0] ?? '', broken, good[2] ?? ''];
      const error = await mergeShards({ paths, out, partial: true, baseline: undefined }, io).catch((e: unknown) => e);
      expect((error as UsageError).line).to.include('broken.jsonl:10');
      expect(readFileSync(out, 'utf8')).to.equal('kept');
    });
  });
});

/**
 * Shards' events as those of the one run that they are parts of: in the order of its plan, with what only the whole
 * shows (S4 over a run, the baseline's summary, the exit status) judged again. The frames of one vector a shard are in
 * memory at a time.
 */

import { isUnexpected } from '../../reports/case-text.ts';
import {
  type EnvironmentEvent,
  type RunEvent,
  type SessionEvent,
  VERDICTS,
  type VectorEvent,
  type Verdict,
  type VerdictEvent,
} from '../../reports/events.ts';
import { exitStatus } from '../base/exit-status.ts';
import { readEvents } from '../events/read-events.ts';
import { AbortsOverRun } from '../judge/aborts-over-run.ts';
import type { Baseline } from '../known-failures/baseline.ts';
import type { ShardFile, Shards } from './shard-files.ts';

export interface MergeOptions {
  readonly sink: (event: RunEvent) => void;
  /** Known failures, for the vectors that are there. */
  readonly baseline?: Baseline | undefined;
}

interface Pair {
  readonly vector: VectorEvent;
  readonly verdict: VerdictEvent;
}

/** Resolves to the exit status of the whole. */
export async function mergeEvents(
  { files, selected, missing }: Shards,
  { sink, baseline }: MergeOptions,
): Promise<number> {
  sink(wholeSession(files, selected, missing));
  const counts = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as Record<Verdict, number>;
  const all = files.flatMap(({ vectors }) => vectors).sort((a, b) => a.index - b.index);
  // A missing vector may have the abort that the rule looks for.
  const aborts = missing === undefined ? new AbortsOverRun(all) : undefined;
  let unexpected = 0;
  for await (const { vector, verdict } of inOrder(files)) {
    const whole = assessed(overRun(vector, verdict, aborts), baseline);
    counts[whole.verdict]++;
    if (isUnexpected(whole, files[0]?.session.strict === true)) unexpected++;
    sink(vector);
    sink(whole);
  }
  const summary = baseline?.summary();
  const left = selected - all.length;
  const exit = exitStatus({
    counts,
    unexpected,
    left,
    baseline: summary,
    isDefective: files.some((file) => file.exit === 3),
    isShard: false,
  });
  sink({
    type: 'end',
    counts,
    exit,
    ...(left > 0 ? { notRun: left } : {}),
    ...(summary === undefined ? {} : { baseline: summary }),
  });
  return exit;
}

function wholeSession(files: readonly ShardFile[], selected: number, missing: string | undefined): SessionEvent {
  const { split: _split, ...first } = (files[0] as ShardFile).session;
  const started = files.map(({ session }) => session.started).sort()[0] ?? first.started;
  const played = files.reduce((sum, { vectors }) => sum + vectors.length, 0);
  const partial = `${missing}: ${played} of ${selected} vectors are here, and S4 is not judged over the run`;
  return {
    ...first,
    shard: '1/1',
    command: first.command.replaceAll(/ --(?:shard \d+\/\d+|costs (?:'(?:[^']|'\\'')*'|"(?:[^"\\]|\\.)*"|\S+))/g, ''),
    started,
    ...(first.environment === undefined ? {} : { environment: joined(files) }),
    vectors: selected,
    ...(missing === undefined ? {} : { partial }),
  };
}

/** The machines of all shards. */
function joined(files: readonly ShardFile[]): EnvironmentEvent {
  const all = files.flatMap(({ session: { environment } }) => (environment === undefined ? [] : [environment]));
  const each = (key: 'host' | 'kernel' | 'node'): string => [...new Set(all.map((one) => one[key]))].join(', ');
  const programs = new Map(all.flatMap((one) => one.programs).map((one) => [`${one.name} ${one.sha256}`, one]));
  return { host: each('host'), kernel: each('kernel'), node: each('node'), programs: [...programs.values()] };
}

/** Judged like in a session that plays the last vector with exceptions. */
function overRun(vector: VectorEvent, verdict: VerdictEvent, aborts: AbortsOverRun | undefined): VerdictEvent {
  const never = aborts?.observe({ id: vector.vector, rules: vector.rules }, verdict.statistics);
  return never === undefined ? verdict : { ...verdict, verdict: 'fail', findings: [...verdict.findings, never] };
}

/** The shards' results with the baseline are dropped: the finding of the whole run changes them. */
function assessed(verdict: VerdictEvent, baseline: Baseline | undefined): VerdictEvent {
  const { known: _known, unexpected: _unexpected, ...bare } = verdict;
  const isDefect = bare.verdict === 'error' && bare.reason?.startsWith('internal error: ') === true;
  return baseline === undefined || isDefect ? bare : { ...bare, ...baseline.assess(bare) };
}

/** The vectors of all files by their place in the run. */
async function* inOrder(files: readonly ShardFile[]): AsyncGenerator<Pair> {
  const sources = files.map(({ path }) => pairsOf(path));
  const heads = await Promise.all(sources.map((source) => source.next()));
  for (;;) {
    let least = -1;
    let place = Number.POSITIVE_INFINITY;
    heads.forEach((head, i) => {
      const index = head.done === true ? Number.POSITIVE_INFINITY : (head.value.vector.index ?? 0);
      if (index < place) [least, place] = [i, index];
    });
    const head = heads[least];
    if (head === undefined || head.done === true) return;
    yield head.value;
    heads[least] = await (sources[least] as AsyncGenerator<Pair, void>).next();
  }
}

async function* pairsOf(path: string): AsyncGenerator<Pair, void> {
  let vector: VectorEvent | undefined;
  for await (const event of readEvents(path)) {
    if (event.type === 'vector') vector = event;
    else if (event.type === 'verdict' && vector !== undefined) {
      yield { vector, verdict: event };
      vector = undefined;
    }
  }
}

/** A recorded run played again: the vectors that are installed, the frames that were recorded, the judge of today. */

import type { RunEvent, VerdictEvent } from '../../reports/events.ts';
import type { Corpus } from '../../vectors/corpus.ts';
import { isSameJson } from '../base/same-json.ts';
import { withCauses } from '../diagnosis/with-causes.ts';
import { Baseline } from '../known-failures/baseline.ts';
import type { BaselineFile } from '../known-failures/baseline-file.ts';
import { Session } from '../session/session.ts';
import type { SessionThreads } from '../session/threads/batch-threads.ts';
import { comparable } from './comparable.ts';
import type { EventSource, RecordedLine, RunOutline } from './recorded-run.ts';
import { RecordedTarget } from './recorded-target.ts';
import { Refused } from './refused.ts';

/**
 * Throws `Refused` at the first event that is not as it was recorded; times, the machine and the labels of the run
 * cannot be judged again, and are left out. `baseline`: the known failures, as they stood when the run was made. `threads`: they
 * judge some of the vectors.
 */
export async function judgeAgain(
  { session, ids }: Pick<RunOutline, 'session' | 'ids'>,
  source: EventSource,
  corpus: Corpus,
  baseline: BaselineFile | undefined,
  threads?: SessionThreads,
): Promise<void> {
  if (session.digest !== corpus.digest)
    throw new Refused(
      `its vectors are ${session.digest.slice(0, 12)}, those of this installation ${corpus.digest.slice(0, 12)}: verify with the version that played them`,
    );
  const byId = new Map(corpus.vectors.map((vector) => [vector.id, vector]));
  const planned = ids.map((id) => {
    const vector = byId.get(id);
    if (vector === undefined) throw new Refused(`there is no vector ${id}`);
    return vector;
  });
  if (new Set(planned).size < planned.length) throw new Refused('a vector is there twice');
  if ((session.baseline === undefined) !== (baseline === undefined))
    throw new Refused(
      session.baseline === undefined
        ? 'the run had no baseline'
        : `the run had a baseline, ${session.baseline}, which is not there: --baseline FILE names it`,
    );
  const comparison = new Comparison(source);
  const again = new Session({
    target: new RecordedTarget(session, (vector) => comparison.verdictOn(vector)),
    planned,
    threads,
    digest: corpus.digest,
    strict: session.strict,
    command: session.command,
    ...(session.replay === undefined ? {} : { replay: session.replay }),
    ...(session.labels === undefined ? {} : { labels: session.labels }),
    baseline:
      baseline === undefined
        ? undefined
        : new Baseline(baseline, {
            corpus: corpus.vectors.map(({ id }) => id),
            planned: planned.map(({ id }) => id),
            strict: session.strict,
            today: session.started.slice(0, 10),
          }),
    sink: withCauses((event) => comparison.made(event)),
  });
  try {
    await again.run();
    if (again.bugs.length > 0) throw again.bugs[0];
    await comparison.end();
  } finally {
    await comparison.close();
  }
}

/** Recorded events and those made again, side by side: each is read when it is needed, and dropped when it was compared. */
class Comparison {
  readonly #events: AsyncIterator<RecordedLine>;
  /** Not compared yet: for a vector that the target is not asked about, no recorded event is read. */
  #made: RunEvent[] = [];
  #recorded: RunEvent[] = [];

  constructor(source: EventSource) {
    this.#events = source(true)[Symbol.asyncIterator]();
  }

  /** Throws `Refused` at the first event that is not as it was recorded. */
  made(event: RunEvent): void {
    this.#made.push(event);
    const both = Math.min(this.#made.length, this.#recorded.length);
    for (let i = 0; i < both; i++) compare(this.#made[i] as RunEvent, this.#recorded[i] as RunEvent);
    this.#made = this.#made.slice(both);
    this.#recorded = this.#recorded.slice(both);
  }

  /** Reads on to the verdict on this vector. */
  async verdictOn(vector: string): Promise<VerdictEvent | undefined> {
    for (let event = await this.#next(); event !== undefined; event = await this.#next())
      if (event.type === 'verdict' && event.vector === vector) return event;
    return undefined;
  }

  /** After the last event that was made. */
  async end(): Promise<void> {
    while ((await this.#next()) !== undefined);
    for (const [i, event] of this.#made.entries()) compare(event, this.#recorded[i]);
    if (this.#recorded.length > this.#made.length) throw new Refused('there are more events than vectors');
  }

  async close(): Promise<void> {
    await this.#events.return?.();
  }

  async #next(): Promise<RunEvent | undefined> {
    const { done, value } = await this.#events.next();
    if (done === true) return undefined;
    const { event } = value as RecordedLine;
    this.#recorded.push(event);
    return event;
  }
}

function compare(event: RunEvent, recorded: RunEvent | undefined): void {
  // What a thread judged and found the same.
  if (event === recorded) return;
  if (recorded === undefined || !isSameJson(comparable(event), comparable(recorded)))
    throw new Refused(difference(event, recorded));
}

const NOT_JUDGED: readonly string[] = ['ms', 'started', 'environment', 'sha256'];

function difference(event: RunEvent, recorded: RunEvent | undefined): string {
  if (recorded === undefined) return `the ${event.type} event is missing`;
  // The most important comes first.
  const keys = ['verdict', ...Object.keys({ ...event, ...recorded })].filter((key) => !NOT_JUDGED.includes(key));
  const what = keys.find((key) => JSON.stringify(at(event, key)) !== JSON.stringify(at(recorded, key))) ?? 'order';
  if (event.type === 'verdict' && what === 'verdict')
    return `${event.vector} is recorded as ${String(at(recorded, what))}, and judged again it is ${event.verdict}`;
  if (event.type === 'vector') return `${event.vector} is not the vector of this name (${what})`;
  const of = event.type === 'verdict' ? `the verdict on ${event.vector}` : `the ${event.type} event`;
  return `${of} does not hold: its ${what} is not what the recorded frames give`;
}

function at(event: RunEvent, key: string): unknown {
  return (event as unknown as Readonly<Record<string, unknown>>)[key];
}

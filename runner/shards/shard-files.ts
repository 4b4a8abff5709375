/** The event files of shards: checks that they are the shards of one run, each once and all of them. */

import { isDeepStrictEqual } from 'node:util';
import type { SessionEvent } from '../../reports/events.ts';
import { UsageError } from '../base/errors.ts';
import { readEvents } from '../events/read-events.ts';
import { parseShard } from './shards.ts';

/** A shard's file without its frames. */
export interface ShardFile {
  readonly path: string;
  readonly session: SessionEvent;
  readonly shard: number;
  /** The verdicts in it; its exit status, undefined if it was cut off. */
  readonly vectors: readonly ShardVector[];
  readonly exit: number | undefined;
}

export interface ShardVector {
  readonly id: string;
  readonly index: number;
  readonly rules: readonly string[];
}

export interface Shards {
  /** In the order of their numbers. */
  readonly files: readonly ShardFile[];
  readonly selected: number;
  /** The missing shards or vectors, as a sentence without its full stop; undefined: nothing is missing. */
  readonly missing: string | undefined;
}

/** Shards that differ in one of these are not of one run. */
const SAME = [
  'version',
  'digest',
  'target',
  'targetVersion',
  'policy',
  'capabilities',
  'strict',
  'plan',
  'selected',
  'split',
  'baseline',
  'labels',
] as const satisfies readonly (keyof SessionEvent)[];

/** Throws UsageError for foreign and duplicated shards, and for missing ones unless `partial`. */
export async function readShards(paths: readonly string[], partial: boolean): Promise<Shards> {
  const files: ShardFile[] = [];
  for (const path of paths) files.push(await readShard(path));
  const [first] = files;
  if (first === undefined) throw new UsageError('there is nothing to merge', 'report merge EVENTS .. --out FILE');
  const [, count] = parseShard(first.session.shard);
  const taken = new Map<number, string>();
  const indices = new Map<number, string>();
  for (const file of files) {
    checkSame(first, file);
    const other = taken.get(file.shard);
    if (other !== undefined)
      throw new UsageError(
        `${file.path} duplicates ${other}: both are shard ${file.session.shard}`,
        'name each shard once',
      );
    taken.set(file.shard, file.path);
    for (const { index, id } of file.vectors) {
      const holder = indices.get(index);
      if (holder !== undefined)
        throw new UsageError(
          `${file.path} duplicates ${holder}: both contain ${id}`,
          'the files are from different runs',
        );
      indices.set(index, file.path);
    }
  }
  const missing = whatIsMissing(files, taken, count);
  if (missing !== undefined && !partial) throw new UsageError(missing, '--partial merges what there is, and says so');
  files.sort((a, b) => a.shard - b.shard);
  return { files, selected: first.session.selected ?? 0, missing };
}

async function readShard(path: string): Promise<ShardFile> {
  const vectors: ShardVector[] = [];
  let session: SessionEvent | undefined;
  let pending: ShardVector | undefined;
  let exit: number | undefined;
  for await (const event of readEvents(path)) {
    if (event.type === 'session') {
      if (session !== undefined) throw new UsageError(`${path} contains two runs`, 'use one file per shard');
      session = event;
    } else if (session === undefined) throw new UsageError(`${path} does not start with a session`, HINT);
    else if (event.type === 'vector') {
      const { vector: id, index = -1, rules } = event;
      const last = vectors.at(-1)?.index ?? -1;
      if (index <= last || index >= (session.selected ?? 0))
        throw new UsageError(`${path}: ${id} is not in the order of the run`, HINT);
      pending = { id, index, rules };
    } else if (event.type === 'verdict') {
      if (pending?.id !== event.vector) throw new UsageError(`${path}: ${event.vector} has no vector event`, HINT);
      vectors.push(pending);
      pending = undefined;
    } else exit = event.exit;
  }
  if (session === undefined) throw new UsageError(`${path} has no session`, HINT);
  if (session.plan === undefined || session.selected === undefined)
    throw new UsageError(`${path} does not record what was selected`, 'run again with this version');
  if (session.partial !== undefined) throw new UsageError(`${path} is itself a partial merge`, 'merge the shards');
  return { path, session, shard: parseShard(session.shard)[0], vectors, exit };
}

const HINT = 'the events.jsonl of a run with --shard';

function checkSame(first: ShardFile, file: ShardFile): void {
  const [, wanted] = parseShard(first.session.shard);
  const [, count] = parseShard(file.session.shard);
  if (count !== wanted)
    throw new UsageError(
      `${file.path} is from another run: it is one of ${count} shards, ${first.path} one of ${wanted}`,
      'merge shards of one run',
    );
  for (const key of SAME) {
    if (isDeepStrictEqual(file.session[key], first.session[key])) continue;
    const [is, other] = [shown(file.session[key]), shown(first.session[key])];
    const what = is.length > 60 ? 'differs' : `is ${is}, not ${other}`;
    throw new UsageError(
      `${file.path} is from another run: its ${key} ${what} as in ${first.path}`,
      'merge shards of one run',
    );
  }
}

function shown(value: unknown): string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)
    ? value.slice(0, 12)
    : (JSON.stringify(value) ?? 'none');
}

function whatIsMissing(
  files: readonly ShardFile[],
  taken: ReadonlyMap<number, string>,
  count: number,
): string | undefined {
  const absent: string[] = [];
  for (let i = 1; i <= count; i++) if (!taken.has(i)) absent.push(`${i}/${count}`);
  const cut = files.filter(({ exit, vectors, session }) => exit === undefined || vectors.length < session.vectors);
  const parts = [
    ...(absent.length === 0 ? [] : [`${absent.length === 1 ? 'shard' : 'shards'} ${listed(absent)} missing`]),
    ...cut.map(
      ({ path, vectors, session }) =>
        `${path} was cut off (shard ${session.shard}: ${vectors.length} of ${session.vectors} vectors)`,
    ),
  ];
  return parts.length === 0 ? undefined : parts.join('; ');
}

/** "2/4 is", "2/4, 3/4 and 4/4 are" */
function listed(names: readonly string[]): string {
  if (names.length === 1) return `${names[0]} is`;
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)} are`;
}

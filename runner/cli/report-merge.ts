/** `report merge`: the events of shards as those of one run. */

import { renameSync, rmSync } from 'node:fs';
import { countsText, RunSummary } from '../../reports/run-summary.ts';
import { loadCorpus } from '../../vectors/corpus.ts';
import { UsageError } from '../base/errors.ts';
import { fileError } from '../base/file-error.ts';
import type { Io } from '../base/io.ts';
import { withCauses } from '../diagnosis/with-causes.ts';
import { EventFile } from '../events/event-file.ts';
import { Baseline } from '../known-failures/baseline.ts';
import { readBaseline } from '../known-failures/baseline-file.ts';
import { mergeEvents } from '../shards/merge-events.ts';
import { readShards, type Shards } from '../shards/shard-files.ts';

export interface MergeRequest {
  readonly paths: readonly string[];
  readonly out: string;
  readonly partial: boolean;
  /** Where the baseline is now, if not where the shards had it. */
  readonly baseline: string | undefined;
}

/** Resolves to the exit status of the merged run. */
export async function mergeShards({ paths, out, partial, baseline }: MergeRequest, io: Io): Promise<number> {
  const shards = await readShards(paths, partial);
  const summary = new RunSummary();
  // The output may be one of the inputs, and a failed merge must leave it unchanged.
  const draft = `${out}.merging`;
  const file = openFile(draft, out);
  let exit: number;
  try {
    exit = await mergeEvents(shards, {
      baseline: baselineOf(shards, baseline),
      sink: withCauses((event) => {
        file.event(event);
        summary.event(event);
      }),
    });
  } catch (error) {
    file.close();
    rmSync(draft, { force: true });
    throw error;
  }
  file.close();
  renameSync(draft, out);
  io.out(
    `${[`${summary.target} is ${summary.outcome}. ${countsText(summary.counts)}.`, ...summary.limits()].join('\n')}\n`,
  );
  return exit;
}

function openFile(draft: string, out: string): EventFile {
  try {
    return new EventFile(draft, { compress: out.endsWith('.gz') });
  } catch (error) {
    throw fileError(out, 'written', error, '--out names a file');
  }
}

function baselineOf({ files }: Shards, given: string | undefined): Baseline | undefined {
  const session = files[0]?.session;
  const file = given ?? session?.baseline;
  if (session === undefined || file === undefined) return undefined;
  const { vectors, digest } = loadCorpus();
  if (digest !== session.digest)
    throw new UsageError(
      `the shards were made from other vectors (${session.digest.slice(0, 12)})`,
      'merge with the version that played them',
    );
  return new Baseline(readBaseline(file), {
    corpus: vectors.map(({ id }) => id),
    planned: files.flatMap((shard) => shard.vectors.map(({ id }) => id)),
    strict: session.strict,
    today: new Date().toISOString().slice(0, 10),
  });
}

/** Captures of failing vectors: the smallest first, as many as a package has room for. */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CaptureReporter } from '../reporters/capture-reporter.ts';
import type { RecordedPair, RecordedRun } from './recorded-run.ts';

/** Frames of all captures together, in bytes. */
const ROOM = 1.5 * 1024 * 1024;
/** Packets and comments of one take about as much again. */
const LEAST = 2048;

export interface FailureCaptures {
  readonly files: ReadonlyMap<string, Buffer>;
  /** Failing vectors; more than there are files if they did not fit. */
  readonly failing: number;
}

export async function failureCaptures({ session, pairs }: RecordedRun): Promise<FailureCaptures> {
  const failing = pairs.filter(({ verdict }) => verdict.verdict === 'fail' || verdict.verdict === 'error');
  const chosen = new Set(withinRoom(failing));
  const folder = mkdtempSync(join(tmpdir(), 'rsc-captures-'));
  try {
    const reporter = new CaptureReporter(folder);
    reporter.event(session);
    for (const pair of failing.filter((one) => chosen.has(one))) {
      reporter.event(pair.vector);
      reporter.event(pair.verdict);
    }
    await reporter.close();
    const names = readdirSync(folder).sort();
    return {
      files: new Map(names.map((name) => [`captures/${name}`, readFileSync(join(folder, name))])),
      failing: failing.length,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function withinRoom(pairs: readonly RecordedPair[]): RecordedPair[] {
  const sized = pairs.map((pair) => ({ pair, size: LEAST + sizeOf(pair) })).sort((a, b) => a.size - b.size);
  let used = 0;
  const chosen: RecordedPair[] = [];
  for (const { pair, size } of sized) {
    used += size;
    if (used > ROOM) break;
    chosen.push(pair);
  }
  return chosen;
}

function sizeOf({ vector, verdict }: RecordedPair): number {
  const sent = vector.steps.reduce((sum, step) => sum + ('rx' in step ? step.rx.length / 2 : 0), 0);
  return verdict.indications.reduce((sum, { frame }) => sum + frame.length / 2, sent);
}

import type { RunSummary } from '../../reports/run-summary.ts';
import { VERSION } from '../base/version.ts';
import { sha256 } from './archive.ts';
import type { FailureCaptures } from './failure-captures.ts';
import type { RecordedRun } from './recorded-run.ts';
import { suiteDigest } from './suite-digest.ts';

export const FORMAT = 'rsc-conformance evidence 1';

/** The manifest of a package: target, suite, result, and the SHA-256 of every other file. */
export function manifest(
  { session, end, pairs }: RecordedRun,
  summary: RunSummary,
  files: ReadonlyMap<string, Buffer>,
  captures: FailureCaptures,
): object {
  return {
    format: FORMAT,
    suite: { version: VERSION, sha256: suiteDigest() },
    vectors: { sha256: session.digest, played: pairs.length },
    target: { name: session.target, version: session.targetVersion, programs: session.environment?.programs ?? [] },
    labels: session.labels ?? {},
    started: session.started,
    strict: session.strict,
    outcome: summary.outcome,
    exit: end.exit,
    counts: summary.counts,
    captures: { failing: captures.failing, included: captures.files.size },
    files: [...files]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([path, bytes]) => ({ path, bytes: bytes.length, sha256: sha256(bytes) })),
  };
}

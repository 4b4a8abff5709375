/** `--failed` and `--last-failed`: only vectors that failed in an earlier run. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isUnexpected } from '../../reports/case-text.ts';
import { UsageError } from '../base/errors.ts';
import type { OptionSpec } from '../base/option-spec.ts';
import { readEvents } from '../events/read-events.ts';
import type { Parsed } from './command.ts';

export const FAILED_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  failed: {
    type: 'string',
    value: 'EVENTS',
    isPath: true,
    help: 'select only the vectors that failed in that run',
  },
  'last-failed': { type: 'boolean', help: 'select only the vectors that failed in the run whose events are in --out' },
};

/**
 * Ids of the vectors that made the run fail, and the file that lists them; undefined: not requested. Throws UsageError.
 */
export async function failedBefore(
  parsed: Parsed,
  out: string,
): Promise<{ readonly file: string; readonly ids: ReadonlySet<string> } | undefined> {
  const named = parsed.string('failed');
  if (!parsed.flag('last-failed')) return named === undefined ? undefined : { file: named, ids: await failedIn(named) };
  if (named !== undefined) throw new UsageError('--failed and --last-failed exclude each other', 'use one of them');
  const files = ['events.jsonl', 'events.jsonl.gz'].map((name) => join(out, name));
  const file = files.find((path) => existsSync(path));
  if (file === undefined) throw new UsageError(`${out} contains no run`, 'run once without --last-failed');
  return { file, ids: await failedIn(file) };
}

async function failedIn(path: string): Promise<Set<string>> {
  const ids = new Set<string>();
  let strict = false;
  for await (const event of readEvents(path)) {
    if (event.type === 'session') strict = event.strict;
    else if (event.type === 'verdict' && isUnexpected(event, strict)) ids.add(event.vector);
  }
  return ids;
}

/** `report history`: runs over time, from their events. */

import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { historyOf, PastRun } from '../../reports/history/history.ts';
import { historyHtml } from '../../reports/history/history-html.ts';
import { historyMarkdown } from '../../reports/history/history-markdown.ts';
import { UsageError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import { saveFile } from '../base/save-file.ts';
import { readEvents } from '../events/read-events.ts';

/**
 * `paths`: files of events, or folders that contain some at any depth. The ending of `out` selects the format, as for a
 * matrix.
 */
export async function writeHistory(paths: readonly string[], out: string, io: Io): Promise<number> {
  const isMarkdown = out === '-' || /\.(md|markdown)$/i.test(out);
  if (!isMarkdown && !/\.html?$/i.test(out))
    throw new UsageError(`${out} ends in neither .md nor .html`, 'name a file that ends in .md or .html');
  const runs: PastRun[] = [];
  for (const path of paths.flatMap(eventFilesIn)) {
    const run = new PastRun(path);
    for await (const event of readEvents(path)) run.event(event);
    runs.push(run);
  }
  const lines = historyOf(runs);
  const text = isMarkdown ? historyMarkdown(lines) : historyHtml(lines);
  if (out === '-') io.out(text);
  else saveFile(out, text, '--out names a file');
  return 0;
}

function eventFilesIn(path: string): string[] {
  if (!existsSync(path) || !statSync(path).isDirectory()) return [path];
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => /(^|[/\\])events\.jsonl(\.gz)?$/.test(name))
    .sort();
  if (files.length === 0) throw new UsageError(`${path} contains no events.jsonl`, 'name a folder of runs');
  return files.map((name) => join(path, name));
}

/** Everything in a package besides the events. It is made from the events, so that `verify` can make it again. */

import { fileName } from '../../reports/file-name.ts';
import { JunitReport } from '../../reports/junit.ts';
import { MarkdownReport } from '../../reports/markdown.ts';
import type { TextReport } from '../../reports/reporter.ts';
import { RunSummary } from '../../reports/run-summary.ts';
import { htmlReporter } from '../page/html-reporter.ts';
import { badgeSvg, badgeText } from './badge.ts';
import { failureCaptures } from './failure-captures.ts';
import { manifest } from './manifest.ts';
import type { RecordedRun } from './recorded-run.ts';

export const EVENTS = 'events.jsonl.gz';
export const BASELINE = 'baseline.json';
export const MANIFEST = 'manifest.json';

/**
 * `given`: the files that are not made here, the events among them. `level`: how much the page is compressed. The manifest is
 * one of the result.
 */
export async function evidenceFiles(
  run: RecordedRun,
  given: ReadonlyMap<string, Buffer>,
  level?: number,
): Promise<Map<string, Buffer>> {
  const summary = new RunSummary();
  for (const event of run.events) summary.event(event);
  const captures = await failureCaptures(run);
  const attachment = (vector: string): string | undefined => {
    const path = `captures/${fileName(vector)}.pcapng`;
    return captures.files.has(path) ? path : undefined;
  };
  const files = new Map<string, Buffer>([
    ...given,
    ['report.html', await textOf(htmlReporter({ level, framesFile: EVENTS }), run)],
    ['junit.xml', await textOf(new JunitReport({ attachment }), run)],
    ['summary.md', await textOf(new MarkdownReport(), run)],
    ['capabilities.json', json(run.session.capabilities)],
    ['environment.json', json({ labels: run.session.labels ?? {}, ...run.session.environment })],
    ['not-judged.json', json(notJudged(run, summary))],
    ['badge.txt', Buffer.from(`${badgeText(summary)}\n`)],
    ['badge.svg', Buffer.from(badgeSvg(summary))],
    ...captures.files,
  ]);
  files.set(MANIFEST, json(manifest(run, summary, files, captures)));
  return files;
}

async function textOf(report: TextReport, run: RecordedRun): Promise<Buffer> {
  for (const event of run.events) report.event(event);
  return Buffer.from(await report.text());
}

/** The limits of the result, with reasons. */
function notJudged(run: RecordedRun, summary: RunSummary): object {
  const unsupported = new Map<string, string[]>();
  for (const { verdict } of run.pairs) {
    if (verdict.verdict !== 'unsupported') continue;
    const { reason = '', vector } = verdict;
    unsupported.set(reason, [...(unsupported.get(reason) ?? []), vector]);
  }
  return { limits: summary.limits(), unsupported: Object.fromEntries(unsupported) };
}

export function json(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 1)}\n`);
}

/**
 * Every reporter by its name: what `run --reporter NAME` and `report NAME` make. Each is loaded when it is asked for.
 * A new one that is a text is one line here.
 */

import type { TextReport } from '../../reports/reporter.ts';
import { UsageError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import { saveFile } from '../base/save-file.ts';
import { suggest } from '../base/suggest.ts';
import type { OpenReporter } from './open-reporter.ts';

/** What a reporter is opened with. */
export interface Place {
  /** The file (or folder) that it writes; undefined: it writes on `io.out`. */
  readonly path: string | undefined;
  readonly io: Io;
  /** Files that other reporters make, for those that refer to them. */
  readonly attachment?: (vector: string) => string | undefined;
}

export interface ReporterKind {
  readonly help: string;
  /** What it leaves in the folder of a run; undefined: it writes on the standard output. */
  readonly leaves?: string;
  open(place: Place): Promise<OpenReporter>;
}

export const REPORTERS: Readonly<Record<string, ReporterKind>> = {
  junit: text('JUnit XML (a run always writes it)', 'junit.xml', async ({ attachment }) => {
    const { JunitReport } = await import('../../reports/junit.ts');
    return new JunitReport(attachment === undefined ? {} : { attachment });
  }),
  html: text('one HTML file, with a picture of each failure', 'report.html', async () => {
    return (await import('../page/html-reporter.ts')).htmlReporter();
  }),
  markdown: text('a summary for a pull request or a job summary', 'summary.md', async () => {
    return new (await import('../../reports/markdown.ts')).MarkdownReport();
  }),
  github: text('annotations for GitHub Actions, on standard output', undefined, async () => {
    return new (await import('../../reports/github.ts')).GithubReport();
  }),
  tap: text('TAP 14, on standard output', undefined, async () => {
    return new (await import('../../reports/tap.ts')).TapReport();
  }),
  ctrf: text('CTRF JSON', 'ctrf.json', async () => {
    return new (await import('../../reports/ctrf.ts')).CtrfReport();
  }),
  ids: text('the ids of failing vectors, one per line, on standard output', undefined, async () => {
    return new (await import('../../reports/ids.ts')).IdsReport();
  }),
  pcapng: {
    help: 'a capture per failing vector: sent, indicated, findings as comments',
    leaves: 'captures',
    async open({ path }) {
      if (path === undefined) throw new UsageError('captures cannot be written to standard output', '--out FOLDER');
      return new (await import('./capture-reporter.ts')).CaptureReporter(path);
    },
  },
};

/** A report of no run. */
export const PLAYGROUND: ReporterKind = text('a page that runs the reference over any capture', undefined, async () => {
  const { playgroundPage } = await import('../page/playground.ts');
  return { event: () => {}, text: playgroundPage };
});

/** Throws UsageError for a name that there is not; `others` are names that the caller knows beside these. */
export function reporterKind(name: string, others: readonly string[] = []): ReporterKind {
  const kind = Object.hasOwn(REPORTERS, name) ? REPORTERS[name] : undefined;
  if (kind !== undefined) return kind;
  const names = [...others, ...Object.keys(REPORTERS)];
  throw new UsageError(`there is no reporter ${name}`, suggest(name, names, names.join(', ')));
}

function text(help: string, leaves: string | undefined, load: (place: Place) => Promise<TextReport>): ReporterKind {
  return {
    help,
    ...(leaves === undefined ? {} : { leaves }),
    async open(place) {
      const { path, io } = place;
      const report = await load(place);
      return {
        event: (event) => report.event(event),
        async close() {
          const document = await report.text();
          if (path === undefined) io.out(document);
          else saveFile(path, document, '--out names a file');
        },
      };
    },
  };
}

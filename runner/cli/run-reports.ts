/** The reports of one run: its events in a file, JUnit, and whatever else was chosen. */

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type ConsoleDetail, ConsoleReport } from '../../reports/console.ts';
import type { RunEvent } from '../../reports/events.ts';
import type { Reporter } from '../../reports/reporter.ts';
import { fileError } from '../base/file-error.ts';
import type { Io } from '../base/io.ts';
import { makeFolder } from '../base/make-folder.ts';
import { ProgressLine } from '../base/progress-line.ts';
import { EventFile } from '../events/event-file.ts';
import type { OpenReporter } from '../reporters/open-reporter.ts';
import { reporterKind } from '../reporters/reporters.ts';

const PLAIN = 'events.jsonl';
const COMPRESSED = 'events.jsonl.gz';

const HEARTBEAT_MS = 30_000;

export class RunReports {
  /** Files and folders, the events first. */
  readonly paths: readonly string[];
  readonly showsConsole: boolean;
  readonly #events: EventFile;
  readonly #opened: readonly OpenReporter[];
  readonly #reporters: readonly Reporter[];

  private constructor(
    events: EventFile,
    opened: readonly OpenReporter[],
    paths: readonly string[],
    console: ConsoleReport | undefined,
  ) {
    this.#events = events;
    this.#opened = opened;
    this.#reporters = [events, ...opened, ...(console === undefined ? [] : [console])];
    this.showsConsole = console !== undefined;
    this.paths = paths;
  }

  /** `names` as `chosenReporters` gives them. Throws UsageError where `out` cannot be written. */
  static async open(
    out: string,
    names: readonly string[],
    { io, compress, detail }: { readonly io: Io; readonly compress: boolean; readonly detail: ConsoleDetail },
  ): Promise<RunReports> {
    const path = join(out, compress ? COMPRESSED : PLAIN);
    io.keepOn?.();
    const events = openEvents(out, path, compress);
    const { opened, paths } = await openReporters(names, out, io);
    return new RunReports(
      events,
      opened,
      [path, ...paths],
      names.includes('console') ? consoleReport(io, detail) : undefined,
    );
  }

  event(event: RunEvent): void {
    for (const reporter of this.#reporters) reporter.event(event);
  }

  /** If one cannot be written, the others still are. */
  async close(): Promise<void> {
    const errors: unknown[] = [];
    try {
      this.#events.close();
    } catch (error) {
      errors.push(error);
    }
    for (const reporter of this.#opened) await reporter.close().catch((error: unknown) => errors.push(error));
    if (errors.length > 0) throw errors[0];
  }
}

/** Those that write a file or standard output at the end of the run; JUnit always, as the last one. */
async function openReporters(
  names: readonly string[],
  out: string,
  io: Io,
): Promise<{ opened: OpenReporter[]; paths: string[] }> {
  const opened: OpenReporter[] = [];
  const paths: string[] = [];
  for (const name of [...names.filter((name) => name !== 'console' && name !== 'junit'), 'junit']) {
    const kind = reporterKind(name);
    const path = kind.leaves === undefined ? undefined : join(out, kind.leaves);
    if (path !== undefined) paths.push(path);
    const attachment = (vector: string): string | undefined =>
      opened.map((reporter) => reporter.attachment?.(vector)).find((found) => found !== undefined);
    opened.push(await kind.open({ path, io, attachment }));
  }
  return { opened, paths };
}

function consoleReport(io: Io, detail: ConsoleDetail): ConsoleReport {
  const line = new ProgressLine(io);
  const progress = (text: string): void => (text === '' ? line.clear() : line.show(() => text));
  return new ConsoleReport({
    write: io.out,
    color: io.color.out,
    detail,
    ...(detail === 'quiet' ? {} : { progress: io.terminal ? progress : heartbeat(io) }),
  });
}

/** Prints a line now and then: it shows progress in a log, and keeps a CI server from ending a silent run. */
function heartbeat(io: Io): (text: string) => void {
  let next = performance.now() + HEARTBEAT_MS;
  return (text) => {
    if (text === '' || performance.now() < next) return;
    next = performance.now() + HEARTBEAT_MS;
    io.err(`${text}\n`);
  };
}

function openEvents(out: string, path: string, compress: boolean): EventFile {
  try {
    makeFolder(out);
    const file = new EventFile(path, { compress });
    // Otherwise reports of an earlier run would remain next to the new ones.
    rmSync(join(out, compress ? PLAIN : COMPRESSED), { force: true });
    return file;
  } catch (error) {
    throw fileError(out, 'created', error, '--out names a folder');
  }
}

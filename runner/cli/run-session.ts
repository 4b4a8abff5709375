/** One session from its first event to its reports, whatever happens on the way. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ConsoleReport } from '../../reports/console.ts';
import type { BaselineEvent, RunEvent } from '../../reports/events.ts';
import type { Reporter } from '../../reports/reporter.ts';
import { setCurrentSession } from '../current-session.ts';
import { UsageError } from '../errors.ts';
import { EventFile } from '../event-file.ts';
import { Session, type SessionOptions } from '../session.ts';
import type { Io } from './command.ts';
import { INTERRUPTED, type Interruption } from './interruption.ts';
import { type OpenReporter, reporterKind } from './reporters.ts';

/** Problems of a baseline that `baseline update` mends. */
const REWRITTEN: readonly string[] = ['passes', 'differs', 'stale'];

export interface RunOptions extends Omit<SessionOptions, 'sink'> {
  readonly out: string;
  /** Names, as `chosenReporters` gives them. */
  readonly reporters: readonly string[];
  readonly interruption: Interruption;
  readonly io: Io;
}

export async function runSession({ out, reporters: names, interruption, io, ...options }: RunOptions): Promise<number> {
  const path = join(out, 'events.jsonl');
  const events = openEvents(out, path);
  const { opened, paths } = await openReporters(names, out, io);
  const showsConsole = names.includes('console');
  const reporters: Reporter[] = [events, ...opened, ...(showsConsole ? [consoleReport(io)] : [])];
  let baseline: BaselineEvent | undefined;
  const session = new Session({
    ...options,
    sink: (event: RunEvent) => {
      if (event.type === 'end') baseline = event.baseline;
      for (const reporter of reporters) reporter.event(event);
    },
  });
  let exit: number;
  try {
    setCurrentSession(session);
    exit = await drive(session, interruption);
  } finally {
    events.close();
    await closeAll(opened);
  }
  for (const bug of session.bugs) io.err(`${bug instanceof Error ? bug.stack : String(bug)}\n`);
  if (showsConsole) {
    const { file, problems } = baseline ?? { file: '', problems: [] };
    if (problems.some(({ kind }) => REWRITTEN.includes(kind)))
      io.out(`This rewrites the baseline: rsc-conformance baseline update ${path} --baseline ${file}\n`);
    io.out(`Reports: ${[path, ...paths].join(', ')}\n`);
  }
  return interruption.happened ? INTERRUPTED : exit;
}

/** Those that leave a file or write on the standard output when all is told; JUnit always, and last. */
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

/** One that cannot be written does not cost the others. */
async function closeAll(opened: readonly OpenReporter[]): Promise<void> {
  const errors: unknown[] = [];
  for (const reporter of opened) await reporter.close().catch((error: unknown) => errors.push(error));
  if (errors.length > 0) throw errors[0];
}

function consoleReport(io: Io): ConsoleReport {
  const progress = (text: string): void => io.err(`\r\u001b[K${text}`);
  return new ConsoleReport({ write: io.out, color: io.color.out, ...(io.terminal ? { progress } : {}) });
}

function openEvents(out: string, path: string): EventFile {
  try {
    mkdirSync(out, { recursive: true });
    return new EventFile(path);
  } catch (error) {
    throw new UsageError(`reports cannot be written to ${out}: ${(error as Error).message}`, '--out names a folder');
  }
}

/** The suites ask the session for each verdict; the session plays on its own, in batches. */
async function drive(session: Session, interruption: Interruption): Promise<number> {
  const { runSuites } = await import('../suites.ts');
  let abortSuites = (): void => {};
  const withdraw = interruption.handle(() => {
    session.interrupt();
    abortSuites();
  });
  try {
    const { failures, firstError } = await runSuites((abort) => {
      abortSuites = abort;
    });
    const exit = await session.run();
    if (failures > 0 && exit === 0) session.bugs.push(firstError);
    return failures > 0 && exit === 0 ? 3 : exit;
  } finally {
    withdraw();
  }
}

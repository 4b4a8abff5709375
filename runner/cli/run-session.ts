/** One session from its first event to its reports, whatever happens on the way. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConsoleReport } from '../../reports/console.ts';
import type { RunEvent } from '../../reports/events.ts';
import { JunitReport } from '../../reports/junit.ts';
import type { Reporter } from '../../reports/reporter.ts';
import { setCurrentSession } from '../current-session.ts';
import { UsageError } from '../errors.ts';
import { EventFile } from '../event-file.ts';
import { Session, type SessionOptions } from '../session.ts';
import type { Io } from './command.ts';

/** As a shell tells it: 128 and the number of SIGINT. */
const INTERRUPTED = 130;

export interface RunOptions extends Omit<SessionOptions, 'sink'> {
  readonly out: string;
  readonly showsConsole: boolean;
  readonly io: Io;
}

export async function runSession({ out, showsConsole, io, ...options }: RunOptions): Promise<number> {
  const paths = { events: join(out, 'events.jsonl'), junit: join(out, 'junit.xml') };
  const events = openReports(out, paths.events);
  const junit = new JunitReport();
  const reporters: Reporter[] = [events, junit];
  if (showsConsole) reporters.push(consoleReport(io));
  const session = new Session({
    ...options,
    sink: (event: RunEvent) => {
      for (const reporter of reporters) reporter.event(event);
    },
  });
  let isInterrupted = false;
  let exit: number;
  try {
    setCurrentSession(session);
    exit = await drive(session, () => {
      isInterrupted = true;
    });
  } finally {
    events.close();
    writeFileSync(paths.junit, junit.text());
  }
  for (const bug of session.bugs) io.err(`${bug instanceof Error ? bug.stack : String(bug)}\n`);
  if (showsConsole) io.out(`Reports: ${Object.values(paths).join(', ')}\n`);
  return isInterrupted ? INTERRUPTED : exit;
}

function consoleReport(io: Io): ConsoleReport {
  const progress = (text: string): void => io.err(`\r\u001b[K${text}`);
  return new ConsoleReport({ write: io.out, color: io.color.out, ...(io.terminal ? { progress } : {}) });
}

function openReports(out: string, path: string): EventFile {
  try {
    mkdirSync(out, { recursive: true });
    return new EventFile(path);
  } catch (error) {
    throw new UsageError(`reports cannot be written to ${out}: ${(error as Error).message}`, '--out names a folder');
  }
}

/** The suites ask the session for each verdict; the session plays on its own, in batches. */
async function drive(session: Session, onInterrupt: () => void): Promise<number> {
  const { runSuites } = await import('../suites.ts');
  let abortSuites = (): void => {};
  const interrupt = (): void => {
    onInterrupt();
    session.interrupt();
    abortSuites();
  };
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    const { failures, firstError } = await runSuites((abort) => {
      abortSuites = abort;
    });
    const exit = await session.run();
    if (failures > 0 && exit === 0) session.bugs.push(firstError);
    return failures > 0 && exit === 0 ? 3 : exit;
  } finally {
    process.removeListener('SIGINT', interrupt);
    process.removeListener('SIGTERM', interrupt);
  }
}

/** One session from its first event to its reports, whatever happens on the way. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConsoleReport } from '../../reports/console.ts';
import type { BaselineEvent, RunEvent } from '../../reports/events.ts';
import { JunitReport } from '../../reports/junit.ts';
import type { Reporter } from '../../reports/reporter.ts';
import { setCurrentSession } from '../current-session.ts';
import { UsageError } from '../errors.ts';
import { EventFile } from '../event-file.ts';
import { Session, type SessionOptions } from '../session.ts';
import type { Io } from './command.ts';
import { INTERRUPTED, type Interruption } from './interruption.ts';

/** Problems of a baseline that `baseline update` mends. */
const REWRITTEN: readonly string[] = ['passes', 'differs', 'stale'];

export interface RunOptions extends Omit<SessionOptions, 'sink'> {
  readonly out: string;
  readonly showsConsole: boolean;
  readonly interruption: Interruption;
  readonly io: Io;
}

export async function runSession({ out, showsConsole, interruption, io, ...options }: RunOptions): Promise<number> {
  const paths = { events: join(out, 'events.jsonl'), junit: join(out, 'junit.xml') };
  const events = openReports(out, paths.events);
  const junit = new JunitReport();
  const reporters: Reporter[] = [events, junit];
  if (showsConsole) reporters.push(consoleReport(io));
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
    writeFileSync(paths.junit, junit.text());
  }
  for (const bug of session.bugs) io.err(`${bug instanceof Error ? bug.stack : String(bug)}\n`);
  if (showsConsole) {
    const { file, problems } = baseline ?? { file: '', problems: [] };
    if (problems.some(({ kind }) => REWRITTEN.includes(kind)))
      io.out(`This rewrites the baseline: rsc-conformance baseline update ${paths.events} --baseline ${file}\n`);
    io.out(`Reports: ${Object.values(paths).join(', ')}\n`);
  }
  return interruption.happened ? INTERRUPTED : exit;
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

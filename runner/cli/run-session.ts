/** One session from its first event to its reports, whatever happens on the way. */

import type { ConsoleDetail } from '../../reports/console.ts';
import type { BaselineEvent, RunEvent } from '../../reports/events.ts';
import { INTERRUPTED, type Interruption } from '../base/interruption.ts';
import type { Io } from '../base/io.ts';
import { withCauses } from '../diagnosis/with-causes.ts';
import { Session, type SessionOptions } from '../session/session.ts';
import { quoted } from './quoted.ts';
import { RunReports } from './run-reports.ts';

/** Problems of a baseline that `baseline update` fixes. */
const REWRITTEN: readonly string[] = ['passes', 'differs', 'stale'];

export interface ReportOptions {
  readonly out: string;
  /** Names, as `chosenReporters` gives them. */
  readonly reporters: readonly string[];
  /** How much the console says. */
  readonly detail?: ConsoleDetail;
  /** The events are written compressed. */
  readonly compress?: boolean;
  readonly interruption: Interruption;
  readonly io: Io;
}

export interface RunOptions extends ReportOptions, Omit<SessionOptions, 'sink'> {}

/** The source of events: played vectors, or captures. */
interface Reported {
  /** Resolves to the exit status after the last event. */
  run(): Promise<number>;
  /** Ends it early, with whole events. */
  interrupt(): void;
  /** Defects of this suite. */
  readonly bugs: readonly unknown[];
  /** Lines under the console's report. */
  readonly summary?: () => string;
}

export function runSession({
  out,
  reporters,
  compress = false,
  detail = 'normal',
  interruption,
  io,
  ...options
}: RunOptions): Promise<number> {
  return reportSession(
    { out, reporters, compress, detail, interruption, io },
    (sink) => new Session({ ...options, sink }),
  );
}

/** Passes events to every reporter; a signal ends the session, and its reports are still written. */
export async function reportSession(
  { out, reporters: names, compress = false, detail = 'normal', interruption, io }: ReportOptions,
  start: (sink: (event: RunEvent) => void) => Reported,
): Promise<number> {
  // From here on there is a report to write, so a signal does not end the process before it is written.
  let isEarly = false;
  interruption.handle(() => {
    isEarly = true;
  });
  const reports = await RunReports.open(out, names, { io, compress, detail });
  let baseline: BaselineEvent | undefined;
  const session = start(
    withCauses((event) => {
      if (event.type === 'end') baseline = event.baseline;
      reports.event(event);
    }),
  );
  let exit: number;
  try {
    exit = await drive(session, interruption, isEarly);
  } finally {
    await reports.close();
  }
  for (const bug of session.bugs) io.err(`${bug instanceof Error ? bug.stack : String(bug)}\n`);
  if (reports.showsConsole && detail !== 'quiet') {
    io.out(session.summary?.() ?? '');
    const { file, problems } = baseline ?? { file: '', problems: [] };
    if (problems.some(({ kind }) => REWRITTEN.includes(kind)))
      io.out(
        `This rewrites the baseline: rsc-conformance baseline update ${reports.paths.slice(0, 1).map(quoted)} --baseline ${quoted(file)}\n`,
      );
    io.out(`Reports: ${reports.paths.join(', ')}\n`);
  }
  return interruption.happened ? INTERRUPTED : exit;
}

/** Plays the session; a signal ends it with complete events. */
async function drive(session: Reported, interruption: Interruption, isEarly: boolean): Promise<number> {
  const withdraw = interruption.handle(() => session.interrupt());
  try {
    const running = session.run();
    if (isEarly) session.interrupt();
    return await running;
  } finally {
    withdraw();
  }
}

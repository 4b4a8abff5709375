/** Runs over time: the result of each, and the causes that appeared and disappeared in between. */

import { isUnexpected } from '../case-text.ts';
import { type CauseEvent, type RunEvent, type SessionEvent, VERDICTS } from '../events.ts';
import type { Reporter } from '../reporter.ts';
import { type Counts, noCounts } from '../run-summary.ts';

/** One run; it keeps no frames. */
export class PastRun implements Reporter {
  /** Its file, as the user names it. */
  readonly source: string;
  readonly counts: Counts = noCounts();
  session: SessionEvent | undefined;
  exit: number | undefined;
  causes: readonly CauseEvent[] = [];
  /** Vectors that make it fail. */
  failing = 0;
  #ratios = 0;
  #rated = 0;

  constructor(source: string) {
    this.source = source;
  }

  event(event: RunEvent): void {
    if (event.type === 'session') this.session = event;
    else if (event.type === 'end') {
      this.exit = event.exit;
      this.causes = event.diagnosis?.causes ?? [];
    } else if (event.type === 'verdict') {
      this.counts[event.verdict]++;
      if (isUnexpected(event, this.session?.strict === true)) this.failing++;
      if (event.verdict === 'unsupported' || event.verdict === 'error') return;
      this.#ratios += event.ratio;
      this.#rated++;
    }
  }

  get total(): number {
    return VERDICTS.reduce((sum, verdict) => sum + this.counts[verdict], 0);
  }

  /** In percent, as `RunSummary` has it. */
  get ratio(): number | undefined {
    return this.#rated === 0 ? undefined : (100 * this.#ratios) / this.#rated;
  }

  get outcome(): string {
    return this.exit === undefined ? 'not complete' : this.exit === 0 ? 'conforming' : 'not conforming';
  }
}

export interface HistoryLine {
  readonly run: PastRun;
  /** Titles of causes that the run before did not have, and that only that had; of the same target. */
  readonly came: readonly string[];
  readonly went: readonly string[];
  /** Why it is hard to compare with the run before; undefined: it is comparable, or the first. */
  readonly caveat: string | undefined;
}

/** The oldest first. */
export function historyOf(runs: readonly PastRun[]): HistoryLine[] {
  const sorted = [...runs].sort((a, b) => startOf(a).localeCompare(startOf(b)));
  const last = new Map<string, PastRun>();
  return sorted.map((run) => {
    const target = run.session?.target ?? '';
    const before = last.get(target);
    last.set(target, run);
    if (before === undefined) return { run, came: [], went: [], caveat: undefined };
    const [were, are] = [titlesOf(before), titlesOf(run)];
    return {
      run,
      came: are.filter((title) => !were.includes(title)),
      went: were.filter((title) => !are.includes(title)),
      caveat: caveatOf(before, run),
    };
  });
}

function startOf({ session }: PastRun): string {
  return session?.started ?? '';
}

function titlesOf({ causes }: PastRun): string[] {
  return [...new Set(causes.map(({ title }) => title))];
}

function caveatOf(before: PastRun, run: PastRun): string | undefined {
  if (before.session?.digest !== run.session?.digest) return 'other vectors than the run before';
  if (before.total !== run.total) return 'another number of vectors than the run before';
  return before.session?.version === run.session?.version ? undefined : 'another version of the suite';
}

/** "driver=x, build=7" */
export function labelsText({ session }: PastRun): string {
  return Object.entries(session?.labels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');
}

/** "2026-11-30 08:15" */
export function dayOf(run: PastRun): string {
  return startOf(run).slice(0, 16).replace('T', ' ');
}

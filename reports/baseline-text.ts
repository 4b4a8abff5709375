/** The text about the known failures of a run. */

import type { BaselineEvent, BaselineProblem, KnownFailureEvent, Verdict, VerdictEvent } from './events.ts';

const MOST_PROBLEMS = 20;

/** Known failures of a run, counted by entry. */
export class KnownFailures {
  readonly #entries = new Map<
    string,
    { readonly known: KnownFailureEvent; readonly verdict: Verdict; count: number }
  >();

  /** Adds the verdict if it is a known failure; returns whether it is. */
  add({ known, verdict }: VerdictEvent): boolean {
    if (known === undefined) return false;
    const entry = this.#entries.get(known.entry) ?? { known, verdict, count: 0 };
    entry.count++;
    this.#entries.set(known.entry, entry);
    return true;
  }

  /** One line per entry, in the order of the file. */
  lines(): string[] {
    const entries = [...this.#entries.values()].sort((a, b) => lineOf(a.known) - lineOf(b.known));
    return entries.map(({ known: { entry, reason, reviewBy }, verdict, count }) => {
      const review = reviewBy === undefined ? '' : ` (review by ${reviewBy})`;
      return `  ${entry}  ${count} ${verdict}: ${reason}${review}`;
    });
  }
}

function lineOf({ entry }: KnownFailureEvent): number {
  return Number(entry.slice(entry.lastIndexOf(':') + 1));
}

/** The entries of the baseline to change, with their lines. */
export function problemLines({ problems }: BaselineEvent): string[] {
  const shown = problems.slice(0, MOST_PROBLEMS).map((problem) => `  ${problemText(problem)}`);
  const hidden = problems.length - shown.length;
  return hidden > 0 ? [...shown, `  ... and ${hidden} more; all of them are in the events.`] : shown;
}

export function problemText({ entry, message, change }: BaselineProblem): string {
  return `${entry}: ${message}. ${change}`;
}

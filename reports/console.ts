/** The output of a run: progress, a table per family, each failure with its reasons, a summary. */

import { KnownFailures, problemLines } from './baseline-text.ts';
import { baselineText, findingText, hasVectors, isUnexpected, replayText, traceText } from './case-text.ts';
import { causeLines, diagnosisHead } from './cause-text.ts';
import {
  type CauseEvent,
  type DiagnosisEvent,
  type EndEvent,
  type RunEvent,
  type SessionEvent,
  VERDICTS,
  type VectorEvent,
  type Verdict,
  type VerdictEvent,
} from './events.ts';
import { familyOf } from './family.ts';
import { Merging } from './merging.ts';
import { profileText } from './profile-text.ts';
import { provenanceText } from './provenance.ts';
import type { Reporter } from './reporter.ts';
import { RuleTexts } from './rule-texts.ts';
import { type Case, type Counts, isKnownCause, noCounts, vectorCount } from './run-summary.ts';
import { shownCases } from './shown-cases.ts';

export interface ConsoleOptions {
  /** Prints whole lines. */
  readonly write: (text: string) => void;
  /** Prints the progress line; undefined: not a terminal. */
  readonly progress?: (text: string) => void;
  readonly color: boolean;
  /** With normal `detail`, at most this many failures are shown in full, one of each cause first; the rest is counted. */
  readonly mostFailures?: number;
  /** Default: normal. */
  readonly detail?: ConsoleDetail;
}

/** Only the result; also causes and the first failures; every failure. */
export type ConsoleDetail = 'quiet' | 'normal' | 'verbose';

const COLORS: Readonly<Record<Verdict, number>> = {
  pass: 32,
  'pass-less': 32,
  warn: 33,
  fail: 31,
  unsupported: 90,
  error: 35,
};
const PROGRESS_EVERY = 32;
/** A screen has no room for more. */
const MOST_CAUSES = 30;

export class ConsoleReport implements Reporter {
  readonly #options: ConsoleOptions;
  #session: SessionEvent | undefined;
  #rules = new RuleTexts();
  readonly #families = new Map<string, Counts>();
  #vector: VectorEvent | undefined;
  readonly #failures: Case[] = [];
  #done = 0;
  readonly #merging = new Merging();
  #rated = 0;
  readonly #notObserved = new Map<string, number>();
  readonly #unsupported = new Map<string, number>();
  /** By their text without numbers: the first of each, and the vectors that have it. */
  readonly #warnings = new Map<string, { readonly text: string; readonly vectors: Set<string> }>();
  readonly #known = new KnownFailures();

  readonly #mostFailures: number;

  constructor(options: ConsoleOptions) {
    this.#options = options;
    this.#mostFailures = options.detail === 'verbose' ? Number.POSITIVE_INFINITY : (options.mostFailures ?? 20);
  }

  event(event: RunEvent): void {
    if (event.type === 'session') {
      this.#session = event;
      this.#rules = new RuleTexts(event.ruleTexts);
    } else if (event.type === 'vector') this.#vector = event;
    else if (event.type === 'verdict') this.#verdict(event);
    else if (event.type === 'end') this.#end(event);
  }

  #verdict(event: VerdictEvent): void {
    const family = familyOf(event.vector);
    const counts = this.#families.get(family) ?? noCounts();
    counts[event.verdict]++;
    this.#families.set(family, counts);
    this.#done++;
    if (event.verdict !== 'unsupported' && event.verdict !== 'error') {
      this.#merging.add(event);
      this.#rated++;
    }
    for (const what of event.notObserved) this.#notObserved.set(what, (this.#notObserved.get(what) ?? 0) + 1);
    if (event.verdict === 'unsupported') {
      const reason = event.reason ?? 'no reason given';
      this.#unsupported.set(reason, (this.#unsupported.get(reason) ?? 0) + 1);
    }
    const isKnown = this.#known.add(event);
    if (event.verdict === 'warn' && !isKnown) {
      for (const { rule, message } of event.findings) {
        // Those that differ only in numbers: the first is shown.
        const key = `${rule}: ${message.replaceAll(/\d+/g, 'N')}`;
        const alike = this.#warnings.get(key) ?? { text: `${rule}: ${message}`, vectors: new Set() };
        this.#warnings.set(key, alike);
        alike.vectors.add(event.vector);
      }
    }
    if (isUnexpected(event, this.#session?.strict === true)) {
      const vector = this.#vector?.vector === event.vector ? this.#vector : undefined;
      this.#failures.push({ vector, verdict: event });
    }
    if (this.#done % PROGRESS_EVERY === 0) this.#options.progress?.(this.#progressLine());
  }

  #progressLine(): string {
    const total = this.#session?.vectors ?? this.#done;
    const failed = this.#failures.length === 0 ? '' : `, ${this.#failures.length} not conforming`;
    return `${this.#done} of ${total} vectors${failed}`;
  }

  #end({ counts, exit, notRun, baseline, diagnosis }: EndEvent): void {
    this.#options.progress?.('');
    const session = this.#session;
    const target = session === undefined ? 'the target' : `${session.target} ${session.targetVersion}`.trim();
    if (this.#options.detail === 'quiet') {
      this.#lines(`${target}: ${summary(counts, session)}.`, ...this.#result(exit, notRun, baseline?.known ?? 0));
      return;
    }
    // One failure explains its cause; `verbose` is for those who want each.
    const causes = this.#options.detail === 'verbose' ? [] : (diagnosis?.causes ?? []).filter(isNew);
    const shown = shownCases(this.#failures, this.#mostFailures, causes);
    for (const failure of shown) this.#lines('', ...this.#failureText(failure));
    const hidden = this.#failures.length - shown.length;
    if (hidden > 0) this.#lines('', `... and ${hidden} more; --verbose shows all of them, and so do the reports.`);
    if (this.#families.size > 0) this.#lines('', ...this.#table());
    for (const { text, vectors } of this.#warnings.values()) {
      const [first = ''] = vectors;
      const more = vectors.size === 1 ? '' : ` and ${vectors.size - 1} more`;
      this.#lines(`  ${this.#paint('warn', 'warn')} ${text} (${first}${more})`);
    }
    this.#lines('', `${target}: ${summary(counts, session)}.`);
    const { ratio, warning } = this.#merging;
    if (hasVectors(session))
      this.#lines(
        `Coalescing ratio: ${ratio === undefined ? 'none' : `${(100 * ratio).toFixed(1)} % of the merges that the reference makes, on average over the vectors`}.`,
      );
    if (warning !== undefined) this.#lines(this.#paint('warn', warning));
    const unseen = [...this.#notObserved].filter(([, count]) => count === this.#rated).map(([what]) => what);
    if (unseen.length > 0) this.#lines(`Not observed: ${unseen.join(', ')}.`);
    for (const [reason, count] of this.#unsupported) this.#lines(`Unsupported (${count}): ${reason}.`);
    if (session !== undefined && hasVectors(session))
      this.#lines(`Vectors ${session.digest.slice(0, 12)}, version ${session.version}${made(session)}.`);
    if (session !== undefined && session.shard !== '1/1')
      this.#lines(`Shard ${session.shard} alone: ${session.vectors} of ${session.selected ?? 'more'} vectors.`);
    const profile = profileText(session);
    if (profile !== undefined) this.#lines(profile);
    const known = baseline?.known ?? 0;
    if (baseline !== undefined && known > 0) this.#lines(`Known failures (${known}):`, ...this.#known.lines());
    if (baseline !== undefined && baseline.problems.length > 0)
      this.#lines(this.#paint('warn', 'To change in the baseline:'), ...problemLines(baseline));
    if (diagnosis?.causes.some(isNew) === true) this.#lines('', ...this.#causes(diagnosis), '');
    this.#lines(...this.#result(exit, notRun, known));
  }

  #result(exit: number, notRun: number | undefined, known: number): string[] {
    const but = known === 0 ? '' : `, but for ${known} known failures`;
    if (exit !== 0 && this.#rated === 0 && this.#failures.length === 0 && !hasVectors(this.#session))
      return [this.#paint('fail', 'Nothing was judged.')];
    return [
      ...(notRun === undefined ? [] : [`Not complete: ${notRun} vectors were not played.`]),
      exit === 0 ? this.#paint('pass', `Conforming${but}.`) : this.#paint('fail', 'Not conforming.'),
    ];
  }

  /** After all else, where the screen still shows them. */
  #causes(diagnosis: DiagnosisEvent): string[] {
    const news = diagnosis.causes.filter(isNew);
    return [
      `${diagnosisHead(diagnosis)}:`,
      ...news.slice(0, MOST_CAUSES).flatMap((cause, i) => {
        const [title = '', ...lines] = causeLines(cause);
        const number = String(i + 1).padStart(3);
        return [`${number}. ${this.#paint(cause.severity, title)}`, ...lines.map((line) => `     ${line}`)];
      }),
      ...(news.length > MOST_CAUSES
        ? [`... and ${news.length - MOST_CAUSES} more causes; all of them are in the reports.`]
        : []),
    ];
  }

  #failureText({ vector, verdict: event }: Case): string[] {
    return [
      `${this.#paint(event.unexpected === undefined ? event.verdict : 'fail', event.verdict.toUpperCase())} ${event.vector}`,
      ...(event.reason === undefined ? [] : [`  ${event.reason}`]),
      ...baselineText(event).map((line) => `  ${line}`),
      ...event.findings.flatMap(findingText).map((line) => `  ${line}`),
      ...(event.verdict === 'error' || event.findings.length === 0
        ? []
        : traceText(event, this.#rules, vector?.steps).map((line) => `  ${line}`)),
      `  Again: ${replayText(this.#session, event.vector)}`,
    ];
  }

  #table(): string[] {
    const shown = VERDICTS.filter(
      (verdict) => verdict === 'pass' || [...this.#families.values()].some((counts) => counts[verdict] > 0),
    );
    const width = Math.max(8, ...[...this.#families.keys()].map((family) => family.length));
    const row = (name: string, cells: readonly string[]): string =>
      `  ${name.padEnd(width)}${cells.map((cell) => cell.padStart(13)).join('')}`;
    const rows = [...this.#families].map(([family, counts]) =>
      row(
        family,
        shown.map((verdict) => String(counts[verdict])),
      ),
    );
    return [row('', shown), ...rows];
  }

  #paint(verdict: Verdict, text: string): string {
    return this.#options.color ? `\u001b[${COLORS[verdict]}m${text}\u001b[0m` : text;
  }

  #lines(...lines: string[]): void {
    this.#options.write(`${lines.join('\n')}\n`);
  }
}

function isNew(cause: CauseEvent): boolean {
  return !isKnownCause(cause);
}

function summary(counts: Readonly<Record<Verdict, number>>, session: SessionEvent | undefined): string {
  const total = VERDICTS.reduce((sum, verdict) => sum + counts[verdict], 0);
  const parts = VERDICTS.filter((verdict) => counts[verdict] > 0).map((verdict) => `${counts[verdict]} ${verdict}`);
  if (!hasVectors(session)) {
    const connections = total === 1 ? '1 connection' : `${total} connections`;
    return total === 0 ? 'no connection in both' : `${connections}: ${parts.join(', ')}`;
  }
  return total === 0 ? 'no vector was played' : `${vectorCount(total)}: ${parts.join(', ')}`;
}

/** The place that it comes from, on the same line: it differs from machine to machine. */
function made(session: SessionEvent): string {
  const text = provenanceText(session);
  return text === '' ? '' : `; ${text}`;
}

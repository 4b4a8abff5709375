/**
 * Known failures compared with a run. Vectors that were not selected do not count: an entry matches nothing only if a
 * pattern names no vector at all, or if all of its vectors were played and none matched.
 */

import type {
  BaselineEvent,
  BaselineProblem,
  KnownFailureEvent,
  UnexpectedEvent,
  VerdictEvent,
} from '../../reports/events.ts';
import { matchingIds } from '../base/matching-ids.ts';
import { suggest } from '../base/suggest.ts';
import type { BaselineEntry, BaselineFile } from './baseline-file.ts';
import { fingerprintOf, fingerprintText } from './fingerprint.ts';

/** A reason that begins like this is not written yet. */
export const NO_REASON = 'TODO';

export interface BaselineOptions {
  /** Every id, and the played ones. */
  readonly corpus: readonly string[];
  readonly planned: readonly string[];
  readonly strict: boolean;
  /** YYYY-MM-DD. */
  readonly today: string;
}

interface Tracked {
  readonly entry: BaselineEntry;
  /** For each pattern, the vectors of the corpus. */
  readonly patterns: readonly (readonly string[])[];
  readonly members: ReadonlySet<string>;
  /** Vectors that failed as the entry says; that passed; that failed differently, and how. */
  readonly asExpected: Set<string>;
  readonly passed: Set<string>;
  readonly differed: Map<string, string>;
}

export class Baseline {
  readonly file: string;
  /** The beginning of the target's version that it is for; undefined: any. */
  readonly target: string | undefined;
  readonly #options: BaselineOptions;
  readonly #tracked: readonly Tracked[];
  readonly #byVector = new Map<string, Tracked[]>();
  readonly #played = new Set<string>();
  #known = 0;

  constructor({ file, target, entries }: BaselineFile, options: BaselineOptions) {
    this.file = file;
    this.target = target;
    this.#options = options;
    this.#tracked = entries.map((entry): Tracked => {
      const patterns = entry.vectors.map((pattern) => matchingIds(pattern, options.corpus));
      const members = new Set(patterns.flat());
      return { entry, patterns, members, asExpected: new Set(), passed: new Set(), differed: new Map() };
    });
    for (const tracked of this.#tracked) {
      for (const id of tracked.members) {
        const already = this.#byVector.get(id);
        if (already === undefined) this.#byVector.set(id, [tracked]);
        else already.push(tracked);
      }
    }
  }

  /** "QEMU 7.2" is for "QEMU 7.2.22 (Debian ..)", and not for "QEMU 7.20". */
  isFor(version: string): boolean {
    const { target = version } = this;
    return version.startsWith(target) && !/^\d/.test(version.slice(target.length));
  }

  /** Called once for each vector. If a vector has several entries, one match is enough. */
  assess(verdict: VerdictEvent): { readonly known?: KnownFailureEvent; readonly unexpected?: UnexpectedEvent } {
    const id = verdict.vector;
    this.#played.add(id);
    const candidates = this.#byVector.get(id) ?? [];
    const [first] = candidates;
    if (first === undefined || verdict.verdict === 'unsupported') return {};
    const print = fingerprintOf(verdict);
    const was = print === undefined ? verdict.verdict : fingerprintText(print);
    const fitting = candidates.find(({ entry }) => fingerprintText(entry) === was);
    if (fitting !== undefined) {
      fitting.asExpected.add(id);
      this.#known++;
      return { known: this.#eventOf(fitting.entry) };
    }
    let message = '';
    for (const tracked of candidates) {
      const passes =
        print === undefined || (was.startsWith('warn') && !this.#options.strict && tracked.entry.verdict !== 'warn');
      if (passes) tracked.passed.add(id);
      else tracked.differed.set(id, was);
      if (tracked === first)
        message = passes
          ? 'a known failure that does not fail any more'
          : `a known failure that fails differently: ${was}`;
    }
    return { unexpected: { ...this.#eventOf(first.entry), expected: fingerprintText(first.entry), message } };
  }

  /** The result of a run for the baseline. */
  summary(): BaselineEvent {
    const planned = new Set(this.#options.planned);
    const problems = this.#tracked.flatMap((tracked) => [
      ...this.#unknownPatterns(tracked),
      ...this.#passes(tracked),
      ...this.#differs(tracked),
      ...this.#unmatched(tracked),
      ...([...tracked.members].some((id) => planned.has(id)) ? this.#reminders(tracked.entry) : []),
    ]);
    return { file: this.file, known: this.#known, problems };
  }

  #unknownPatterns({ entry, patterns, members }: Tracked): BaselineProblem[] {
    const unknown = entry.vectors.flatMap((_, n) => (patterns[n]?.length === 0 ? [n] : []));
    if (members.size === 0) {
      const names = entry.vectors.map((pattern) => this.#unknownName(pattern)).join(', ');
      return [
        this.#problem(
          'stale',
          entry.line,
          [],
          `the entry matches nothing: there is no vector ${names}`,
          'Delete the entry.',
        ),
      ];
    }
    return unknown.map((n) => {
      const name = this.#unknownName(entry.vectors[n] ?? '');
      return this.#problem('stale', entry.vectorLines[n], [], `there is no vector ${name}`, 'Delete this pattern.');
    });
  }

  #unknownName(pattern: string): string {
    const hint = /[*?]/.test(pattern) ? '' : suggest(pattern, this.#options.corpus, '');
    return hint === '' ? pattern : `${pattern} (${hint})`;
  }

  #passes({ entry, patterns, members, passed }: Tracked): BaselineProblem[] {
    if (passed.size === 0) return [];
    if (passed.size === members.size) {
      const all = passed.size === 1 ? `${[...passed][0]} does not fail` : `none of its ${passed.size} vectors fails`;
      return [this.#problem('passes', entry.line, [...passed], `${all} any more`, 'Delete the entry.')];
    }
    return entry.vectors.flatMap((pattern, n) => {
      const matched = patterns[n] ?? [];
      const now = matched.filter((id) => passed.has(id));
      if (now.length === 0) return [];
      const change = now.length === matched.length ? 'Delete this pattern.' : `Narrow the pattern ${pattern}.`;
      const message = `${named(now)} ${now.length === 1 ? 'does' : 'do'} not fail any more`;
      return [this.#problem('passes', entry.vectorLines[n], now, message, change)];
    });
  }

  #differs({ entry, patterns, differed }: Tracked): BaselineProblem[] {
    const expected = fingerprintText(entry);
    return entry.vectors.flatMap((_, n) => {
      const now = (patterns[n] ?? []).filter((id) => differed.has(id));
      const [first] = now;
      if (first === undefined) return [];
      const message = `${named(now)} ${now.length === 1 ? 'fails' : 'fail'} differently: ${differed.get(first)} instead of ${expected}`;
      return [
        this.#problem(
          'differs',
          entry.vectorLines[n],
          now,
          message,
          'Take what fails differently out of the entry; if that is known, too, give it an entry of its own.',
        ),
      ];
    });
  }

  /** Every vector was played, and the entry explained none of them. */
  #unmatched({ entry, members, asExpected, passed, differed }: Tracked): BaselineProblem[] {
    if (members.size === 0 || asExpected.size + passed.size + differed.size > 0) return [];
    if ([...members].some((id) => !this.#played.has(id))) return [];
    const message = 'the entry matches nothing: its vectors are unsupported, or other entries explain them';
    return [this.#problem('stale', entry.line, [...members], message, 'Delete the entry.')];
  }

  #reminders({ reason, reviewBy, reasonLine, reviewLine }: BaselineEntry): BaselineProblem[] {
    const problems: BaselineProblem[] = [];
    if (reviewBy !== undefined && reviewBy < this.#options.today) {
      problems.push(
        this.#problem(
          'expired',
          reviewLine,
          [],
          `the review was due by ${reviewBy}: ${reason}`,
          'Look again; if it has to stay, set a later reviewBy.',
        ),
      );
    }
    if (reason.startsWith(NO_REASON)) {
      const severity = this.#options.strict ? 'fail' : 'warn';
      problems.push({
        ...this.#problem('unexplained', reasonLine, [], 'it gives no reason', 'Write the reason.'),
        severity,
      });
    }
    return problems;
  }

  #problem(
    kind: BaselineProblem['kind'],
    line: number | undefined,
    vectors: readonly string[],
    message: string,
    change: string,
  ): BaselineProblem {
    return { kind, severity: 'fail', entry: `${this.file}:${line}`, vectors, message, change };
  }

  #eventOf({ reason, reviewBy, line }: BaselineEntry): KnownFailureEvent {
    return { reason, entry: `${this.file}:${line}`, ...(reviewBy === undefined ? {} : { reviewBy }) };
  }
}

/** "a", "a and b", "a and 4 more". */
function named([first = '', second, ...rest]: readonly string[]): string {
  if (second === undefined) return first;
  return rest.length === 0 ? `${first} and ${second}` : `${first} and ${rest.length + 1} more`;
}

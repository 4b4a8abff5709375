/**
 * JUnit: a suite a family. A verdict against the target is a failure, a target or
 * environment that broke is an error, what the target does not claim is skipped. A known failure has passed, with the
 * reason in its output; one that passes, or fails differently, is a failure.
 */

import { problemText } from './baseline-text.ts';
import { baselineText, findingText, isUnexpected, replayText, traceText } from './case-text.ts';
import type { BaselineProblem, CauseEvent, RunEvent, SessionEvent, VectorEvent, VerdictEvent } from './events.ts';
import { familyOf } from './family.ts';
import { type CaseText, type JunitCounts, type JunitOutcome, JunitSuite } from './junit-suite.ts';
import { provenance } from './provenance.ts';
import type { TextReport } from './reporter.ts';
import { clauseText } from './rule-texts.ts';
import { RunSummary } from './run-summary.ts';
import { openTag } from './xml-text.ts';

const NAME = 'rsc-conformance';

export interface JunitOptions {
  /** The file that shows a vector, by its id; servers show it with the case. */
  readonly attachment?: (vector: string) => string | undefined;
}

export class JunitReport implements TextReport {
  readonly #options: JunitOptions;
  readonly #run = new RunSummary();
  readonly #suites = new Map<string, JunitSuite>();
  readonly #names = new Map<string, number>();
  /** Cases of vectors that show something. */
  readonly #cases = new Map<string, CaseText>();
  /** By the rows that a vector is about: many have the same. */
  readonly #clauses = new Map<string, string>();
  #session: SessionEvent | undefined;
  #vector: VectorEvent | undefined;

  constructor(options: JunitOptions = {}) {
    this.#options = options;
  }

  event(event: RunEvent): void {
    this.#run.event(event);
    if (event.type === 'session') this.#session = event;
    else if (event.type === 'vector') this.#vector = event;
    else if (event.type === 'verdict') this.#add(event);
    else {
      if (event.notRun !== undefined) this.#addInterruption(event.notRun);
      for (const problem of event.baseline?.problems ?? []) this.#addProblem(problem);
      for (const cause of event.diagnosis?.causes ?? []) this.#addCause(cause);
    }
  }

  /** The document, UTF-8. */
  text(): string {
    const limits = this.#run.limits().join(' ');
    const suites = [...this.#suites.values()];
    if (limits !== '') for (const suite of suites) suite.property('limits', limits);
    const root = openTag('testsuites', { name: NAME, ...sum(suites.map(({ counts }) => counts)) });
    const inside = suites.length === 0 ? [`${root}/>`] : [`${root}>`, ...suites.map((suite) => suite.text()), CLOSED];
    return [XML, ...inside].join('\n');
  }

  #add(verdict: VerdictEvent): void {
    const family = familyOf(verdict.vector);
    const vector = this.#vector?.vector === verdict.vector ? this.#vector : undefined;
    const properties: [string, string][] = [];
    if (vector !== undefined) {
      properties.push(['rules', vector.rules.join(' ')], ['level', vector.level]);
      properties.push(['clause', this.#clausesOf(vector.rules)]);
      if (vector.flags.length > 0) properties.push(['flags', vector.flags.join(' ')]);
    }
    properties.push(['verdict', verdict.verdict]);
    if (verdict.known !== undefined) properties.push(['known', verdict.known.entry]);
    const outcome = this.#outcome(verdict);
    const isExplained = outcome === undefined && (verdict.known !== undefined || verdict.findings.length > 0);
    const file = this.#options.attachment?.(verdict.vector);
    const output = [
      verdict.verdict === 'unsupported' ? (verdict.reason ?? 'unsupported') : '',
      isExplained ? this.#body(verdict) : '',
      file === undefined ? '' : `[[ATTACHMENT|${file}]]`,
    ];
    const test = this.#suite(family).add({
      classname: `${NAME}.${family}`,
      name: this.#unique(verdict.vector),
      time: verdict.ms / 1000,
      properties,
      outcome,
      output: output.filter((text) => text !== '').join('\n\n'),
    });
    if (verdict.findings.length > 0 || verdict.verdict === 'error') this.#cases.set(verdict.vector, test);
  }

  #outcome(verdict: VerdictEvent): JunitOutcome | undefined {
    if (verdict.verdict === 'unsupported') return { kind: 'skipped' };
    if (!isUnexpected(verdict, this.#session?.strict === true)) return undefined;
    const body = this.#body(verdict);
    if (verdict.verdict === 'error')
      return { kind: 'error', message: oneLine(verdict.reason ?? 'error'), type: 'error', body };
    const what = verdict.unexpected?.message ?? verdict.findings[0]?.message ?? verdict.verdict;
    return { kind: 'failure', message: oneLine(what), type: verdict.verdict, body };
  }

  /** A property of every case that shows it: servers filter by it. */
  #addCause(cause: CauseEvent): void {
    for (const vector of cause.vectors) this.#cases.get(vector)?.property('cause', cause.title);
  }

  /** Problems of the baseline itself: an entry that matches nothing, or one past its date. */
  #addProblem(problem: BaselineProblem): void {
    if (problem.kind === 'passes' || problem.kind === 'differs' || problem.severity === 'warn') return;
    this.#suite('baseline').add({
      classname: `${NAME}.baseline`,
      name: this.#unique(`baseline/${problem.entry}`),
      time: 0,
      properties: [],
      outcome: { kind: 'failure', message: oneLine(problem.message), type: problem.kind, body: problemText(problem) },
    });
  }

  /** A report that lacks vectors must not look complete. */
  #addInterruption(notRun: number): void {
    const partial = this.#session?.partial;
    const [message, type] =
      partial === undefined
        ? [`the run was interrupted: ${notRun} vectors were not played`, 'interrupted']
        : [`partial: ${oneLine(partial)}`, 'partial'];
    const outcome = { kind: 'error', message, type } as const;
    const name = 'session/complete';
    this.#suite('session').add({ classname: `${NAME}.session`, name, time: 0, properties: [], outcome });
  }

  #suite(family: string): JunitSuite {
    const known = this.#suites.get(family);
    if (known !== undefined) return known;
    const name = `${NAME}.${family}`;
    const suite = this.#session === undefined ? new JunitSuite({ name }, []) : suiteOf(name, this.#session);
    this.#suites.set(family, suite);
    return suite;
  }

  /** Some servers keep only the first of two cases with one name. */
  #unique(name: string): string {
    const count = (this.#names.get(name) ?? 0) + 1;
    this.#names.set(name, count);
    return count === 1 ? name : `${name} (${count})`;
  }

  #clausesOf(ids: readonly string[]): string {
    const key = ids.join(' ');
    let text = this.#clauses.get(key);
    if (text === undefined) {
      const { rules } = this.#run;
      const named = rules.rows.filter((id) => ids.includes(id));
      text = named
        .flatMap((id) => rules.row(id).map(({ clause }) => `${id} ${clauseText(clause)}`))
        .filter(isFirst)
        .join('; ');
      this.#clauses.set(key, text);
    }
    return text;
  }

  #body(verdict: VerdictEvent): string {
    return [
      ...baselineText(verdict),
      ...(verdict.reason === undefined ? [] : [verdict.reason]),
      ...verdict.findings.flatMap(findingText),
      '',
      ...traceText(verdict, this.#run.rules, this.#run.stepsOf(verdict)),
      '',
      `Again: ${replayText(this.#session, verdict.vector)}`,
    ].join('\n');
  }
}

function isFirst<T>(item: T, at: number, all: readonly T[]): boolean {
  return all.indexOf(item) === at;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

const XML = '<?xml version="1.0" encoding="UTF-8"?>';
const CLOSED = '</testsuites>';

function sum(all: readonly JunitCounts[]): JunitCounts {
  const total = { tests: 0, failures: 0, errors: 0, skipped: 0 };
  for (const counts of all) for (const key of Object.keys(total) as (keyof JunitCounts)[]) total[key] += counts[key];
  return total;
}

function suiteOf(name: string, session: SessionEvent): JunitSuite {
  return new JunitSuite({ name, timestamp: session.started.replace(/\.\d+Z$/, '') }, [
    ['target', session.target],
    ['targetVersion', session.targetVersion],
    ['policy', JSON.stringify(session.policy)],
    ['version', session.version],
    ['vectors', session.digest],
    ['shard', session.shard],
    ['command', session.command],
    ...provenance(session),
  ]);
}

/**
 * JUnit, through junit-report-builder: one suite per family. A verdict against the target is a failure, a broken target
 * or environment an error, and a vector that the target does not support is skipped. A known failure has passed, with
 * the reason in its output; one that passes, or fails differently, is a failure.
 */

import type { Builder, TestCase, TestSuite } from 'junit-report-builder';
import junit from 'junit-report-builder';
import { problemText } from './baseline-text.ts';
import { baselineText, findingText, isUnexpected, replayText, traceText } from './case-text.ts';
import type { BaselineProblem, CauseEvent, RunEvent, SessionEvent, VectorEvent, VerdictEvent } from './events.ts';
import { familyOf } from './family.ts';
import { provenance } from './provenance.ts';
import type { TextReport } from './reporter.ts';
import { clauseText } from './rule-texts.ts';
import { RunSummary } from './run-summary.ts';

/** The package's types declare a `default` that its module, loaded as CommonJS, does not have. */
const BUILDER = junit as unknown as Builder;

const NAME = 'rsc-conformance';

export interface JunitOptions {
  /** The file that shows a vector, by id; servers attach it to the case. */
  readonly attachment?: (vector: string) => string | undefined;
}

export class JunitReport implements TextReport {
  readonly #options: JunitOptions;
  readonly #run = new RunSummary();
  readonly #builder = BUILDER.newBuilder().name(NAME);
  readonly #suites = new Map<string, { suite: TestSuite; seconds: number }>();
  readonly #names = new Map<string, number>();
  /** Cases of vectors that show something. */
  readonly #cases = new Map<string, TestCase>();
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
    for (const { suite, seconds } of this.#suites.values()) {
      suite.time(rounded(seconds));
      if (limits !== '') suite.property('limits', xmlSafe(limits));
    }
    return this.#builder.build();
  }

  #add(verdict: VerdictEvent): void {
    const family = familyOf(verdict.vector);
    const entry = this.#suites.get(family) ?? this.#suite(family);
    entry.seconds += verdict.ms / 1000;
    const test = entry.suite
      .testCase()
      .className(`${NAME}.${xmlSafe(family)}`)
      .name(this.#unique(xmlSafe(verdict.vector)))
      .time(rounded(verdict.ms / 1000));
    if (verdict.findings.length > 0 || verdict.verdict === 'error') this.#cases.set(verdict.vector, test);
    const vector = this.#vector?.vector === verdict.vector ? this.#vector : undefined;
    if (vector !== undefined) {
      test.property('rules', xmlSafe(vector.rules.join(' '))).property('level', xmlSafe(vector.level));
      test.property('clause', xmlSafe(this.#clausesOf(vector.rules)));
      if (vector.flags.length > 0) test.property('flags', xmlSafe(vector.flags.join(' ')));
    }
    test.property('verdict', verdict.verdict);
    const isOutOfLine = isUnexpected(verdict, this.#session?.strict === true);
    const what = verdict.unexpected?.message ?? verdict.findings[0]?.message ?? verdict.verdict;
    if (verdict.known !== undefined) test.property('known', xmlSafe(verdict.known.entry));
    const file = this.#options.attachment?.(verdict.vector);
    const attachment = file === undefined ? '' : `[[ATTACHMENT|${file}]]`;
    if (verdict.verdict === 'unsupported') test.standardOutput(xmlSafe(verdict.reason ?? 'unsupported')).skipped();
    else if (isOutOfLine && verdict.verdict === 'error')
      test.error(xmlSafe(oneLine(verdict.reason ?? 'error')), 'error', xmlSafe(this.#body(verdict)));
    else if (isOutOfLine)
      test.failure(xmlSafe(oneLine(what)), verdict.verdict).stacktrace(xmlSafe(this.#body(verdict)));
    const isExplained = !isOutOfLine && (verdict.known !== undefined || verdict.findings.length > 0);
    const output = [isExplained ? this.#body(verdict) : '', attachment].filter((text) => text !== '');
    if (output.length > 0) test.standardOutput(xmlSafe(output.join('\n\n')));
  }

  /** A property of every case that shows it: servers filter by it. */
  #addCause(cause: CauseEvent): void {
    for (const vector of cause.vectors) this.#cases.get(vector)?.property('cause', xmlSafe(cause.title));
  }

  /** Problems of the baseline itself: an entry that matches nothing, or one past its date. */
  #addProblem(problem: BaselineProblem): void {
    if (problem.kind === 'passes' || problem.kind === 'differs' || problem.severity === 'warn') return;
    const { suite } = this.#suites.get('baseline') ?? this.#suite('baseline');
    const test = suite
      .testCase()
      .className(`${NAME}.baseline`)
      .name(this.#unique(xmlSafe(`baseline/${problem.entry}`)));
    test
      .time(0)
      .failure(xmlSafe(oneLine(problem.message)), problem.kind)
      .stacktrace(xmlSafe(problemText(problem)));
  }

  /** A report that lacks vectors must not look complete. */
  #addInterruption(notRun: number): void {
    const { suite } = this.#suites.get('session') ?? this.#suite('session');
    const test = suite.testCase().className(`${NAME}.session`).name('session/complete').time(0);
    const partial = this.#session?.partial;
    if (partial !== undefined) test.error(xmlSafe(`partial: ${oneLine(partial)}`), 'partial');
    else test.error(`the run was interrupted: ${notRun} vectors were not played`, 'interrupted');
  }

  #suite(family: string): { suite: TestSuite; seconds: number } {
    const session = this.#session;
    const suite = this.#builder.testSuite().name(xmlSafe(`${NAME}.${family}`));
    if (session !== undefined) {
      suite.timestamp(session.started.replace(/\.\d+Z$/, ''));
      const properties = {
        target: session.target,
        targetVersion: session.targetVersion,
        policy: JSON.stringify(session.policy),
        version: session.version,
        vectors: session.digest,
        shard: session.shard,
        command: session.command,
        ...Object.fromEntries(provenance(session)),
      };
      for (const [name, value] of Object.entries(properties)) suite.property(name, xmlSafe(value));
    }
    const entry = { suite, seconds: 0 };
    this.#suites.set(family, entry);
    return entry;
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

function rounded(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

/**
 * Characters that XML 1.0 cannot contain become U+FFFD, and so do lone surrogates. `]]>` is split: the library ends a
 * CDATA section at the second one.
 */
export function xmlSafe(text: string): string {
  if (PLAIN.test(text)) return text;
  let safe = '';
  for (const character of text) safe += isXmlCharacter(character.codePointAt(0) as number) ? character : '\ufffd';
  return safe.replaceAll(']]>', ']] >');
}

/** Most texts need no change; a bracket may begin `]]>`. */
const PLAIN = /^[ -\\^-~]*$/;

function isXmlCharacter(code: number): boolean {
  if (code < 0x20) return code === 9 || code === 10 || code === 13;
  return code < 0xd800 || (code >= 0xe000 && code < 0xfffe) || code >= 0x1_0000;
}

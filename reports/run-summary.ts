/** The contents of every summary of a run: counts, unexpected results, and what could not be observed. */

import { problemText } from './baseline-text.ts';
import { isUnexpected } from './case-text.ts';
import {
  type CauseEvent,
  type EndEvent,
  type FindingEvent,
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

/** A vector with its verdict. `vector` is undefined if the events lack it. */
export interface Case {
  readonly vector: VectorEvent | undefined;
  readonly verdict: VerdictEvent;
}

/** A finding that several vectors share, except for arrivals and values. `finding` is that of the first. */
export interface SharedFinding {
  readonly finding: FindingEvent;
  readonly text: string;
  readonly vectors: string[];
}

export type Counts = Record<Verdict, number>;

export class RunSummary implements Reporter {
  session: SessionEvent | undefined;
  /** The policy by which the run was judged. */
  rules: RuleTexts = new RuleTexts();
  end: EndEvent | undefined;
  readonly counts: Counts = noCounts();
  readonly families: Map<string, Counts> = new Map();
  /** Vectors that make the run fail, in the order played. */
  readonly unexpected: Case[] = [];
  readonly known: VerdictEvent[] = [];
  /** Findings of vectors that make the run fail, by rule and text; those of the others. */
  readonly faults: Map<string, SharedFinding> = new Map();
  readonly warnings: Map<string, SharedFinding> = new Map();
  readonly #notObserved = new Map<string, number>();
  readonly #unsupported = new Map<string, number>();
  #vector: VectorEvent | undefined;
  readonly #merging = new Merging();
  #rated = 0;

  event(event: RunEvent): void {
    if (event.type === 'session') {
      this.session = event;
      this.rules = new RuleTexts(event.ruleTexts);
    } else if (event.type === 'vector') this.#vector = event;
    else if (event.type === 'verdict') this.#verdict(event);
    else this.end = event;
  }

  get total(): number {
    return VERDICTS.reduce((sum, verdict) => sum + this.counts[verdict], 0);
  }

  /** Whether the run is complete, and nothing in it is against the target. */
  get isConforming(): boolean {
    return this.end?.exit === 0;
  }

  /** "conforming", "not conforming", or that the run did not finish. */
  get outcome(): string {
    if (this.end === undefined) return 'not complete: the events have no end';
    return this.isConforming ? 'conforming' : 'not conforming';
  }

  get target(): string {
    const { session } = this;
    return session === undefined ? 'an unknown target' : `${session.target} ${session.targetVersion}`.trim();
  }

  /** Of the merges that the reference makes, on average over the vectors, in percent; undefined: it makes none. */
  get ratio(): number | undefined {
    const { ratio } = this.#merging;
    return ratio === undefined ? undefined : 100 * ratio;
  }

  /** The steps of the vector that was judged last; undefined if the events lack it. */
  stepsOf({ vector }: VerdictEvent): VectorEvent['steps'] | undefined {
    return this.#vector?.vector === vector ? this.#vector.steps : undefined;
  }

  /** Notices that a reader needs to interpret the numbers, one sentence each. */
  limits(): string[] {
    const { session, end } = this;
    const limits: string[] = [];
    if (session === undefined) limits.push('The events have no session: what was tested is not known.');
    const profile = profileText(session);
    if (profile !== undefined) limits.push(profile);
    if (session?.partial !== undefined) limits.push(`Partial: ${session.partial}.`);
    if (session !== undefined && session.shard !== '1/1' && session.partial === undefined)
      limits.push(`Shard ${session.shard} alone: ${session.vectors} of ${session.selected ?? 'more'} vectors.`);
    if (this.#merging.warning !== undefined) limits.push(this.#merging.warning);
    if (end === undefined) limits.push('The events have no end: the run was cut off.');
    if (end?.notRun !== undefined) limits.push(`Not complete: ${end.notRun} vectors were not played.`);
    const unseen = [...this.#notObserved].map(([what, count]) =>
      count === this.#rated ? what : `${what} (in ${count} of ${vectorCount(this.#rated)})`,
    );
    if (unseen.length > 0) limits.push(`Not observed: ${unseen.join(', ')}.`);
    for (const [reason, count] of this.#unsupported) limits.push(`Unsupported (${vectorCount(count)}): ${reason}.`);
    return limits;
  }

  /** Labels and environment; undefined: the events have none. */
  get madeBy(): string | undefined {
    const text = provenanceText(this.session);
    return text === '' ? undefined : text;
  }

  /** Causes of what the baseline does not know: those that make the run fail, and the others. Empty before the end. */
  causes(): { readonly failing: readonly CauseEvent[]; readonly warning: readonly CauseEvent[] } {
    const news = (this.end?.diagnosis?.causes ?? []).filter((cause) => !isKnownCause(cause));
    const fails = ({ severity }: CauseEvent): boolean => severity !== 'warn' || this.session?.strict === true;
    return { failing: news.filter(fails), warning: news.filter((cause) => !fails(cause)) };
  }

  /** Problems of the baseline, one line each. */
  baselineProblems(): string[] {
    return (this.end?.baseline?.problems ?? []).map(problemText);
  }

  #verdict(verdict: VerdictEvent): void {
    const family = familyOf(verdict.vector);
    const counts = this.families.get(family) ?? noCounts();
    counts[verdict.verdict]++;
    this.families.set(family, counts);
    this.counts[verdict.verdict]++;
    if (verdict.verdict !== 'unsupported' && verdict.verdict !== 'error') {
      this.#merging.add(verdict);
      this.#rated++;
      for (const what of verdict.notObserved) this.#notObserved.set(what, (this.#notObserved.get(what) ?? 0) + 1);
    }
    if (verdict.verdict === 'unsupported') {
      const reason = verdict.reason ?? 'no reason given';
      this.#unsupported.set(reason, (this.#unsupported.get(reason) ?? 0) + 1);
    }
    if (verdict.known !== undefined) this.known.push(verdict);
    else if (isUnexpected(verdict, this.session?.strict === true)) {
      const vector = this.#vector?.vector === verdict.vector ? this.#vector : undefined;
      this.unexpected.push({ vector, verdict });
      share(this.faults, verdict);
    } else share(this.warnings, verdict);
  }
}

function share(shared: Map<string, SharedFinding>, { vector, findings, reason, verdict }: VerdictEvent): void {
  const all = verdict === 'error' ? [errorFinding(reason)] : findings;
  for (const finding of all) {
    const text = withoutValues(finding);
    const key = `${finding.rule} ${finding.field} ${text}`;
    const entry = shared.get(key) ?? { finding, text, vectors: [] };
    if (entry.vectors.at(-1) !== vector) entry.vectors.push(vector);
    shared.set(key, entry);
  }
}

/** The part that is common to messages about other arrivals and values. */
function withoutValues({ message, field, expected, actual }: FindingEvent): string {
  const value = `${field} is ${actual}, must be ${expected}.`;
  return message === value
    ? `${field} is wrong.`
    : message.replaceAll(/#\d+/g, '#n').replaceAll(/\(\d+ bytes?\)/g, '(n bytes)');
}

function errorFinding(reason: string | undefined): FindingEvent {
  const message = firstLine(reason ?? 'no reason given');
  return {
    rule: 'error',
    level: 'must',
    arrivals: [],
    field: 'target',
    expected: 'an answer',
    actual: message,
    message,
  };
}

/** Whether the baseline lists every vector of a cause: then it is nothing new. */
export function isKnownCause({ vectors, known = 0 }: CauseEvent): boolean {
  return known >= vectors.length;
}

export function firstLine(text: string): string {
  return text.split(/\r?\n/, 1)[0] ?? '';
}

export function vectorCount(count: number): string {
  return `${count} vector${count === 1 ? '' : 's'}`;
}

/** "4 vectors: 3 pass, 1 fail" */
export function countsText(counts: Readonly<Counts>): string {
  const total = VERDICTS.reduce((sum, verdict) => sum + counts[verdict], 0);
  const parts = VERDICTS.filter((verdict) => counts[verdict] > 0).map((verdict) => `${counts[verdict]} ${verdict}`);
  return parts.length === 0 ? 'no vectors' : `${vectorCount(total)}: ${parts.join(', ')}`;
}

export function noCounts(): Counts {
  return { pass: 0, 'pass-less': 0, warn: 0, fail: 0, unsupported: 0, error: 0 };
}

/** Finds the causes of a run's failures from its events: it gets each event once, and is asked at the end. */

import { replayText } from '../../reports/case-text.ts';
import type { Cause } from '../../reports/cause-table.ts';
import type { CauseEvent, DiagnosisEvent, RunEvent, SessionEvent, VectorEvent } from '../../reports/events.ts';
import { type Case, caseOf, lighter } from './case.ts';
import { type FoundCause, findCauses } from './causes.ts';
import { conditionsOf } from './conditions.ts';
import type { Dictionary } from './dictionary.ts';
import { parseGroup } from './finding-group.ts';

const GROUPED = 'findings are grouped, and compared with no known fault';

export class Diagnosis {
  #session: SessionEvent | undefined;
  #vector: VectorEvent | undefined;
  readonly #cases: Case[] = [];

  event(event: RunEvent): void {
    if (event.type === 'session') this.#session = event;
    else if (event.type === 'vector') this.#vector = event;
    else if (event.type === 'verdict' && this.#vector?.vector === event.vector) {
      const one = caseOf(this.#vector, event);
      if (one !== undefined) this.#cases.push(one);
    }
  }

  /** Whether there is anything to explain. */
  get isNeeded(): boolean {
    return this.#cases.some(({ groups }) => groups.length > 0);
  }

  /**
   * `dictionary`: undefined if there is none; then findings are only grouped. `names`: causes that a person wrote; one that explains
   * most findings of a group gives its title.
   */
  result(dictionary: Dictionary | undefined, names: readonly Cause[] = []): DiagnosisEvent {
    const usable = dictionary !== undefined && knowsMost(dictionary, this.#cases) ? dictionary : undefined;
    const found = findCauses(this.#cases, usable).map((one) => ({ ...one, title: nameOf(one, names) ?? one.title }));
    const causes = found.map((one) => this.#event(one)).sort(inOrder);
    const note = this.#note(dictionary, usable);
    return { causes, ...(note === undefined ? {} : { note }) };
  }

  #note(dictionary: Dictionary | undefined, usable: Dictionary | undefined): string | undefined {
    if (!this.isNeeded || this.#session?.digest === '') return undefined;
    if (dictionary === undefined) return `There is no fault dictionary: ${GROUPED}`;
    const isOurs = dictionary.digest === this.#session?.digest;
    if (usable === undefined && isOurs)
      return `The fault dictionary leaves out long vectors, as most of these are: ${GROUPED}`;
    if (isOurs) return undefined;
    const others = `The fault dictionary is of other vectors (${dictionary.digest.slice(0, 12)})`;
    return `${others}: ${usable === undefined ? GROUPED : 'those that it does not know are grouped by their findings'}`;
  }

  #event({ title, units, resembles }: FoundCause): CauseEvent {
    const failing = [...units.keys()];
    const groups = countGroups(units);
    const own = new Set(groups);
    const elsewhere = this.#cases.filter(
      (one) => one.isTelling && !units.has(one) && !one.groups.some((group) => own.has(group)),
    );
    const { says, share, passing } = conditionsOf(failing, elsewhere);
    const news = failing.filter(({ isKnown }) => !isKnown);
    // A vector that shows only this cause shows it best.
    const [smallest] = (news.length > 0 ? news : failing).toSorted(
      (a, b) =>
        a.groups.length - (units.get(a)?.size ?? 0) - (b.groups.length - (units.get(b)?.size ?? 0)) || lighter(a, b),
    );
    const parsed = groups.map(parseGroup);
    const known = failing.length - news.length;
    return {
      title,
      severity: severityOf(parsed),
      rules: [...new Set(parsed.map(({ rule }) => rule))],
      findings: parsed.map(({ rule, field }) => ({ rule, field })),
      vectors: failing.map(({ id }) => id),
      ...(known === 0 ? {} : { known }),
      conditions: says,
      share: Math.round(100 * share) / 100,
      passing,
      smallest: smallest?.id ?? '',
      replay: replayText(this.#session, smallest?.id ?? ''),
      resembles,
    };
  }
}

function nameOf({ units }: FoundCause, names: readonly Cause[]): string | undefined {
  const counts = new Map<string, number>();
  let all = 0;
  for (const [{ id }, groups] of units) {
    for (const group of groups) {
      all++;
      const name = names.find((cause) => cause.explains(parseGroup(group), id))?.title;
      if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return [...counts].find(([, count]) => count * 2 > all)?.[0];
}

/** Whether most vectors of the run are in the dictionary, as a diagnosis needs. */
function knowsMost({ vectors }: Dictionary, cases: readonly Case[]): boolean {
  const ids = new Set(vectors);
  return cases.filter(({ id }) => ids.has(id)).length * 2 > cases.length;
}

function severityOf(groups: readonly { readonly rule: string; readonly isSoft: boolean }[]): CauseEvent['severity'] {
  if (groups.some(({ rule }) => rule === 'error')) return 'error';
  return groups.some(({ isSoft }) => !isSoft) ? 'fail' : 'warn';
}

/** The groups of a cause, the most frequent first. */
export function countGroups(units: FoundCause['units']): string[] {
  const counts = new Map<string, number>();
  for (const groups of units.values()) for (const group of groups) counts.set(group, (counts.get(group) ?? 0) + 1);
  return [...counts].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1)).map(([group]) => group);
}

const SEVERITIES: readonly CauseEvent['severity'][] = ['error', 'fail', 'warn'];

function inOrder(a: CauseEvent, b: CauseEvent): number {
  return (
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    b.vectors.length - a.vectors.length ||
    (a.title < b.title ? -1 : 1)
  );
}

/** Groups failures by cause: first known faults that explain them, then the rest by their findings. */

import { registry, rulesOfKind } from '../../reference-impl/rules/index.ts';
import type { Rule } from '../../reference-impl/rules/rule.ts';
import type { ResembledFault } from '../../reports/events.ts';
import type { Case } from './case.ts';
import { clustersOf } from './clusters.ts';
import { cover } from './cover.ts';
import type { Dictionary } from './dictionary.ts';
import { parseGroup } from './finding-group.ts';
import { groupTitle } from './group-title.ts';
import { likeness } from './likeness.ts';
import { type Prediction, predictionsOf } from './predictions.ts';

export interface FoundCause {
  readonly title: string;
  /** Cases, and which of their groups belong to it. */
  readonly units: ReadonlyMap<Case, ReadonlySet<string>>;
  /** Planted faults that fail in a similar way, the most similar first. */
  readonly resembles: readonly ResembledFault[];
}

/** A cause that is not complete yet. */
interface Draft {
  readonly units: Map<Case, Set<string>>;
  readonly faults: Prediction[];
}

/** How many similar faults are shown. */
const MOST_ALIKE = 3;
const ALIKE = 0.4;

export function findCauses(all: readonly Case[], dictionary: Dictionary | undefined): FoundCause[] {
  const failing = all.filter(({ groups }) => groups.length > 0);
  const heads = clustersOf(failing);
  const ids = new Set(dictionary?.vectors);
  const known = all.filter(({ id }) => ids.has(id));
  const predictions = dictionary === undefined ? [] : predictionsOf(known, dictionary);
  const chosen = cover(known, predictions, heads);
  const drafts = joined(sorted(assigned(failing, known, chosen, heads)), ids);
  return drafts.map((draft) => finished(draft, known, predictions));
}

/** Assigns each finding to one cause: a known fault that predicts it, else the representative of its cluster. */
function assigned(
  failing: readonly Case[],
  known: readonly Case[],
  chosen: readonly Prediction[],
  heads: ReadonlyMap<string, string>,
): Draft[] {
  // If several faults could explain a finding, the one that explains most gets it.
  const order = chosen.toSorted((a, b) => b.hits - a.hits);
  const byFault = order.map((fault): Draft => ({ units: new Map(), faults: [fault] }));
  const explaining = new Map<Case, { readonly draft: Draft; readonly shows: ReadonlySet<string> }[]>();
  order.forEach(({ cases, shows }, i) => {
    cases.forEach((place, n) => {
      const one = known[place] as Case;
      const entry = { draft: byFault[i] as Draft, shows: shows[n] as ReadonlySet<string> };
      explaining.set(one, [...(explaining.get(one) ?? []), entry]);
    });
  });
  const clusters = new Map<string, Draft>();
  const clusterOf = (group: string): Draft => {
    const head = heads.get(group) ?? group;
    const draft = clusters.get(head) ?? { units: new Map(), faults: [] };
    clusters.set(head, draft);
    return draft;
  };
  const left: { readonly one: Case; readonly group: string; readonly beside: Draft }[] = [];
  for (const one of failing) {
    const faults = explaining.get(one) ?? [];
    const drafts = one.groups.map((group) => faults.find(({ shows }) => shows.has(group))?.draft);
    const first = drafts.find((draft) => draft !== undefined);
    one.groups.forEach((group, i) => {
      const draft = drafts[i];
      if (draft !== undefined) add(draft, one, group);
      else if (first === undefined) add(clusterOf(group), one, group);
      else left.push({ one, group, beside: first });
    });
  }
  // A finding next to an explained one belongs to a cause that also occurs alone; otherwise it is a consequence.
  for (const { one, group, beside } of left) {
    add(clusters.get(heads.get(group) ?? group) ?? beside, one, group);
  }
  return [...byFault, ...clusters.values()].filter(({ units }) => units.size > 0);
}

function add({ units }: Draft, one: Case, group: string): void {
  units.set(one, (units.get(one) ?? new Set()).add(group));
}

/** Fields of findings about an ignored condition of a rule: all conditions are one place in the code. */
const CONDITIONS: readonly string[] = ['merge', 'order'];
/** Fields of a unit that one place in the code writes. */
const WRITTEN: readonly string[] = rulesOfKind('field').flatMap(({ field, follows }) =>
  follows === undefined ? [field] : [],
);

/** Causes with the same kind of finding are one: an ignored exception, under any conditions. */
function joined(drafts: readonly Draft[], ids: ReadonlySet<string>): Draft[] {
  const out: Draft[] = [];
  const known = drafts.filter(({ faults }) => faults.length > 0).toSorted((a, b) => b.units.size - a.units.size);
  for (const draft of known) {
    const head = principal(draft);
    const { field } = parseGroup(head);
    const twin =
      CONDITIONS.includes(field) || WRITTEN.includes(field)
        ? out.find((other) => principal(other) === head)
        : undefined;
    if (twin === undefined) out.push(draft);
    else join(twin, draft);
  }
  for (const draft of drafts) {
    if (draft.faults.length > 0) continue;
    const twin = twinOf(draft, out, ids) ?? out.find((other) => other.faults.length === 0 && isAlike(draft, other));
    if (twin === undefined) out.push(draft);
    else join(twin, draft);
  }
  return withoutMinor(out);
}

/** A fault that explains a few vectors of a much larger, similar cause is part of that cause. */
function withoutMinor(drafts: readonly Draft[]): Draft[] {
  const out: Draft[] = [];
  for (const draft of drafts.toSorted((a, b) => b.units.size - a.units.size)) {
    const whole = out.find((other) => isAlike(draft, other) && MINOR * draft.units.size <= other.units.size);
    if (whole === undefined) out.push(draft);
    else join(whole, draft);
  }
  return out;
}

/**
 * The explained cause that a remaining finding belongs to: it has the same findings or, for a few vectors, the same rule. Nothing
 * could be explained for vectors that the dictionary does not know: there any equal finding is enough.
 */
function twinOf(draft: Draft, all: readonly Draft[], known: ReadonlySet<string>): Draft | undefined {
  const heads = usual(draft);
  const rows = heads.map((head) => parseGroup(head).rule);
  const isUnknown = [...draft.units.keys()].every(({ id }) => !known.has(id));
  return all
    .filter(({ faults }) => faults.length > 0)
    .map((other) => ({
      other,
      share: Math.max(...heads.map((head) => shareOf(other, head))),
      isOfRow: rows.includes(parseGroup(principal(other)).rule),
    }))
    .filter(
      ({ other, share, isOfRow }) =>
        (isUnknown && share > 0) ||
        (share >= 0.2 && (other.units.size >= draft.units.size || share > 0.5)) ||
        (isOfRow && other.units.size >= 2 * draft.units.size),
    )
    .sort((a, b) => b.share * b.other.units.size - a.share * a.other.units.size)[0]?.other;
}

/** How many times as many vectors a cause has that a fault for a few of them is a part of. */
const MINOR = 4;

/**
 * Frames that never come out, or other bytes, under any rule: a duplicate ACK that vanishes breaks C9, any other frame I7; bytes of
 * another frame break B1, any other bytes H1.
 */
function isAlike(one: Draft, other: Draft): boolean {
  const [a, b] = [parseGroup(principal(one)), parseGroup(principal(other))];
  if (a.kind === 'never') return b.kind === 'never';
  return [a, b].every(({ rule, field }) => field === 'payload' && OTHER_BYTES.has(rule));
}

const OTHER_BYTES = rowsWith('payload');
/** The cause of such a finding shows more clearly in vectors of the same kind. */
const VAGUE = rowsWith('frames');

function rowsWith(symptom: Rule['symptom']): ReadonlySet<string> {
  return new Set(registry.filter((rule) => rule.symptom === symptom).map(({ id }) => id));
}

/** Vague findings go to the cause of most other vectors of the same topic, if it has at least as many of them. */
function sorted(drafts: readonly Draft[]): Draft[] {
  const clear = drafts.filter((draft) => !VAGUE.has(parseGroup(principal(draft)).rule));
  for (const draft of drafts) {
    if (draft.faults.length > 0 || clear.includes(draft)) continue;
    for (const [topic, cases] of byTopic(draft.units.keys())) {
      const [best] = clear
        .map((other) => ({ other, count: byTopic(other.units.keys()).get(topic)?.length ?? 0 }))
        .sort((a, b) => b.count - a.count);
      if (best === undefined || best.count < cases.length) continue;
      for (const one of cases) {
        for (const group of draft.units.get(one) ?? []) add(best.other, one, group);
        draft.units.delete(one);
      }
    }
  }
  return drafts.filter(({ units }) => units.size > 0);
}

/** A topic is an id without the place and the variant that end it. */
function byTopic(cases: Iterable<Case>): Map<string, Case[]> {
  const topics = new Map<string, Case[]>();
  for (const one of cases) {
    const topic = one.id.split('/').slice(0, 3).join('/');
    topics.set(topic, [...(topics.get(topic) ?? []), one]);
  }
  return topics;
}

function join(into: Draft, from: Draft): void {
  for (const [one, groups] of from.units) for (const group of groups) add(into, one, group);
  into.faults.push(...from.faults);
}

function principal({ units }: Draft): string {
  return ranked(units)[0] ?? '';
}

/** The findings of at least half of its vectors, or the most frequent one. */
function usual({ units }: Draft): string[] {
  const groups = ranked(units);
  const frequent = groups.filter((group) => 2 * shareOf({ units }, group) >= 1);
  return frequent.length > 0 ? frequent : groups.slice(0, 1);
}

function shareOf({ units }: Pick<Draft, 'units'>, group: string): number {
  let count = 0;
  for (const groups of units.values()) if (groups.has(group)) count++;
  return count / units.size;
}

function ranked(units: FoundCause['units']): string[] {
  const counts = new Map<string, number>();
  for (const groups of units.values()) for (const group of groups) counts.set(group, (counts.get(group) ?? 0) + 1);
  return [...counts].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1)).map(([group]) => group);
}

function finished({ units, faults }: Draft, known: readonly Case[], predictions: readonly Prediction[]): FoundCause {
  const rank = (candidates: readonly Prediction[]): ResembledFault[] =>
    candidates
      .map((one) => {
        const { name, title, rule } = one.fault;
        return { fault: name, title, rule, likeness: likeness(one, units, known) };
      })
      .sort((a, b) => b.likeness - a.likeness);
  const own = rank(faults);
  const others = rank(predictions.filter((one) => one.hits > 0 && !faults.includes(one))).filter(
    ({ likeness: share }) => share >= ALIKE,
  );
  const resembles = [...own, ...others.slice(0, Math.max(0, MOST_ALIKE - own.length))];
  return { title: titleOf(units, isOpen(own, others) ? [] : own), units, resembles };
}

/** Another fault with another title is as like: its title would be as right. */
function isOpen([first]: readonly ResembledFault[], others: readonly ResembledFault[]): boolean {
  return others.some(({ title, likeness: share }) => title !== first?.title && share >= (first?.likeness ?? 1));
}

/** The title of the fault that explains most of it; else that of the finding. */
function titleOf(units: FoundCause['units'], [fault, ...further]: readonly ResembledFault[]): string {
  const [head = ''] = ranked(units);
  const group = parseGroup(head);
  const isGenerated = fault?.fault.startsWith(`${fault.rule}/`) === true;
  if (fault !== undefined && further.length === 0 && fault.likeness >= ALIKE)
    if (!isGenerated || fault.rule === group.rule) return fault.title;
  const names = new Map<string, number>();
  for (const one of units.keys()) {
    const name = one.names.get(head);
    if (name !== undefined) names.set(name, (names.get(name) ?? 0) + 1);
  }
  const titles = [...names]
    .filter(([, count]) => count >= units.size * WORTH_NAMING)
    .sort(([, a], [, b]) => b - a)
    .map(([name]) => groupTitle(group, name));
  const distinct = [...new Set(titles)].slice(0, MOST_TITLES);
  return distinct.length === 0 ? groupTitle(group) : distinct.join('; ');
}

/** More do not fit on a line, and a smaller share is not worth showing. */
const MOST_TITLES = 3;
const WORTH_NAMING = 0.1;

/** Which failures have one cause: known faults that explain them, then what is left, by how it is found. */

import type { ResembledFault } from '../../reports/events.ts';
import { groupTitle } from './breach-titles.ts';
import { type Case, parseGroup } from './case.ts';
import { clustersOf } from './clusters.ts';
import { cover } from './cover.ts';
import type { Dictionary, KnownFault } from './dictionary.ts';
import { likeness } from './likeness.ts';

export interface FoundCause {
  readonly title: string;
  /** Cases, and which of their groups belong to it. */
  readonly units: ReadonlyMap<Case, ReadonlySet<string>>;
  /** Planted faults that fail alike, the most alike first. */
  readonly resembles: readonly ResembledFault[];
}

/** A cause on its way. */
interface Draft {
  readonly units: Map<Case, Set<string>>;
  readonly faults: KnownFault[];
}

/** Faults shown beside those that explain the failures. */
const MOST_ALIKE = 3;
const ALIKE = 0.4;

export function findCauses(all: readonly Case[], dictionary: Dictionary | undefined): FoundCause[] {
  const failing = all.filter(({ groups }) => groups.length > 0);
  const heads = clustersOf(failing);
  const known = dictionary === undefined ? [] : all.filter(({ id }) => dictionary.vectors.has(id));
  const chosen = cover(known, dictionary?.faults ?? [], heads).faults;
  const drafts = joined(assigned(failing, chosen, heads));
  return drafts.map((draft) => finished(draft, known, dictionary?.faults ?? []));
}

function assigned(
  failing: readonly Case[],
  chosen: readonly KnownFault[],
  heads: ReadonlyMap<string, string>,
): Draft[] {
  const byFault = new Map(chosen.map((fault): [KnownFault, Draft] => [fault, { units: new Map(), faults: [fault] }]));
  const hits = new Map(
    chosen.map((fault): [KnownFault, number] => [
      fault,
      failing.filter(({ id, groups }) => groups.some((group) => fault.signature.get(id)?.includes(group))).length,
    ]),
  );
  // What explains most explains what several could.
  const order = chosen.toSorted((a, b) => (hits.get(b) ?? 0) - (hits.get(a) ?? 0));
  const clusters = new Map<string, Draft>();
  const clusterOf = (group: string): Draft => {
    const head = heads.get(group) ?? group;
    const draft = clusters.get(head) ?? { units: new Map(), faults: [] };
    clusters.set(head, draft);
    return draft;
  };
  const left: { readonly one: Case; readonly group: string; readonly beside: Draft }[] = [];
  for (const one of failing) {
    const explained = one.groups.map((group) => order.find((fault) => fault.signature.get(one.id)?.includes(group)));
    const first = explained.find((fault) => fault !== undefined);
    one.groups.forEach((group, i) => {
      const fault = explained[i];
      if (fault !== undefined) add(byFault.get(fault) as Draft, one, group);
      else if (first === undefined) add(clusterOf(group), one, group);
      else left.push({ one, group, beside: byFault.get(first) as Draft });
    });
  }
  // Beside an explained finding: of a cause that stands without it, or else a consequence.
  for (const { one, group, beside } of left) {
    add(clusters.get(heads.get(group) ?? group) ?? beside, one, group);
  }
  return [...byFault.values(), ...clusters.values()].filter(({ units }) => units.size > 0);
}

function add({ units }: Draft, one: Case, group: string): void {
  units.set(one, (units.get(one) ?? new Set()).add(group));
}

/** Fields that say that a condition of a rule was not looked at: whichever, it is one place in the code. */
const CONDITIONS: readonly string[] = ['merge', 'order'];

/** Causes that are found in one way are one: an exception that is not looked at, whichever its conditions. */
function joined(drafts: readonly Draft[]): Draft[] {
  const out: Draft[] = [];
  const known = drafts.filter(({ faults }) => faults.length > 0).toSorted((a, b) => b.units.size - a.units.size);
  for (const draft of known) {
    const head = principal(draft);
    const twin = CONDITIONS.includes(parseGroup(head).field)
      ? out.find((other) => principal(other) === head)
      : undefined;
    if (twin === undefined) out.push(draft);
    else join(twin, draft);
  }
  for (const draft of drafts) {
    if (draft.faults.length > 0) continue;
    const head = principal(draft);
    const twin = out
      .filter(({ faults }) => faults.length > 0)
      .map((other) => ({ other, share: shareOf(other, head) }))
      .filter(({ other, share }) => share >= 0.2 && (other.units.size >= draft.units.size || share > 0.5))
      .sort((a, b) => b.share * b.other.units.size - a.share * a.other.units.size)[0]?.other;
    if (twin === undefined) out.push(draft);
    else join(twin, draft);
  }
  return out;
}

function join(into: Draft, from: Draft): void {
  for (const [one, groups] of from.units) for (const group of groups) add(into, one, group);
  into.faults.push(...from.faults);
}

function principal({ units }: Draft): string {
  return ranked(units)[0] ?? '';
}

function shareOf({ units }: Draft, group: string): number {
  let count = 0;
  for (const groups of units.values()) if (groups.has(group)) count++;
  return count / units.size;
}

function ranked(units: FoundCause['units']): string[] {
  const counts = new Map<string, number>();
  for (const groups of units.values()) for (const group of groups) counts.set(group, (counts.get(group) ?? 0) + 1);
  return [...counts].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1)).map(([group]) => group);
}

function finished({ units, faults }: Draft, all: readonly Case[], known: readonly KnownFault[]): FoundCause {
  const rank = (candidates: readonly KnownFault[]): ResembledFault[] =>
    candidates
      .map((fault) => ({
        fault: fault.name,
        title: fault.title,
        rule: fault.rule,
        likeness: likeness(fault, units, all),
      }))
      .sort((a, b) => b.likeness - a.likeness);
  const own = rank(faults);
  const others = rank(known.filter((fault) => !faults.includes(fault))).filter(({ likeness: share }) => share >= ALIKE);
  const resembles = [...own, ...others.slice(0, Math.max(0, MOST_ALIKE - own.length))];
  return { title: titleOf(units, own), units, resembles };
}

function titleOf(units: FoundCause['units'], own: readonly ResembledFault[]): string {
  const [first, ...rest] = own;
  const [head = ''] = ranked(units);
  if (first !== undefined && rest.length === 0) return first.title;
  const names = new Map<string, number>();
  for (const one of units.keys()) {
    const name = one.names.get(head);
    if (name !== undefined) names.set(name, (names.get(name) ?? 0) + 1);
  }
  const [most] = [...names].sort(([, a], [, b]) => b - a);
  if (first === undefined) return groupTitle(parseGroup(head), most?.[0]);
  const titles = [
    ...new Set([...names].sort(([, a], [, b]) => b - a).map(([name]) => groupTitle(parseGroup(head), name))),
  ];
  return titles.length > 1 && titles.length <= 3 ? titles.join('; ') : groupTitle(parseGroup(head), most?.[0]);
}

/** Which of several faults at once shows nothing of its own: no diagnosis can name it. */

import type { FoundCause } from '../../runner/diagnosis/causes.ts';
import type { Dictionary, KnownFault } from '../../runner/diagnosis/dictionary.ts';

/**
 * Whether no vector shows a finding that this fault predicts and the others do not. A coalescer that merges next to nothing because of
 * one fault hides most others.
 */
export function isMasked(
  name: string,
  others: readonly string[],
  found: readonly FoundCause[],
  { faults, vectors, sets }: Dictionary,
): boolean {
  const fault = faults.find((one) => one.name === name);
  if (fault === undefined) return true;
  const shown = shownIn(found);
  const besides = faults.filter((one) => others.includes(one.name));
  return ![...fault.at].some((place, i) => {
    const groups = shown.get(vectors[place] as string);
    const own = sets[fault.shows[i] as number];
    return [...(own ?? [])].some(
      (group) => groups?.has(group) === true && !besides.some((other) => predicts(other, place, group, sets)),
    );
  });
}

function shownIn(found: readonly FoundCause[]): ReadonlyMap<string, ReadonlySet<string>> {
  const shown = new Map<string, Set<string>>();
  for (const { units } of found)
    for (const [{ id }, groups] of units) shown.set(id, new Set([...(shown.get(id) ?? []), ...groups]));
  return shown;
}

function predicts({ at, shows }: KnownFault, place: number, group: string, sets: Dictionary['sets']): boolean {
  const i = at.indexOf(place);
  return i >= 0 && sets[shows[i] as number]?.has(group) === true;
}

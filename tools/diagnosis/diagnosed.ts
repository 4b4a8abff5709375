/** Diagnosis of coalescers in process: the causes that a run against each would report. */

import type { Case } from '../../runner/diagnosis/case.ts';
import { type FoundCause, findCauses } from '../../runner/diagnosis/causes.ts';
import type { Dictionary, KnownFault } from '../../runner/diagnosis/dictionary.ts';
import { groupsOf } from '../../runner/diagnosis/finding-group.ts';
import { type Shown, shownBy, stageOf } from '../../runner/selfcheck/signatures.ts';
import type { Implementation } from '../../runner/selfcheck/subject.ts';
import type { Vector } from '../../vectors/vector.ts';

/** For each implementation, the causes of its findings. Traits are left out: only conditions need them. */
export function diagnosed(
  implementations: readonly Implementation[],
  vectors: readonly Vector[],
  dictionary: Dictionary | undefined,
  progress: (done: number) => void = () => {},
): FoundCause[][] {
  const cases = implementations.map((): Case[] => []);
  vectors.forEach((vector, done) => {
    const stage = stageOf(vector);
    implementations.forEach((implementation, i) => {
      const shown = tried(() => shownBy(implementation, stage));
      if (shown !== undefined) cases[i]?.push(caseOf(vector, shown));
    });
    progress(done + 1);
  });
  return cases.map((own) => findCauses(own, dictionary));
}

/** Not played: the implementation breaks on it. */
function tried(play: () => Shown | undefined): Shown | undefined {
  try {
    return play();
  } catch {
    return undefined;
  }
}

function caseOf({ id }: Vector, { findings, ratio }: Shown): Case {
  return {
    id,
    groups: groupsOf(findings),
    names: NO_NAMES,
    isTelling: ratio >= 1,
    isKnown: false,
    weight: [0, 0],
    traits: NO_TRAITS,
  };
}

const NO_NAMES: Case['names'] = new Map();
const NO_TRAITS: Case['traits'] = new Set();

/** Whether a cause names the fault, or one that no vector distinguishes from it. */
export function isNamed(name: string, names: readonly string[], { faults }: Dictionary): boolean {
  const fault = faults.find((one) => one.name === name);
  return names.some(
    (other) =>
      other === name ||
      isTwin(
        fault,
        faults.find((one) => one.name === other),
      ),
  );
}

/** They fail the same vectors, in the same ways. */
function isTwin(a: KnownFault | undefined, b: KnownFault | undefined): boolean {
  if (a === undefined || b === undefined || a.at.length !== b.at.length) return false;
  const shows = new Map([...a.at].map((place, i) => [place, a.shows[i]]));
  return [...b.at].every((place, i) => shows.get(place) === b.shows[i]);
}

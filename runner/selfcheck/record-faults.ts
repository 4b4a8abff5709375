/** Plays every planted fault on every vector and records how each fails, for the fault dictionary. */

import type { Vector } from '../../vectors/vector.ts';
import type { RecordedFault } from '../diagnosis/dictionary-codec.ts';
import { groupsOf } from '../diagnosis/finding-group.ts';
import type { Fault } from './fault.ts';
import { type Stage, shownBy, stageOf } from './signatures.ts';
import type { Implementation } from './subject.ts';

/** Progress is reported in vectors. A vector on which a fault breaks shows nothing. */
export function recordFaults(
  vectors: readonly Vector[],
  faults: readonly Fault[],
  progress: (done: number) => void = () => {},
): RecordedFault[] {
  const recorded = faults.map(({ name }) => ({ name, shows: new Map<string, readonly string[]>() }));
  vectors.forEach((vector, done) => {
    const stage = stageOf(vector);
    faults.forEach((fault, i) => {
      const groups = groupsShown(fault, stage);
      if (groups.length > 0) recorded[i]?.shows.set(vector.id, groups);
    });
    progress(done + 1);
  });
  return recorded;
}

/** The groups of findings under a fault. */
export function groupsShown(fault: Implementation, stage: Stage): string[] {
  try {
    return groupsOf(shownBy(fault, stage)?.findings ?? []);
  } catch {
    return [];
  }
}

/** Vectors that are played for the dictionary: judging hundreds of frames takes long if everything is wrong. */
const MOST_FRAMES = 32;

export function recordable(vectors: readonly Vector[]): Vector[] {
  return vectors.filter(({ steps }) => steps.filter((step) => 'receive' in step).length <= MOST_FRAMES);
}

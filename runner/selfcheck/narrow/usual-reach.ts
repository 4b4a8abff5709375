/** The pairs that the vectors catch, and those that only random sessions catch. */

import { expandVector } from '../../../vectors/expand.ts';
import type { Vector } from '../../../vectors/vector.ts';
import { whyUnsupported } from '../../capabilities/unsupported.ts';
import { fuzzSessions, sessionAt } from '../../fuzz/session-grammar.ts';
import { DEFAULT_MAX_LENGTH } from '../../fuzz/session-limits.ts';
import { sessionSteps } from '../../fuzz/session-steps.ts';
import { USUAL } from '../usual.ts';
import { type Pair, type PairReach, Reach } from './reach.ts';

export interface ReachOptions {
  readonly pairs: readonly Pair[];
  readonly vectors: readonly Vector[];
  /** Random sessions, those of `fuzz --seed 1`. */
  readonly sessions?: number;
  readonly progress?: (done: number, of: number) => void;
}

export interface ReachResult {
  readonly pairs: readonly PairReach[];
  /** The pairs among these that fail in no vector, but in a random session. */
  readonly beyond: readonly PairReach[];
  readonly seenByVectors: number;
}

export function reachOf({ pairs, vectors, sessions = 0, progress = () => {} }: ReachOptions): ReachResult {
  const reach = new Reach(pairs, USUAL);
  const all = vectors.length + sessions;
  vectors.forEach((vector, i) => {
    const steps = expandVector(vector);
    if (whyUnsupported(vector, steps, USUAL) === undefined) reach.play(vector.id, steps);
    progress(i + 1, all);
  });
  const seen = new Set(reach.results.filter(({ seenBy }) => seenBy !== undefined).map(({ pair }) => pair));
  const grammar = fuzzSessions(DEFAULT_MAX_LENGTH);
  for (let place = 0; place < sessions; place++) {
    reach.play(`seed 1, session ${place}`, expandVector(sessionSteps(sessionAt(grammar, 1, place), place)));
    progress(vectors.length + place + 1, all);
  }
  const results = reach.results;
  const beyond = results.filter(({ pair, seenBy }) => seenBy !== undefined && !seen.has(pair));
  return { pairs: results, beyond, seenByVectors: seen.size };
}

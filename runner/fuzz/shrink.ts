/** Makes a session smaller as long as it still shows the finding; fast-check does the work. */

import fc from 'fast-check';
import type { FuzzSession } from './fuzz-session.ts';
import { fuzzSessions } from './session-grammar.ts';
import { sessionSteps } from './session-steps.ts';

/** A shrunk session is shrunk again from its start until that changes nothing; so often at most. */
const ROUNDS = 6;

export interface ShrinkOptions {
  /** Whether a smaller session shows it, too. */
  readonly shows: (session: FuzzSession) => Promise<boolean>;
  /** Whether to stop with the smallest one so far. */
  readonly isOver: () => boolean;
}

/** The smallest session that was found, or `session` itself, which must show the finding. */
export async function shrinkSession(session: FuzzSession, { shows, isOver }: ShrinkOptions): Promise<FuzzSession> {
  let best = session;
  const known = new Map<string, boolean>([[keyOf(session), true]]);
  /** Whether a candidate does not show it; fast-check searches for those for which this is false. */
  const holds = async (candidate: FuzzSession): Promise<boolean> => {
    if (isOver()) return true;
    // Many sessions are equivalent: a number that no twist uses, a flow that sends nothing.
    const key = keyOf(candidate);
    let isShown = known.get(key);
    if (isShown === undefined) {
      isShown = await shows(candidate);
      known.set(key, isShown);
    }
    if (isShown) best = candidate;
    return !isShown;
  };
  const property = fc.asyncProperty(fuzzSessions(session.ops.length), holds);
  for (let round = 0; round < ROUNDS && !isOver(); round++) {
    const before = keyOf(best);
    await fc.check(property, { examples: [[best]], numRuns: 1 });
    // fast-check shortens an array from its head. Steps in the middle are removed one by one, from the end.
    for (let at = best.ops.length - 1; at >= 0; at--) {
      if (best.ops.length > 1) await holds({ ...best, ops: best.ops.filter((_, i) => i !== at) });
    }
    if (keyOf(best) === before) break;
  }
  return best;
}

function keyOf(session: FuzzSession): string {
  return JSON.stringify(sessionSteps(session, 0));
}

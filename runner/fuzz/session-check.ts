import { FLOWS, type FuzzSession } from './fuzz-session.ts';
import { fuzzSessions } from './session-grammar.ts';

/** Whether it is a session that the grammar could have made, so that it can be played and shrunk. Takes any value. */
export function isFuzzSession(value: unknown): value is FuzzSession {
  if (typeof value !== 'object' || value === null) return false;
  const { flows, ops } = value as Record<string, unknown>;
  if (!Array.isArray(flows) || !Array.isArray(ops) || flows.length !== FLOWS || ops.length === 0) return false;
  return fuzzSessions(ops.length).canShrinkWithoutContext(value);
}

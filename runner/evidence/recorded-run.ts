/** The events of one whole run, as a file holds them, with proof that nothing in the file was changed. */

import { createHash } from 'node:crypto';
import type { EndEvent, RunEvent, SessionEvent, VectorEvent, VerdictEvent } from '../../reports/events.ts';
import { Refused } from './refused.ts';

export interface RecordedPair {
  readonly vector: VectorEvent;
  readonly verdict: VerdictEvent;
}

export interface RecordedRun {
  readonly session: SessionEvent;
  readonly pairs: readonly RecordedPair[];
  readonly end: EndEvent;
  /** All of them, in order. */
  readonly events: readonly RunEvent[];
}

/**
 * `lines`: those of a plain file, if it is one; each must be what this suite writes, to the byte. Throws `Refused` where the
 * events are not those of one whole run, or not the ones that were written.
 */
export function recordedRun(events: readonly RunEvent[], lines?: readonly string[]): RecordedRun {
  const [session, ...rest] = events;
  const end = rest.pop();
  if (session?.type !== 'session') throw new Refused('the events do not begin with a session');
  if (end?.type !== 'end') throw new Refused('the events have no end: they were cut off');
  if (session.partial !== undefined) throw new Refused(`the run is partial: ${session.partial}`);
  if (session.shard !== '1/1') throw new Refused(`it is shard ${session.shard} alone: merge the shards first`);
  if (end.notRun !== undefined) throw new Refused(`${end.notRun} vectors were not played`);
  const digest = createHash('sha256');
  events.forEach((event, i) => {
    const line = JSON.stringify(event);
    if (lines !== undefined && lines[i] !== line) throw new Refused(`line ${i + 1} is not as it was written`);
    if (event !== end) digest.update(`${line}\n`);
  });
  if (end.sha256 === undefined) throw new Refused('the events do not say what they add up to: play the run again');
  if (end.sha256 !== digest.digest('hex')) throw new Refused('an event has changed since it was written');
  return { session, pairs: pairsOf(rest), end, events };
}

function pairsOf(events: readonly RunEvent[]): RecordedPair[] {
  const pairs: RecordedPair[] = [];
  for (let i = 0; i < events.length; i += 2) {
    const [vector, verdict] = events.slice(i, i + 2);
    if (vector?.type !== 'vector' || verdict?.type !== 'verdict' || vector.vector !== verdict.vector)
      throw new Refused(`a verdict is missing or out of place after ${pairs.at(-1)?.vector.vector ?? 'the session'}`);
    pairs.push({ vector, verdict });
  }
  return pairs;
}

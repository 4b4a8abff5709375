/** The events of one whole run, as a file holds them, with proof that nothing in the file was changed. */

import { createHash } from 'node:crypto';
import type { EndEvent, RunEvent, SessionEvent, VectorEvent, VerdictEvent } from '../../reports/events.ts';
import type { EventLine } from '../events/read-events.ts';
import { Refused } from './refused.ts';

export interface RecordedPair {
  readonly vector: VectorEvent;
  readonly verdict: VerdictEvent;
}

/** A whole run without what was played in it. */
export interface RunOutline {
  readonly session: SessionEvent;
  /** The names of its vectors, in order. */
  readonly ids: readonly string[];
  readonly end: EndEvent;
}

export interface RecordedRun extends RunOutline {
  readonly pairs: readonly RecordedPair[];
  /** All of them, in order. */
  readonly events: readonly RunEvent[];
}

/** `line`: of a plain file, where each must be what this suite writes, to the byte, and the `number`th of the file. */
export type RecordedLine = { readonly event: RunEvent } & Partial<EventLine>;

/** The events from the first on, each time. `again`: they were all read before. A run is too big to be in memory. */
export type EventSource = (again: boolean) => AsyncIterable<RecordedLine>;

/** Throws `Refused` where the events are not those of one whole run, or not the ones that were written. */
export async function outlineOf(source: EventSource): Promise<RunOutline> {
  const digest = createHash('sha256');
  const pairs = new Pairs();
  let session: SessionEvent | undefined;
  /** The event before, and its text: the last one is no part of what it says that all before it add up to. */
  let last: { readonly event: RunEvent; readonly text: string } | undefined;
  let count = 0;
  for await (const { event, line, number } of source(false)) {
    const text = JSON.stringify(event);
    if (line !== undefined && (line !== text || number !== count + 1))
      throw new Refused(`line ${count + 1} is not as it was written`);
    if (last !== undefined) digest.update(`${last.text}\n`);
    if (last !== undefined && count > 1) pairs.add(last.event);
    if (count === 0 && event.type === 'session') session = event;
    last = { event, text };
    count++;
  }
  const end = last?.event;
  if (session === undefined) throw new Refused('the events do not begin with a session');
  if (end?.type !== 'end') throw new Refused('the events have no end: they were cut off');
  if (session.partial !== undefined) throw new Refused(`the run is partial: ${session.partial}`);
  if (session.shard !== '1/1') throw new Refused(`it is shard ${session.shard} alone: merge the shards first`);
  if (end.notRun !== undefined) throw new Refused(`${end.notRun} vectors were not played`);
  if (end.sha256 === undefined) throw new Refused('the events do not say what they add up to: play the run again');
  if (end.sha256 !== digest.digest('hex')) throw new Refused('an event has changed since it was written');
  return { session, ids: pairs.names(), end };
}

/** The same of events in memory, with all of them. */
export async function recordedRun(events: readonly RunEvent[]): Promise<RecordedRun> {
  return runOf(await outlineOf(inMemory(events)), events);
}

/** `events`: those that the outline is of. */
export function runOf(outline: RunOutline, events: readonly RunEvent[]): RecordedRun {
  const pairs = outline.ids.map((_, i): RecordedPair => {
    const [vector, verdict] = events.slice(2 * i + 1, 2 * i + 3) as [VectorEvent, VerdictEvent];
    return { vector, verdict };
  });
  return { ...outline, pairs, events };
}

export function inMemory(events: readonly RunEvent[]): EventSource {
  return async function* () {
    for (const event of events) yield { event };
  };
}

/** A vector, then its verdict, again and again. */
class Pairs {
  readonly #names: string[] = [];
  #open: string | undefined;
  #isBroken = false;

  add(event: RunEvent): void {
    if (this.#isBroken) return;
    if (this.#open === undefined && event.type === 'vector') this.#open = event.vector;
    else if (event.type === 'verdict' && event.vector === this.#open) {
      this.#names.push(event.vector);
      this.#open = undefined;
    } else this.#isBroken = true;
  }

  names(): readonly string[] {
    if (this.#isBroken || this.#open !== undefined)
      throw new Refused(`a verdict is missing or out of place after ${this.#names.at(-1) ?? 'the session'}`);
    return this.#names;
  }
}

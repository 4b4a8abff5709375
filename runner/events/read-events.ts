/** Events from a file of JSON lines, plain or compressed, one at a time. A line that is not an event is reported. */

import type { RunEvent } from '../../reports/events.ts';
import { UsageError } from '../base/errors.ts';
import { fileError } from '../base/file-error.ts';
import { eventLines } from './event-lines.ts';
import { EventSchema } from './event-schema.ts';
import { EventUnpacker, type PackedEvent } from './packed-events.ts';

let schema: EventSchema | undefined;
const HINT = 'a run writes rsc-results/events.jsonl';

/**
 * The events of a file that a run wrote, compressed or not, one after the other. Throws UsageError, with the line, if it cannot
 * be read or is not such a file.
 */
export async function* readEvents(path: string): AsyncGenerator<RunEvent> {
  for await (const { event } of readEventLines(path)) yield event;
}

/** An event and the line that it is from, counted from 1. */
export interface EventLine {
  readonly event: RunEvent;
  readonly line: string;
  readonly number: number;
}

/** The same with their lines. `again`: they were read before, and nothing was wrong with them. */
export async function* readEventLines(path: string, again: boolean = false): AsyncGenerator<EventLine> {
  const unpacker = new EventUnpacker();
  let number = 0;
  try {
    for await (const line of eventLines(path)) {
      number++;
      if (line.trim() === '') continue;
      const event = again ? (JSON.parse(line) as PackedEvent) : parseEvent(line, `${path}:${number}`);
      yield { event: unpacker.unpack(event), line, number };
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw fileError(path, 'read', error, HINT);
  }
  if (number === 0) throw new UsageError(`${path} contains no events`, HINT);
}

/** All at once, for readers that need them more than once. */
export async function readAll(path: string): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of readEvents(path)) events.push(event);
  return events;
}

/** The same for lines that were already read; `where` names them. Empty lines are skipped. Throws UsageError. */
export function* parseEvents(lines: Iterable<string>, where: string): Generator<RunEvent> {
  const unpacker = new EventUnpacker();
  let number = 0;
  for (const line of lines) {
    number++;
    if (line.trim() !== '') yield unpacker.unpack(parseEvent(line, `${where}:${number}`));
  }
}

function parseEvent(line: string, where: string): PackedEvent {
  let event: unknown;
  try {
    event = JSON.parse(line);
  } catch {
    throw new UsageError(`${where} is not JSON; it may have been cut off`, HINT);
  }
  schema ??= new EventSchema();
  const defect = schema.defect(event);
  if (defect !== undefined) throw new UsageError(`${where} ${defect}`, HINT);
  return event as PackedEvent;
}

/** Events from a file of JSON lines, one at a time. What is not one is told with its line. */

import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { RunEvent } from '../../reports/events.ts';
import { UsageError } from '../base/errors.ts';
import { EventSchema } from './event-schema.ts';

let schema: EventSchema | undefined;
const HINT = 'a run writes rsc-results/events.jsonl';

export async function* readEvents(path: string): AsyncGenerator<RunEvent> {
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
  let number = 0;
  try {
    for await (const line of lines) {
      number++;
      if (line.trim() !== '') yield parseEvent(line, `${path}:${number}`);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}`, HINT);
  }
  if (number === 0) throw new UsageError(`${path} holds no events`, HINT);
}

function parseEvent(line: string, where: string): RunEvent {
  let event: unknown;
  try {
    event = JSON.parse(line);
  } catch {
    throw new UsageError(`${where} is not JSON: a line that was cut off?`, HINT);
  }
  schema ??= new EventSchema();
  const defect = schema.defect(event);
  if (defect !== undefined) throw new UsageError(`${where} ${defect}`, HINT);
  return event as RunEvent;
}

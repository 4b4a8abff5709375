import type { RunEvent } from '../../reports/events.ts';

/** An event without the members that differ in a second run. */
export function comparable(event: RunEvent): object {
  if (event.type === 'session') return { ...event, started: '', environment: undefined };
  if (event.type === 'verdict') return { ...event, ms: 0 };
  if (event.type === 'end') return { ...event, sha256: undefined };
  return event;
}

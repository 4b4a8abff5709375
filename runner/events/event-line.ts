/** The line of an event in a file, where another thread has written it already. */

import type { RunEvent } from '../../reports/events.ts';

const LINES = new WeakMap<RunEvent, Uint8Array>();

/** `line`: with its line feed. The event must not be changed after that. */
export function rememberLine(event: RunEvent, line: Uint8Array): void {
  LINES.set(event, line);
}

export function rememberedLine(event: RunEvent): Uint8Array | undefined {
  return LINES.get(event);
}

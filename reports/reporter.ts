/** What every report is to the runner: it is shown each event once, in order. */

import type { RunEvent } from './events.ts';

export interface Reporter {
  event(event: RunEvent): void;
}

/** A report that is one text, made when all events were shown. Never throws, whatever the events hold. */
export interface TextReport extends Reporter {
  /** The document, UTF-8. */
  text(): string | Promise<string>;
}

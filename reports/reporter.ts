/** A report, as the runner uses it: it gets each event once, in order. */

import type { RunEvent } from './events.ts';

export interface Reporter {
  event(event: RunEvent): void;
}

/** A report that is one text, made after all events. Never throws, whatever the events contain. */
export interface TextReport extends Reporter {
  /** The document, UTF-8. */
  text(): string | Promise<string>;
}

/** What every report is to the runner: it is shown each event once, in order. */

import type { RunEvent } from './events.ts';

export interface Reporter {
  event(event: RunEvent): void;
}

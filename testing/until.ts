/** Waits for an event in another process. */

import { setTimeout as sleep } from 'node:timers/promises';

/** Far more than a slow machine needs: it only ends waits for something that never comes. */
const LIMIT_MS = 120_000;

/** Waits until `holds` returns true, asking every `pauseMs`. Throws with `what` if it never does. */
export async function until(holds: () => boolean, what: string, pauseMs = 20): Promise<void> {
  for (let waited = 0; !holds(); waited += pauseMs) {
    if (waited > LIMIT_MS) throw new Error(`did not happen: ${what}`);
    await sleep(pauseMs);
  }
}

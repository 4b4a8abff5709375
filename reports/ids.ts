/** The ids of the vectors that make the run fail, one per line: a list for `--select-names`. */

import { isUnexpected } from './case-text.ts';
import type { RunEvent } from './events.ts';
import type { TextReport } from './reporter.ts';

export class IdsReport implements TextReport {
  readonly #ids: string[] = [];
  #strict = false;

  event(event: RunEvent): void {
    if (event.type === 'session') this.#strict = event.strict;
    else if (event.type === 'verdict' && isUnexpected(event, this.#strict)) this.#ids.push(event.vector);
  }

  text(): string {
    return this.#ids.map((id) => `${id}\n`).join('');
  }
}

/** Events as JSON lines in a file: written in big pieces, and whole lines at any time. */

import { closeSync, openSync, writeSync } from 'node:fs';
import type { RunEvent } from '../../reports/events.ts';
import type { Reporter } from '../../reports/reporter.ts';

const PIECE = 1 << 20;

export class EventFile implements Reporter {
  readonly #file: number;
  #lines: string[] = [];
  #length = 0;

  constructor(path: string) {
    this.#file = openSync(path, 'w');
  }

  event(event: RunEvent): void {
    const line = `${JSON.stringify(event)}\n`;
    this.#lines.push(line);
    this.#length += line.length;
    if (this.#length >= PIECE) this.#flush();
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  #flush(): void {
    const bytes = Buffer.from(this.#lines.join(''));
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
    this.#lines = [];
    this.#length = 0;
  }
}

import type { Io } from './io.ts';

const EVERY_MS = 100;
const CLEAR = '\r\u001b[K';

/** One line on standard error that shows progress if that is a terminal, at most ten times a second. */
export class ProgressLine {
  readonly #io: Pick<Io, 'err' | 'terminal'>;
  readonly #now: () => number;
  #shown: number;
  #isThere = false;

  constructor(io: Pick<Io, 'err' | 'terminal'>, now: () => number = () => performance.now()) {
    this.#io = io;
    this.#now = now;
    this.#shown = now();
  }

  /** Call it as often as you like. `isNews`: shown even if the last line is recent. */
  show(text: () => string, isNews = false): void {
    if (!this.#io.terminal) return;
    const now = this.#now();
    if (!isNews && now - this.#shown < EVERY_MS) return;
    this.#shown = now;
    this.#isThere = true;
    this.#io.err(`${CLEAR}${text()}`);
  }

  /** Removes the line: before anything else is printed, and at the end. */
  clear(): void {
    if (this.#isThere) this.#io.err(CLEAR);
    this.#isThere = false;
  }
}

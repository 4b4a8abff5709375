import type { Io } from './io.ts';

const EVERY_MS = 100;
const CLEAR = '\r\u001b[K';

/** The one line on standard error that shows progress where that is a terminal, at most ten times a second. */
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

  /** Call as often as you like. `isNews`: shown although the last line is younger. */
  show(text: () => string, isNews = false): void {
    if (!this.#io.terminal) return;
    const now = this.#now();
    if (!isNews && now - this.#shown < EVERY_MS) return;
    this.#shown = now;
    this.#isThere = true;
    this.#io.err(`${CLEAR}${text()}`);
  }

  /** Takes the line away: before anything else is printed, and at the end. */
  clear(): void {
    if (this.#isThere) this.#io.err(CLEAR);
    this.#isThere = false;
  }
}

import type { Io } from '../base/io.ts';

const EVERY_MS = 100;
const WIDTH = 30;

/** What progress is measured by: a capture. */
export interface Measured {
  /** Bytes of the file read so far. */
  readonly position: number;
  /** Of the file; 0 if it is not known. */
  readonly size: number;
}

/** A bar on standard error where that is a terminal, drawn ten times a second; otherwise nothing at all. */
export class Progress {
  readonly #io: Io;
  readonly #of: Measured;
  readonly #now: () => number;
  readonly #start: number;
  #shown: number;
  #isThere = false;

  constructor(io: Io, of: Measured, now: () => number = () => performance.now()) {
    this.#io = io;
    this.#of = of;
    this.#now = now;
    this.#start = now();
    this.#shown = this.#start;
  }

  /** Call as often as you like. */
  show(): void {
    if (!this.#io.terminal) return;
    const now = this.#now();
    if (now - this.#shown < EVERY_MS) return;
    this.#shown = now;
    this.#isThere = true;
    const { position, size } = this.#of;
    const rate = `${(position / 1000 / (now - this.#start)).toFixed(0)} MB/s`;
    this.#io.err(`\r\x1b[K${size === 0 ? `${(position / 1e6).toFixed(0)} MB` : bar(position / size)}  ${rate}`);
  }

  /** Takes the bar away. */
  end(): void {
    if (this.#isThere) this.#io.err('\r\x1b[K');
    this.#isThere = false;
  }
}

function bar(share: number): string {
  const part = Math.min(1, share);
  return `[${'#'.repeat(Math.floor(part * WIDTH)).padEnd(WIDTH)}] ${String(Math.floor(part * 100)).padStart(3)} %`;
}

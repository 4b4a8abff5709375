import type { Io } from '../base/io.ts';
import { ProgressLine } from '../base/progress-line.ts';

const WIDTH = 30;

/** What progress is measured by: a capture. */
export interface Measured {
  /** Bytes of the file read so far. */
  readonly position: number;
  /** Of the file; 0 if it is not known. */
  readonly size: number;
}

/** A bar: how much of a file is read, and how fast. */
export class Progress {
  readonly #line: ProgressLine;
  readonly #of: Measured;
  readonly #now: () => number;
  readonly #start: number;

  constructor(io: Io, of: Measured, now: () => number = () => performance.now()) {
    this.#line = new ProgressLine(io, now);
    this.#of = of;
    this.#now = now;
    this.#start = now();
  }

  /** Call it as often as you like. */
  show(): void {
    this.#line.show(() => {
      const { position, size } = this.#of;
      const rate = `${(position / 1000 / (this.#now() - this.#start)).toFixed(0)} MB/s`;
      return `${size === 0 ? `${(position / 1e6).toFixed(0)} MB` : bar(position / size)}  ${rate}`;
    });
  }

  /** Removes the bar. */
  end(): void {
    this.#line.clear();
  }
}

function bar(share: number): string {
  const part = Math.min(1, share);
  return `[${'#'.repeat(Math.floor(part * WIDTH)).padEnd(WIDTH)}] ${String(Math.floor(part * 100)).padStart(3)} %`;
}

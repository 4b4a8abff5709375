/** The settings of this machine that a run changes: recorded before each change, and restored however the run ends. */

export interface Change {
  /** Such as "gro_flush_timeout of eth1". */
  readonly what: string;
  readonly before: string;
  /** The command that undoes it by hand. */
  readonly command: string;
  /** Synchronous, because it may run while the process exits. Throws if it fails. */
  readonly undo: () => void;
}

const SIGNALS = { SIGINT: 2, SIGTERM: 15 } as const;

export class Settings {
  readonly #changes: Change[] = [];
  readonly #say: (line: string) => void;
  readonly #onExit = (): void => this.undo();
  readonly #onSignal = (signal: NodeJS.Signals): void => {
    // Another listener ends the run in order and calls `undo`; a second signal does not wait for that.
    const isAlone = process.listenerCount(signal) === 1;
    if (isAlone || this.#signals++ > 0) process.exit(128 + SIGNALS[signal as keyof typeof SIGNALS]);
  };
  #signals = 0;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  get changes(): readonly Change[] {
    return this.#changes;
  }

  /** `apply` runs after the change is recorded. If it throws, nothing was changed. */
  change(change: Change, apply: () => void): void {
    if (this.#changes.length === 0) this.#listen(true);
    this.#changes.push(change);
    try {
      apply();
    } catch (error) {
      this.#changes.pop();
      throw error;
    }
  }

  /** The last change first. Reports what could not be restored, and how to do it by hand. */
  undo(): void {
    for (let change = this.#changes.pop(); change !== undefined; change = this.#changes.pop()) {
      try {
        change.undo();
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        this.#say(`${change.what} could not be set back to ${change.before} (${why}); do it with: ${change.command}`);
      }
    }
    this.#listen(false);
  }

  #listen(on: boolean): void {
    for (const signal of Object.keys(SIGNALS)) process.removeListener(signal, this.#onSignal);
    process.removeListener('exit', this.#onExit);
    if (!on) return;
    for (const signal of Object.keys(SIGNALS)) process.on(signal as NodeJS.Signals, this.#onSignal);
    process.on('exit', this.#onExit);
  }
}

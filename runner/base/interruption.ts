/**
 * SIGINT and SIGTERM, on Windows Ctrl+C and Ctrl+Break, from the first program that is started to the last that is gone.
 * While a session plays, they end it, and its reports are still written; before and after, there is nothing left to write,
 * and the process ends at once.
 */

/** As a shell reports it: 128 plus the number of SIGINT. */
export const INTERRUPTED = 130;

/** What is printed is on its way so long. */
const LINGER_MS = 50;
/** The last one comes on Windows alone; the second there never. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGBREAK'] as const;

export class Interruption {
  #handler: (() => void) | undefined;
  #happened = false;
  readonly #onSignal = (): void => {
    const isFirst = !this.#happened;
    this.#happened = true;
    if (this.#handler === undefined) process.exit(INTERRUPTED);
    if (isFirst) this.#handler();
  };

  constructor() {
    for (const signal of SIGNALS) process.on(signal, this.#onSignal);
  }

  get happened(): boolean {
    return this.#happened;
  }

  /** Sets what the next signal does, once. Returns a function that withdraws it. */
  handle(handler: () => void): () => void {
    this.#handler = handler;
    return () => {
      this.#handler = undefined;
    };
  }

  /** From here on a signal has its default effect. A read that still waits for a pipe without a writer is abandoned. */
  end(): void {
    for (const signal of SIGNALS) process.removeListener(signal, this.#onSignal);
    if (this.#happened) setTimeout(() => process.exit(INTERRUPTED), LINGER_MS).unref();
  }
}

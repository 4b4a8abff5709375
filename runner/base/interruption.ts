/**
 * SIGINT and SIGTERM, on Windows Ctrl+C and Ctrl+Break, from the start of the first program to the end of the last. While a
 * session plays, they end it, and its reports are still written. Before and after, there is nothing to write, and the process
 * ends at once.
 */

/** The status that a shell reports: 128 plus the number of SIGINT. */
export const INTERRUPTED = 130;

/** How long printed text may be on its way. */
const LINGER_MS = 50;
/** The last one occurs only on Windows; the second never there. */
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

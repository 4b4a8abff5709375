import { turn } from '../base/turn.ts';

/** Signals once that reading must end. */
export class Stop {
  #isStopped = false;
  #wake: (() => void) | undefined;

  get isStopped(): boolean {
    return this.#isStopped;
  }

  stop(): void {
    this.#isStopped = true;
    this.#wake?.();
  }

  /** The next value, or undefined as soon as it is stopped, whatever the reader waits for. One call at a time. */
  async or<T>(coming: () => Promise<T>): Promise<T | undefined> {
    if (this.#isStopped) return undefined;
    return new Promise((resolve, reject) => {
      this.#wake = () => resolve(undefined);
      coming().then(resolve, reject);
    });
  }
}

/** The same batches, until it is stopped; signals are handled between them. */
export async function* untilStopped<T>(
  batches: AsyncGenerator<T, void, undefined>,
  stop: Stop,
): AsyncGenerator<T, void, undefined> {
  try {
    for (;;) {
      const next = await stop.or(() => batches.next());
      if (next === undefined || next.done === true) return;
      yield next.value;
      await turn();
    }
  } finally {
    // The source may wait for a pipe; do not wait for it.
    if (!stop.isStopped) await batches.return();
  }
}

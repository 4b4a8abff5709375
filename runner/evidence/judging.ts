/** The events of a package judged again, in a thread while this one reads them and makes the reports again. */

import { Worker } from 'node:worker_threads';
import { Refused } from './refused.ts';

export interface JudgingData {
  /** As in the package, compressed. */
  readonly events: Uint8Array;
  /** Bytes of the events as text, at most. */
  readonly mostText: number;
  /** The file of known failures in the package. */
  readonly baseline: Uint8Array | undefined;
}

export class Judging {
  readonly #worker: Worker;
  readonly #result: Promise<void>;

  /** Starts the thread. Close it. */
  constructor(data: JudgingData) {
    this.#worker = new Worker(new URL('./judging-thread.js', import.meta.url), { workerData: data });
    this.#result = new Promise((resolve, reject) => {
      this.#worker.on('message', (why: string | undefined) =>
        why === undefined ? resolve() : reject(new Refused(why)),
      );
      this.#worker.on('error', reject);
      this.#worker.on('exit', () => reject(new Error('the thread that judges ended')));
    });
    // Events that are wrong in themselves get no result: they are refused before it is asked for.
    this.#result.catch(() => {});
  }

  /** Resolves if each event is what is made again. Throws `Refused` at the first that is not. */
  result(): Promise<void> {
    return this.#result;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

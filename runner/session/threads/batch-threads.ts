/** Threads that judge batches of a session's vectors. The session judges those that no thread takes. */

import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { Interrupted } from '../interrupted.ts';
import type { JudgedVector } from '../vector-judge.ts';
import type { Claims } from './claims.ts';

/** More gain little: what the session does alone takes a third of the time of judging. */
const MOST_THREADS = 3;

export interface BatchThreadsOptions<B> {
  /** Of the thread: it takes batches, and posts each. */
  readonly script: URL;
  readonly workerData: object;
  readonly count: number;
  readonly claims: Claims;
  readonly unpack: (batch: B) => readonly JudgedVector[];
}

/** What a session needs of threads, whatever they post. */
export type SessionThreads = Pick<BatchThreads<never>, 'reached' | 'claim' | 'hasJudged' | 'judged' | 'interrupt'>;

export class BatchThreads<B extends { readonly number: number }> {
  readonly #options: BatchThreadsOptions<B>;
  readonly #workers: readonly Worker[];
  readonly #done = new Map<number, B>();
  #wake: () => void = () => {};
  #error: Error | undefined;

  /** Starts them. Close them. */
  constructor(options: BatchThreadsOptions<B>) {
    this.#options = options;
    this.#workers = Array.from({ length: options.count }, () => {
      const worker = new Worker(options.script, { workerData: options.workerData });
      worker.on('message', (batch: B) => {
        this.#done.set(batch.number, batch);
        this.#wake();
      });
      worker.on('error', (error: Error) => this.#fail(error));
      worker.on('exit', (code) => {
        if (code !== 0) this.#fail(new Error(`a thread that judges ended with ${code}`));
      });
      return worker;
    });
  }

  /** One for each other processor. */
  static most(): number {
    return Math.min(availableParallelism() - 1, MOST_THREADS);
  }

  /** The session needs this batch next. */
  reached(number: number): void {
    this.#options.claims.reached(number);
  }

  /** A batch for the caller to judge; undefined: none is left, or it would be too far ahead. */
  claim(): number | undefined {
    return this.#options.claims.take();
  }

  hasJudged(number: number): boolean {
    return this.#done.has(number);
  }

  /** A batch that a thread has claimed. Throws Interrupted, and what a thread threw. */
  async judged(number: number): Promise<readonly JudgedVector[]> {
    for (;;) {
      if (this.#error !== undefined) throw this.#error;
      const batch = this.#done.get(number);
      if (batch !== undefined) {
        this.#done.delete(number);
        return this.#options.unpack(batch);
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  interrupt(): void {
    this.#fail(new Interrupted());
  }

  async close(): Promise<void> {
    for (const worker of this.#workers) {
      worker.removeAllListeners();
      await worker.terminate();
    }
  }

  #fail(error: Error): void {
    this.#error ??= error;
    this.#wake();
  }
}

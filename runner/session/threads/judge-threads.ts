/** Threads that play a session's vectors on references of their own, and judge them. */

import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Vector } from '../../../vectors/vector.ts';
import type { ReferenceOptions } from '../../targets/reference/reference-options.ts';
import { BATCH } from '../batch-size.ts';
import { Interrupted } from '../interrupted.ts';
import type { JudgedVector } from '../vector-judge.ts';
import { Claims } from './claims.ts';
import { type JudgedBatch, unpackBatch } from './judged-batch.ts';

/** More gain little: writing the events takes a third of the time of judging. */
const MOST_THREADS = 3;
/** For fewer, a thread takes more time to start than it saves. */
const LEAST_VECTORS = 2_000;

/** What a thread is started with. */
export interface ThreadData {
  readonly reference: ReferenceOptions;
  /** Of the corpus: the thread loads its own. */
  readonly digest: string;
  /** The planned vectors as places in the corpus, and in the selection. */
  readonly places: Uint32Array;
  readonly indices: Uint32Array;
  readonly claims: SharedArrayBuffer;
}

export interface ThreadsOptions extends Pick<ThreadData, 'reference' | 'digest'> {
  readonly corpus: readonly Vector[];
  readonly planned: readonly Vector[];
  readonly selected: readonly Vector[];
}

export class JudgeThreads {
  readonly #claims: Claims;
  readonly #planned: readonly Vector[];
  readonly #selected: ReadonlyMap<Vector, number>;
  readonly #workers: readonly Worker[];
  readonly #done = new Map<number, JudgedBatch>();
  #wake: () => void = () => {};
  #error: Error | undefined;

  constructor({ corpus, planned, selected, ...options }: ThreadsOptions, count: number) {
    this.#claims = new Claims(Math.ceil(planned.length / BATCH));
    this.#planned = planned;
    this.#selected = placesOf(selected);
    const places = placesOf(corpus);
    const workerData: ThreadData = {
      ...options,
      places: Uint32Array.from(planned, (vector) => places.get(vector) as number),
      indices: Uint32Array.from(planned, (vector) => this.#selected.get(vector) as number),
      claims: this.#claims.memory,
    };
    this.#workers = Array.from({ length: count }, () => {
      const worker = new Worker(new URL('./judge-thread.js', import.meta.url), { workerData });
      worker.on('message', (batch: JudgedBatch) => {
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

  /** How many pay for so many vectors: one for each other processor. */
  static countFor(vectors: number): number {
    return vectors < LEAST_VECTORS ? 0 : Math.min(availableParallelism() - 1, MOST_THREADS);
  }

  /** The session needs this batch next. */
  reached(number: number): void {
    this.#claims.reached(number);
  }

  /** A batch for the caller to judge; undefined: none is left, or it would be too far ahead. */
  claim(): number | undefined {
    return this.#claims.take();
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
        const vectors = this.#planned.slice(number * BATCH, (number + 1) * BATCH);
        return unpackBatch(batch, vectors, (vector) => this.#selected.get(vector));
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

function placesOf(vectors: readonly Vector[]): ReadonlyMap<Vector, number> {
  return new Map(vectors.map((vector, place) => [vector, place]));
}

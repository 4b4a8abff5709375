/** Threads that play a session's vectors on references of their own, and judge them. */

import type { Vector } from '../../../vectors/vector.ts';
import type { ReferenceOptions } from '../../targets/reference/reference-options.ts';
import { BATCH } from '../batch-size.ts';
import { BatchThreads } from './batch-threads.ts';
import { Claims } from './claims.ts';
import { type JudgedBatch, unpackBatch } from './judged-batch.ts';

/** For fewer, a thread takes more time to start than it saves. */
const LEAST_VECTORS = 2_000;

/** The data that a thread is started with. */
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

export class JudgeThreads extends BatchThreads<JudgedBatch> {
  constructor({ corpus, planned, selected, ...options }: ThreadsOptions, count: number) {
    const claims = new Claims(Math.ceil(planned.length / BATCH));
    const inSelection = placesOf(selected);
    const places = placesOf(corpus);
    const workerData: ThreadData = {
      ...options,
      places: Uint32Array.from(planned, (vector) => places.get(vector) as number),
      indices: Uint32Array.from(planned, (vector) => inSelection.get(vector) as number),
      claims: claims.memory,
    };
    super({
      script: new URL('./judge-thread.js', import.meta.url),
      workerData,
      count,
      claims,
      unpack: (batch) =>
        unpackBatch(batch, planned.slice(batch.number * BATCH, (batch.number + 1) * BATCH), (vector) =>
          inSelection.get(vector),
        ),
    });
  }

  /** The number of threads that pays for this number of vectors. */
  static countFor(vectors: number): number {
    return vectors < LEAST_VECTORS ? 0 : BatchThreads.most();
  }
}

function placesOf(vectors: readonly Vector[]): ReadonlyMap<Vector, number> {
  return new Map(vectors.map((vector, place) => [vector, place]));
}

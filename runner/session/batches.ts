/** The planned vectors in batches, judged in their order. Threads take some of the batches, if there are any. */

import type { Vector } from '../../vectors/vector.ts';
import type { SessionThreads } from './threads/batch-threads.ts';
import type { JudgedVector, VectorJudge } from './vector-judge.ts';

export type Batch = AsyncIterable<JudgedVector> | Iterable<JudgedVector>;

/** Read each batch to its end before you request the next one. */
export function* batchesOf(
  planned: readonly Vector[],
  size: number,
  judge: VectorJudge,
  threads: SessionThreads | undefined,
): Generator<Batch> {
  const vectorsOf = (number: number): readonly Vector[] => planned.slice(number * size, (number + 1) * size);
  const mine = new Map<number, readonly JudgedVector[]>();
  for (let number = 0; number * size < planned.length; number++) {
    yield threads === undefined
      ? judge.judged(vectorsOf(number))
      : shared(number, threads, mine, (later) => judge.judged(vectorsOf(later)));
  }
}

/** While a thread works on the batch, later batches are judged here. */
async function* shared(
  number: number,
  threads: SessionThreads,
  mine: Map<number, readonly JudgedVector[]>,
  judged: (number: number) => AsyncIterable<JudgedVector>,
): AsyncGenerator<JudgedVector> {
  threads.reached(number);
  while (!mine.has(number) && !threads.hasJudged(number)) {
    const next = threads.claim();
    if (next === number) return yield* judged(next);
    if (next === undefined) break;
    const all: JudgedVector[] = [];
    for await (const one of judged(next)) all.push(one);
    mine.set(next, all);
    // Lets messages from the threads arrive in between.
    await new Promise((resolve) => setImmediate(resolve));
  }
  yield* mine.get(number) ?? (await threads.judged(number));
  mine.delete(number);
}

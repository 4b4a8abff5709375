/** A thread that takes batches of the session's vectors until there are no more. */

import { parentPort, workerData } from 'node:worker_threads';
import { loadCorpus } from '../../../vectors/corpus.ts';
import type { Vector } from '../../../vectors/vector.ts';
import { ReferenceTarget } from '../../targets/reference/reference-target.ts';
import { BATCH } from '../batch-size.ts';
import { VectorJudge } from '../vector-judge.ts';
import { Claims } from './claims.ts';
import type { ThreadData } from './judge-threads.ts';
import { packBatch } from './judged-batch.ts';

const { reference, digest, places, indices, claims: memory } = workerData as ThreadData;
const corpus = loadCorpus();
if (corpus.digest !== digest) throw new Error('the vectors were changed while they were played');
const planned = Array.from(places, (place) => corpus.vectors[place] as Vector);
const selected = new Map(planned.map((vector, i) => [vector, indices[i]]));
const claims = new Claims(Math.ceil(planned.length / BATCH), memory);
const judge = new VectorJudge({
  target: new ReferenceTarget(reference),
  indexOf: (vector) => selected.get(vector),
});
for (let number = claims.takeAsSoonAsAllowed(); number !== undefined; number = claims.takeAsSoonAsAllowed()) {
  const batch = await packBatch(number, judge.judged(planned.slice(number * BATCH, (number + 1) * BATCH)));
  parentPort?.postMessage(
    batch,
    batch.lines.map(({ buffer }) => buffer),
  );
}

/** A thread that judges batches of recorded vectors again. Whether the events are in order is for the session to say. */

import { parentPort, workerData } from 'node:worker_threads';
import type { SessionEvent, VectorEvent, VerdictEvent } from '../../reports/events.ts';
import { loadCorpus } from '../../vectors/corpus.ts';
import type { Vector } from '../../vectors/vector.ts';
import { isSameJson } from '../base/same-json.ts';
import { EventUnpacker, type PackedEvent } from '../events/packed-events.ts';
import { BATCH } from '../session/batch-size.ts';
import { Claims } from '../session/threads/claims.ts';
import { VectorJudge } from '../session/vector-judge.ts';
import { comparable } from './comparable.ts';
import { batchesIn, type JudgedAgain, type JudgingData } from './judging-threads.ts';
import { PackedLines } from './packed-lines.ts';
import type { RecordedPair } from './recorded-run.ts';
import { RecordedTarget } from './recorded-target.ts';
import { unsettled } from './unsettled.ts';

const { lines: shared, claims: memory } = workerData as JudgingData;
const lines = new PackedLines(shared);
const claims = new Claims(batchesIn(lines), memory, Number.POSITIVE_INFINITY);
const unpacker = new EventUnpacker();
const byId = new Map(loadCorpus().vectors.map((vector) => [vector.id, vector]));
const session = JSON.parse(lines.line(0)) as SessionEvent;
let recorded = new Map<string, VerdictEvent>();
let places = new Map<string, number>();
const judge = new VectorJudge({
  target: new RecordedTarget(session, async (id) => recorded.get(id)),
  indexOf: ({ id }) => places.get(id),
});

function pairsOf(number: number): RecordedPair[] {
  const last = Math.min((number + 1) * BATCH, (lines.count - 2) / 2);
  const pairs: RecordedPair[] = [];
  for (let i = number * BATCH; i < last; i++) {
    const [vector, verdict] = [1, 2].map((n) => unpacker.unpack(JSON.parse(lines.line(2 * i + n)) as PackedEvent));
    pairs.push({ vector: vector as VectorEvent, verdict: verdict as VerdictEvent });
  }
  return pairs;
}

async function judged(number: number): Promise<JudgedAgain> {
  const pairs = pairsOf(number);
  recorded = new Map(pairs.map(({ verdict }) => [verdict.vector, verdict]));
  places = new Map(pairs.map(({ vector }, i) => [vector.vector, number * BATCH + i]));
  const vectors = pairs.map(({ vector }) => byId.get(vector.vector) as Vector);
  const different = new Map<number, { event?: VectorEvent; verdict?: VerdictEvent; bug?: string }>();
  let i = 0;
  for await (const { event, verdict, bug } of judge.judged(vectors)) {
    const pair = pairs[i] as RecordedPair;
    const isSame =
      isSameJson(event, pair.vector) && isSameJson(comparable(verdict), comparable(unsettled(pair.verdict)));
    if (!isSame || bug !== undefined)
      different.set(i, { event, verdict, ...(bug === undefined ? {} : { bug: String(bug) }) });
    i++;
  }
  return { number, different };
}

for (let number = claims.take(); number !== undefined; number = claims.take())
  parentPort?.postMessage(await judged(number));

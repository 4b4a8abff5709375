/** A thread that judges the events of a package again. It posts why they are not valid; undefined: they are. */

import { parentPort, workerData } from 'node:worker_threads';
import { gunzipSync } from 'node:zlib';
import type { SessionEvent } from '../../reports/events.ts';
import { loadCorpus } from '../../vectors/corpus.ts';
import { EventUnpacker, type PackedEvent } from '../events/packed-events.ts';
import { judgeAgain } from './judged-again.ts';
import type { JudgingData } from './judging.ts';
import { recordedBaseline } from './recorded-baseline.ts';
import type { EventSource } from './recorded-run.ts';
import { Refused } from './refused.ts';

const { events, mostText, baseline } = workerData as JudgingData;
const text = gunzipSync(events, { maxOutputLength: mostText }).toString();

function* lines(): Generator<PackedEvent> {
  for (let at = 0, end = 0; at < text.length; at = end + 1) {
    end = text.indexOf('\n', at);
    if (end < 0) end = text.length;
    yield JSON.parse(text.slice(at, end)) as PackedEvent;
  }
}

const source: EventSource = async function* () {
  const unpacker = new EventUnpacker();
  for (const line of lines()) yield { event: unpacker.unpack(line) };
};

/** Whether the events are in order is for the other thread to say. */
async function judged(): Promise<string | undefined> {
  const ids: string[] = [];
  let session: SessionEvent | undefined;
  for (const event of lines() as Iterable<PackedEvent & { readonly vector?: string }>) {
    session ??= event as SessionEvent;
    if (event.type === 'verdict') ids.push(event.vector as string);
  }
  const run = { session: session as SessionEvent, ids };
  try {
    const known = recordedBaseline(baseline && Buffer.from(baseline), run.session.baseline);
    await judgeAgain(run, source, loadCorpus(), known);
    return undefined;
  } catch (error) {
    if (error instanceof Refused) return error.message;
    throw error;
  }
}

parentPort?.postMessage(await judged());

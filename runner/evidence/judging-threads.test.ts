import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import type { RunEvent, VectorEvent, VerdictEvent } from '../../reports/events.ts';
import { loadCorpus } from '../../vectors/corpus.ts';
import { Session } from '../session/session.ts';
import { BatchThreads } from '../session/threads/batch-threads.ts';
import { ReferenceTarget } from '../targets/reference/reference-target.ts';
import { JudgingThreads } from './judging-threads.ts';
import { PackedLines } from './packed-lines.ts';
import type { RecordedPair } from './recorded-run.ts';

const { vectors, digest } = loadCorpus();
/** Less than a batch. */
const planned = vectors.filter((_, i) => i % 200 === 0).slice(0, 50);

describe('threads that judge recorded events', () => {
  before(function () {
    // One processor: the session judges everything.
    if (BatchThreads.most() === 0) this.skip();
  });

  it('return the recorded events, but what is not as it was recorded', async () => {
    const events: RunEvent[] = [];
    await new Session({ target: new ReferenceTarget(), planned, digest, sink: (event) => events.push(event) }).run();
    const pairs = planned.map(
      (_, i): RecordedPair => ({
        vector: events[2 * i + 1] as VectorEvent,
        verdict: events[2 * i + 2] as VerdictEvent,
      }),
    );
    const wrong = 3;
    Object.assign((pairs[wrong] as RecordedPair).verdict, { ratio: 0.25 });
    const text = events.map((event) => `${JSON.stringify(event)}\n`).join('');
    const threads = new JudgingThreads(PackedLines.unpacked(gzipSync(text)), () => pairs);
    try {
      const judged = await threads.judged(0);
      expect(judged).to.have.length(planned.length);
      for (const [i, { verdict }] of judged.entries()) {
        if (i === wrong) expect(verdict.ratio).to.equal(1);
        else expect(verdict, verdict.vector).to.equal(pairs[i]?.verdict);
      }
    } finally {
      await threads.close();
    }
  });
});

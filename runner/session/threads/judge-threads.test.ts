import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { RunEvent } from '../../../reports/events.ts';
import { loadCorpus } from '../../../vectors/corpus.ts';
import { EventFile } from '../../events/event-file.ts';
import type { ReferenceOptions } from '../../targets/reference/reference-options.ts';
import { ReferenceTarget } from '../../targets/reference/reference-target.ts';
import { Session } from '../session.ts';
import { JudgeThreads } from './judge-threads.ts';

const { vectors, digest } = loadCorpus();
/** Each 23rd: all families. A shard of them is planned. */
const selected = vectors.filter((_, i) => i % 23 === 0);
const planned = selected.filter((_, i) => i % 2 === 0);
/** It merges in tunnels of which it announces none, and claims no IPv6: some vectors fail, some are unsupported. */
const LIAR: ReferenceOptions = {
  policy: { tunnels: ['gre', 'vxlan', 'geneve', 'ipip'] },
  capabilities: { tunnels: [], ipv6: false },
};

/** The events as a file has them, but for the times, and as reports read them. */
async function played(
  reference: ReferenceOptions,
  threads: JudgeThreads | undefined,
  onEvent: (event: RunEvent, session: Session) => void = () => {},
): Promise<{ lines: string; events: string[]; exit: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'rsc-threads-'));
  const path = join(folder, 'events.jsonl');
  const file = new EventFile(path);
  const events: string[] = [];
  try {
    const session = new Session({
      target: new ReferenceTarget(reference),
      threads,
      planned,
      selected,
      digest,
      sink: (event) => {
        file.event(event);
        events.push(withoutTimes(JSON.stringify(event)));
        onEvent(event, session);
      },
    });
    const exit = await session.run();
    file.close();
    return { lines: withoutTimes(readFileSync(path, 'utf8')), events, exit };
  } finally {
    await threads?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function withoutTimes(text: string): string {
  return text.replaceAll(/"(ms|started|sha256)":("[^"]*"|[\d.e-]+)/g, '"$1":0');
}

function threadsFor(reference: ReferenceOptions, claimed = digest): JudgeThreads {
  return new JudgeThreads({ reference, digest: claimed, corpus: vectors, planned, selected }, 2);
}

describe('threads that judge', () => {
  for (const [name, reference] of Object.entries({ 'a reference that conforms': {}, 'one that does not': LIAR })) {
    it(`give the same events of ${name}, byte by byte`, async () => {
      const alone = await played(reference, undefined);
      const together = await played(reference, threadsFor(reference));
      expect(together.exit).to.equal(alone.exit);
      expect(together.lines === alone.lines, 'lines').to.equal(true);
      expect(together.events).to.deep.equal(alone.events);
      const verdicts = new Set(alone.events.map((text) => /"verdict":"([^"]+)"/.exec(text)?.[1]));
      if (reference === LIAR) expect([...verdicts]).to.include.members(['pass', 'fail', 'unsupported']);
    });
  }

  it('take part', async () => {
    const threads = threadsFor({});
    let theirs = 0;
    const judged = threads.judged.bind(threads);
    threads.judged = (number) => {
      theirs++;
      return judged(number);
    };
    // One of them may start later than the other: the session waits until a batch of each is there.
    threads.claim = () => undefined;
    await played({}, threads);
    expect(theirs).to.equal(Math.ceil(planned.length / 64));
  });

  it('are not waited for when the session is interrupted', async () => {
    const { events } = await played({}, threadsFor({}), (event, session) => {
      if (event.type === 'verdict') session.interrupt();
    });
    const left = JSON.parse(events.at(-1) ?? '{}') as { readonly notRun?: number };
    expect(left.notRun).to.equal(planned.length - 1);
  });

  it('end the session with their error', async () => {
    const threads = threadsFor({}, 'of other vectors');
    threads.claim = () => undefined;
    const error = await played({}, threads).catch((reason: unknown) => reason);
    expect(error).to.be.an('error').with.property('message', 'the vectors were changed while they were played');
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { RunEvent } from '../../reports/events.ts';
import { loadCorpus } from '../../vectors/corpus.ts';
import { UsageError } from '../base/errors.ts';
import { Session } from '../session/session.ts';
import { ReferenceTarget } from '../targets/reference/reference-target.ts';
import { readEvents } from './read-events.ts';

const { vectors, digest } = loadCorpus();

describe('event files', () => {
  let path: string;
  const events: RunEvent[] = [];

  before(async () => {
    path = join(mkdtempSync(join(tmpdir(), 'rsc-events-')), 'events.jsonl');
    const planned = vectors.filter((_, i) => i % 97 === 0);
    const sink = (event: RunEvent): void => void events.push(JSON.parse(JSON.stringify(event)) as RunEvent);
    await new Session({ target: new ReferenceTarget(), planned, digest, sink }).run();
  });

  after(() => rmSync(join(path, '..'), { recursive: true, force: true }));

  async function read(lines: readonly string[]): Promise<RunEvent[]> {
    writeFileSync(path, lines.join('\n'));
    const all: RunEvent[] = [];
    for await (const event of readEvents(path)) all.push(event);
    return all;
  }

  async function refusal(line: string): Promise<string> {
    const error = await read([JSON.stringify(events[0]), line]).catch((thrown: unknown) => thrown);
    expect(error, line).to.be.instanceOf(UsageError);
    return (error as UsageError).line;
  }

  it('of a session are what the schema allows', async () => {
    expect(await read(events.map((event) => JSON.stringify(event)))).to.deep.equal(events);
  });

  it('may hold more than reports look at', async () => {
    const more = { ...events[0], further: { a: [1] } };
    expect(await read(['', JSON.stringify(more), ''])).to.deep.equal([more]);
  });

  it('are refused with file and line where one is none', async () => {
    const verdict = events.find(({ type }) => type === 'verdict');
    for (const line of ['{"type":"ver', '[]', 'null', '7', '{}', '{"type":"toString"}', '{"type":["end"]}'])
      expect(await refusal(line)).to.include('events.jsonl:2 is no');
    expect(await refusal(JSON.stringify({ ...verdict, findings: undefined }))).to.match(
      /:2 is no verdict event: it must have .*findings/,
    );
    expect(await refusal(JSON.stringify({ ...verdict, verdict: 'passed' }))).to.include(
      ':2 is no verdict event: verdict must be',
    );
    expect(await refusal(JSON.stringify({ ...verdict, ms: null }))).to.include('ms must be number');
    expect(
      await refusal(JSON.stringify({ ...verdict, indications: [{ dpc: 0, frame: 'xy', oob: {}, arrivals: [] }] })),
    ).to.include('indications.0.frame');
    expect(await refusal(JSON.stringify({ ...events.at(-1), counts: { pass: 1 } }))).to.include(
      'no end event: counts must have',
    );
  });
});

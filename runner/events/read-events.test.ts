import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { registry } from '../../reference-impl/rules/index.ts';
import type { EndEvent, RunEvent } from '../../reports/events.ts';
import { loadCorpus } from '../../vectors/corpus.ts';
import { UsageError } from '../base/errors.ts';
import { Session } from '../session/session.ts';
import { ReferenceTarget } from '../targets/reference/reference-target.ts';
import { EventFile } from './event-file.ts';
import { readEvents } from './read-events.ts';

const { vectors, digest } = loadCorpus();

describe('event files', () => {
  let path: string;
  const events: RunEvent[] = [];

  before(async () => {
    path = join(mkdtempSync(join(tmpdir(), 'rsc-events-')), 'events.jsonl');
    const planned = vectors.filter((_, i) => i % 97 === 0);
    const sink = (event: RunEvent): void => void events.push(JSON.parse(JSON.stringify(event)) as RunEvent);
    // One that merges too much: its verdicts hold what the reference indicates instead.
    const rules = registry.filter(({ id }) => id !== 'E8b' && id !== 'E3');
    await new Session({ target: new ReferenceTarget({ rules }), planned, digest, sink }).run();
    const held = events.flatMap((event) =>
      event.type === 'verdict' && Array.isArray(event.expected) ? event.expected : [],
    );
    expect(held.some(({ frame }) => frame !== undefined)).to.equal(true);
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

  describe('compressed', () => {
    const compressed = (): string => `${path}.gz`;

    async function readCompressed(): Promise<RunEvent[]> {
      const all: RunEvent[] = [];
      for await (const event of readEvents(compressed())) all.push(event);
      return all;
    }

    before(() => {
      const file = new EventFile(compressed(), { compress: true });
      for (const event of events) file.event(event);
      file.close();
    });

    it('are the same events, to the byte', async () => {
      const plain = new EventFile(path);
      for (const event of events) plain.event(event);
      plain.close();
      const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
      expect((await readCompressed()).map((event) => JSON.stringify(event))).to.deep.equal(lines);
    });

    it('end with the sum of what is before', async () => {
      const lines = (await readCompressed()).map((event) => JSON.stringify(event));
      const { sha256, ...end } = JSON.parse(lines.at(-1) ?? '') as EndEvent;
      const before = lines.slice(0, -1).map((line) => `${line}\n`);
      expect(sha256).to.equal(createHash('sha256').update(before.join('')).digest('hex'));
      expect(end).to.deep.equal(events.at(-1));
    });

    it('are lines for zcat, and a tenth of the size', () => {
      const bytes = readFileSync(compressed());
      const plain = events.map((event) => JSON.stringify(event)).join('\n');
      expect(plain.length / bytes.length).to.be.greaterThan(10);
      const lines = gunzipSync(bytes).toString().trimEnd().split('\n');
      expect(lines.map((line) => (JSON.parse(line) as RunEvent).type)).to.deep.equal(events.map(({ type }) => type));
    });

    it('are refused where they are cut or broken', async () => {
      const bytes = readFileSync(compressed());
      writeFileSync(compressed(), bytes.subarray(0, bytes.length - 100));
      expect(await readCompressed().catch(({ line }: UsageError) => line)).to.match(/cannot be read: unexpected end/);
      writeFileSync(
        compressed(),
        Buffer.concat([bytes.subarray(0, 500), Buffer.alloc(500, 0x55), bytes.subarray(1000)]),
      );
      expect(await readCompressed().catch(({ line }: UsageError) => line)).to.match(/cannot be read/);
    });

    it('are refused where a part of a frame is none', async () => {
      const frames = [
        [['stream', 1, 2, 2 ** 40]],
        [['move', 1, 2, 3]],
        [7],
        [['copy', 0, 0]],
        [['stream', -1, 0, 9]],
        [['copy', 0, -1, 9]],
      ];
      const vector = events.find(({ type }) => type === 'vector');
      for (const rx of frames) {
        writeFileSync(compressed(), gzipSync(JSON.stringify({ ...vector, steps: [{ rx }] })));
        expect(await readCompressed().catch(({ line }: UsageError) => line)).to.match(/:1 is no vector event/);
      }
    });

    it('take a sequence number from no bytes that there are not', async () => {
      const vector = events.find(({ type }) => type === 'vector');
      for (const rx of [[['stream', 1, -16, 2]], ['0000', ['stream', 1, -3, 2]]]) {
        writeFileSync(compressed(), gzipSync(JSON.stringify({ ...vector, steps: [{ rx }] })));
        expect(await readCompressed())
          .to.have.nested.property('[0].steps[0].rx')
          .that.matches(/^(0000)?[0-9a-f]{4}$/);
      }
    });

    it('copy nothing from arrivals that there are not', async () => {
      const verdict = events.find(({ type }) => type === 'verdict');
      const frame = ['00', ['copy', 99, 5, 10], '01'];
      writeFileSync(
        compressed(),
        gzipSync(JSON.stringify({ ...verdict, indications: [{ dpc: 0, frame, oob: {}, arrivals: [] }] })),
      );
      expect(await readCompressed()).to.have.nested.property('[0].indications[0].frame', '0001');
    });
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

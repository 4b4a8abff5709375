import { createHash } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { expect } from 'chai';
import fc from 'fast-check';
import { buildFrame } from '../../reference-impl/wire/build.ts';
import { toHex } from '../../reference-impl/wire/bytes.ts';
import type { RunEvent, SessionEvent, VectorEvent, Verdict, VerdictEvent } from '../events.ts';
import type { PayloadStreams } from '../frames/packed-frame.ts';
import { unpackFrame } from '../frames/unpack-frame.ts';
import { HtmlReport } from './html-report.ts';
import type { PackedCase, PackedRun } from './packed.ts';

/** Bytes that count up from seed and sequence number: as good as any. */
const STREAMS: PayloadStreams = {
  fill: (seed, seq, into) => {
    for (let i = 0; i < into.length; i++) into[i] = (seed + seq + i) & 0xff;
  },
  seedOf: (seq, bytes) => {
    const seed = ((bytes[0] ?? 0) - seq) & 0xff;
    return bytes.every((byte, i) => byte === ((seed + seq + i) & 0xff)) ? seed : undefined;
  },
  placeOf: () => undefined,
};
const ASSETS = { script: 'console.log("</" + "script>")', style: 'p{color:red}' };
const SESSION: SessionEvent = {
  type: 'session',
  target: 'program:a<b>&c',
  targetVersion: '1',
  policy: {},
  capabilities: {},
  version: '1',
  digest: '00',
  shard: '1/1',
  strict: false,
  command: 'rsc-conformance run',
  started: '2026-01-01T00:00:00.000Z',
  vectors: 1,
};

function eventsOf(arrivals: readonly string[], out: readonly string[]): [VectorEvent, VerdictEvent] {
  const vector = 'a/b';
  const steps = [...arrivals.map((rx) => ({ rx })), { dpc: true } as const];
  return [
    { type: 'vector', vector, title: 'T', rules: ['H1'], level: 'must', flags: [], steps },
    {
      type: 'verdict',
      vector,
      verdict: 'pass',
      findings: [],
      indications: out.map((frame) => ({ dpc: 0, frame, oob: {}, arrivals: [0] })),
      decisions: [],
      ratio: 1,
      notObserved: [],
      ms: 1,
    },
  ];
}

function pageOf(events: readonly RunEvent[]): string {
  const report = new HtmlReport(ASSETS, STREAMS);
  for (const event of events) report.event(event);
  return report.text();
}

/** Where no frames are left out. */
interface WholeRun extends PackedRun {
  readonly cases: readonly PackedCase[];
}

function runIn(text: string): WholeRun {
  const data = /id="run">([^<]*)</.exec(text)?.[1] ?? '';
  return JSON.parse(inflateRawSync(Buffer.from(data, 'base64')).toString()) as WholeRun;
}

/** The frames of a page's only vector, in hex. */
function framesIn(text: string): { arrivals: string[]; out: string[] } {
  const one = runIn(text).cases[0];
  const arrivals: Uint8Array[] = [];
  for (const step of one?.steps ?? []) if ('rx' in step) arrivals.push(unpackFrame(step.rx, arrivals, STREAMS));
  const out = (one?.indications ?? []).map(({ frame }) => toHex(unpackFrame(frame, arrivals, STREAMS)));
  return { arrivals: arrivals.map(toHex), out };
}

function segment(payload: Uint8Array, seq: number): Uint8Array {
  return buildFrame({ src: '192.0.2.1', dst: '192.0.2.2', sport: 1, dport: 2, seq, payload });
}

describe('HTML report', () => {
  it('allows its own script and style by their hashes, and nothing else', () => {
    const text = pageOf([SESSION]);
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(text)?.[1] ?? '';
    const hash = (of: string): string => `'sha256-${createHash('sha256').update(of).digest('base64')}'`;
    expect(policy.split('; ')).to.deep.equal([
      "default-src 'none'",
      `script-src ${hash(ASSETS.script)}`,
      `style-src ${hash(ASSETS.style)}`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    expect(text).to.include(`<script>${ASSETS.script}</script>`);
    expect(text).to.include('<title>program:a&lt;b&gt;&amp;c: rsc-conformance</title>');
    expect(text).not.to.match(/(?:src|href)=/);
  });

  it('gives back any frames, whatever they are', () => {
    const frame = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.tuple(fc.uint8Array({ maxLength: 300 }), fc.nat(0xffff_ffff)).map(([payload, seq]) => segment(payload, seq)),
      fc.tuple(fc.nat(255), fc.nat(0xffff_ffff), fc.nat(300)).map(([seed, seq, length]) => {
        const payload = new Uint8Array(length);
        STREAMS.fill(seed, seq, payload);
        return segment(payload, seq);
      }),
    );
    const arrivals = fc.array(frame.map(toHex), { maxLength: 5 });
    // What comes out: anything, or pieces of what went in.
    const pieces = fc.array(fc.tuple(fc.nat(4), fc.nat(200), fc.nat(200), fc.string()), { maxLength: 4 });
    fc.assert(
      fc.property(arrivals, fc.array(frame.map(toHex), { maxLength: 2 }), pieces, (sent, others, cuts) => {
        const spliced = cuts
          .map(([i, from, length]) => (sent[i] ?? 'ab').slice(2 * from, 2 * (from + length)))
          .join('');
        const out = [...others, spliced];
        expect(framesIn(pageOf([SESSION, ...eventsOf(sent, out)]))).to.deep.equal({ arrivals: sent, out });
      }),
    );
  });

  it('names streams and copies instead of bytes', () => {
    const payload = new Uint8Array(1000);
    STREAMS.fill(7, 100, payload);
    const noise = Uint8Array.from({ length: 900 }, (_, i) => (i * i * 31 + (i >> 3)) & 0xff);
    const sent = [toHex(segment(payload, 100)), toHex(segment(noise, 0))];
    const spoiled = toHex(segment(Uint8Array.from([...payload.subarray(0, 500), 0, 0, ...noise]), 100));
    const one = runIn(pageOf([SESSION, ...eventsOf(sent, [spoiled])])).cases[0];
    expect(one?.steps[0]).to.have.nested.property('rx[1]').that.deep.equals(['stream', 7, -16, 1000]);
    const parts = one?.indications[0]?.frame ?? [];
    expect(parts.filter((part) => typeof part !== 'string').map(([kind]) => kind)).to.include('copy');
    const literal = parts.filter((part) => typeof part === 'string').join('').length / 2;
    expect(literal).to.be.lessThan(100);
    expect(framesIn(pageOf([SESSION, ...eventsOf(sent, [spoiled])])).out).to.deep.equal([spoiled]);
  });

  it('holds whatever the events say beside what it knows', () => {
    const [vector, verdict] = eventsOf(['00'], []);
    const more = { ...verdict, known: { reason: 'a defect of ours' } } as VerdictEvent;
    const run = runIn(pageOf([SESSION, vector, more, { type: 'end', counts: {} as never, exit: 1 }]));
    expect(run.cases[0]?.known?.reason).to.equal('a defect of ours');
    expect(run.end?.exit).to.equal(1);
    expect(runIn(pageOf([SESSION, vector, verdict]))).not.to.have.property('end');
  });

  it('leaves out the frames of vectors without findings where a file next to it has them', () => {
    const [vector, verdict] = eventsOf(['00'], ['00']);
    const report = new HtmlReport(ASSETS, STREAMS, { framesFile: 'events.jsonl.gz' });
    const verdicts: readonly Verdict[] = ['pass', 'pass-less', 'unsupported', 'warn', 'fail', 'error'];
    for (const event of [SESSION, ...verdicts.flatMap((one) => [vector, { ...verdict, verdict: one }])])
      report.event(event);
    const { framesFile, cases }: PackedRun = runIn(report.text());
    expect(framesFile).to.equal('events.jsonl.gz');
    expect(cases.map((one) => ('steps' in one ? `${one.verdict} with frames` : one.verdict))).to.deep.equal([
      'pass',
      'pass-less',
      'unsupported',
      'warn with frames',
      'fail with frames',
      'error with frames',
    ]);
  });

  it('leaves out frames of failing vectors, too, before it gets too big', () => {
    const report = new HtmlReport(ASSETS, STREAMS, { framesFile: 'events.jsonl.gz', level: 1 });
    const [vector, verdict] = eventsOf(['ab'.repeat(4_000_000)], []);
    for (const event of [
      SESSION,
      ...Array.from({ length: 6 }, () => [vector, { ...verdict, verdict: 'fail' as const }]).flat(),
    ])
      report.event(event);
    expect(runIn(report.text()).cases.map((one) => 'steps' in one)).to.deep.equal([
      true,
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  it('says without its application what came of the run, and what it is not', () => {
    const cut = pageOf([{ ...SESSION, partial: 'shard <2> is missing' }, ...eventsOf(['00'], [])]);
    const [, summary = ''] = /<noscript>(.*)<\/noscript>/s.exec(cut) ?? [];
    expect(summary).to.include('program:a&lt;b&gt;&amp;c 1: not complete');
    expect(summary).to.include('1 vector: 1 pass');
    expect(summary).to.include('Partial: shard &lt;2&gt; is missing.');
  });

  it('makes a page of a stream without its beginning', () => {
    expect(pageOf([])).not.to.include('id="run"');
    const [, verdict] = eventsOf([], []);
    expect(runIn(pageOf([SESSION, verdict])).cases[0]).to.deep.include({ vector: 'a/b', steps: [] });
  });
});

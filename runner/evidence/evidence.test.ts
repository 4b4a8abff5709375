import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { registry } from '../../reference-impl/rules/index.ts';
import type { EndEvent, RunEvent, VerdictEvent } from '../../reports/events.ts';
import { type Corpus, loadCorpus } from '../../vectors/corpus.ts';
import { randomBelow } from '../../vectors/states/random-below.ts';
import { withCauses } from '../diagnosis/with-causes.ts';
import { EventFile } from '../events/event-file.ts';
import { readAll } from '../events/read-events.ts';
import { Baseline } from '../known-failures/baseline.ts';
import { readBaseline } from '../known-failures/baseline-file.ts';
import { Session } from '../session/session.ts';
import { ReferenceTarget } from '../targets/reference/reference-target.ts';
import { readArchive, sha256, writeArchive } from './archive.ts';
import { packageEvidence } from './package-evidence.ts';
import { type EventSource, inMemory } from './recorded-run.ts';
import { Refused } from './refused.ts';
import { verifyEvents, verifyPackage } from './verify-evidence.ts';

const TAMPERINGS = 10_000;
/** A vector that is none of those played. */
const OTHER = 'coalescing/runs/below-mtu/ipv4';
const whole = loadCorpus();
/** Some that fail without E8b, some that do not, one that is unsupported, one with a SET, one of every kind of frame. */
const PLANNED = whole.vectors.filter(({ id }) =>
  [
    'exceptions/ece-cwr/clear-to-ece/second/ipv4',
    'exceptions/ece-cwr/clear-to-ece/last/ipv6',
    'coalescing/runs/last-short/ipv4',
    'indication/dpc/of-6-after-1/ipv4',
    'uro/run/of-2/ipv4',
    'headers/psh/first/ipv4',
    'indication/switch/off-mid-flow/ipv4',
  ].includes(id),
);
/** Thousands of verifications each look up all vectors: some hundred others are enough to be there. */
const corpus: Corpus = {
  ...whole,
  vectors: whole.vectors.filter((vector, i) => i % 64 === 0 || PLANNED.includes(vector) || vector.id === OTHER),
};
const FORGETFUL = registry.filter(({ id }) => id !== 'E8b');

describe('evidence', () => {
  let folder: string;
  let events: RunEvent[];
  let eventsText: string;
  let lines: string[];
  let packed: Buffer;
  let baseline: Buffer;

  async function play(name: string, file?: string): Promise<RunEvent[]> {
    const path = join(folder, name);
    const written = new EventFile(path);
    const today = new Date().toISOString().slice(0, 10);
    await new Session({
      target: new ReferenceTarget({ rules: FORGETFUL, capabilities: { uro: false } }),
      planned: PLANNED,
      digest: corpus.digest,
      labels: { build: '7' },
      ...(file === undefined
        ? {}
        : {
            baseline: new Baseline(readBaseline(file), {
              corpus: corpus.vectors.map(({ id }) => id),
              planned: PLANNED.map(({ id }) => id),
              strict: false,
              today,
            }),
          }),
      sink: withCauses((event) => written.event(event)),
    }).run();
    written.close();
    return readAll(path);
  }

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rsc-evidence-'));
    const file = join(folder, 'known.json');
    baseline = Buffer.from(
      JSON.stringify({
        known: [
          {
            vectors: 'exceptions/ece-cwr/clear-to-ece/second/ipv4',
            reason: 'ticket 7',
            verdict: 'fail',
            findings: [{ rule: 'E8b', field: 'merge' }],
          },
        ],
      }),
    );
    writeFileSync(file, baseline);
    events = await play('events.jsonl', file);
    eventsText = JSON.stringify(events);
    lines = readFileSync(join(folder, 'events.jsonl'), 'utf8').trimEnd().split('\n');
    packed = await packageEvidence(events, { baseline });
  });

  after(() => rmSync(folder, { recursive: true }));

  async function refusal(attempt: Promise<unknown>): Promise<string | undefined> {
    try {
      await attempt;
      return undefined;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return error.message;
    }
  }

  it('is of a run with failures, a known one, and something unsupported', () => {
    const verdicts = events.filter((event) => event.type === 'verdict');
    expect(new Set(verdicts.map(({ verdict }) => verdict))).to.include.all.keys('pass', 'fail', 'unsupported');
    expect(verdicts.some(({ known }) => known !== undefined)).to.equal(true);
  });

  it('is valid unchanged, as a package and as events', async () => {
    expect((await verifyPackage(packed, corpus)).run.ids).to.have.length(PLANNED.length);
    expect((await verifyEvents(written(events, lines), corpus, () => baseline)).run.end).to.deep.equal(events.at(-1));
  });

  it('is valid or refused in the same way if a thread judges', async () => {
    expect((await verifyPackage(packed, corpus, undefined, 0)).run.ids).to.have.length(PLANNED.length);
    const changes: Readonly<Record<string, (verdict: Mutable, end: Mutable) => unknown>> = {
      'what was judged': (verdict) => (verdict['ratio'] = 0.25),
      'what was judged, and there is more': (verdict, end) => {
        verdict['ratio'] = 0.25;
        end['exit'] = 0;
      },
      'no events': (verdict) => (verdict['indications'] = 7),
    };
    for (const [what, change] of Object.entries(changes)) {
      const changed = JSON.parse(eventsText) as Mutable[];
      change(changed[2] as Mutable, changed.at(-1) as Mutable);
      const files = readArchive(packed);
      files.set(
        'events.jsonl.gz',
        gzipSync(
          addedUp(changed as unknown as RunEvent[])
            .map((event) => `${JSON.stringify(event)}\n`)
            .join(''),
        ),
      );
      const manifest = JSON.parse(String(files.get('manifest.json'))) as { files: { path: string; sha256: string }[] };
      for (const one of manifest.files) one.sha256 = sha256(files.get(one.path) as Buffer);
      files.set('manifest.json', Buffer.from(JSON.stringify(manifest)));
      const [alone, together] = [Number.POSITIVE_INFINITY, 0].map((least) =>
        refusal(verifyPackage(writeArchive(files), corpus, undefined, least)),
      );
      expect(await together, what)
        .to.be.a('string')
        .that.equals(await alone);
    }
  });

  it('is refused with lines that are empty, or in another order than the threads take them for', async () => {
    const text = gunzipSync(readArchive(packed).get('events.jsonl.gz') as Buffer).toString();
    for (const changed of [`\n${text}`, text.replace('\n', '\n\n'), `${text}\n`]) {
      const files = readArchive(packed);
      files.set('events.jsonl.gz', gzipSync(changed));
      const manifest = JSON.parse(String(files.get('manifest.json'))) as { files: { path: string; sha256: string }[] };
      for (const one of manifest.files) one.sha256 = sha256(files.get(one.path) as Buffer);
      files.set('manifest.json', Buffer.from(JSON.stringify(manifest)));
      for (const least of [0, Number.POSITIVE_INFINITY])
        expect(await refusal(verifyPackage(writeArchive(files), corpus, undefined, least))).to.match(
          /lines that are empty/,
        );
    }
  });

  it('is the same file for the same run', async () => {
    expect((await packageEvidence(events, { baseline })).equals(packed)).to.equal(true);
  });

  it('holds every part, and its digest', () => {
    const files = readArchive(packed);
    expect([...files.keys()]).to.include.members([
      ...['events.jsonl.gz', 'report.html', 'junit.xml', 'summary.md', 'capabilities.json', 'environment.json'],
      ...['not-judged.json', 'badge.svg', 'badge.txt', 'baseline.json', 'manifest.json'],
      'captures/exceptions.ece-cwr.clear-to-ece.last.ipv6.pcapng',
    ]);
    const manifest = JSON.parse(String(files.get('manifest.json'))) as {
      labels: object;
      vectors: { sha256: string };
      files: { path: string; sha256: string }[];
    };
    expect(manifest.labels).to.deep.equal({ build: '7' });
    expect(manifest.vectors.sha256).to.equal(corpus.digest);
    expect(manifest.files.map(({ path }) => path)).to.have.members(
      [...files.keys()].filter((path) => path !== 'manifest.json'),
    );
    for (const { path, sha256: digest } of manifest.files) expect(digest, path).to.equal(sha256(files.get(path) ?? ''));
    expect(String(files.get('not-judged.json'))).to.include('uro/run/of-2/ipv4');
    expect(String(files.get('badge.txt'))).to.equal(`RSC not conforming, ${PLANNED.length} vectors\n`);
  });

  it('is refused without the baseline that it had', async () => {
    expect(await refusal(verifyEvents(inMemory(events), corpus))).to.match(/which is not there/);
  });

  describe('whatever is changed', () => {
    const random = randomBelow(20_261_130);

    it(`is refused: ${TAMPERINGS} random tamperings`, async () => {
      const survivors: string[] = [];
      const kinds = { bytes: 0, events: 0, reports: 0 };
      for (let i = 0; i < TAMPERINGS; i++) {
        // Most are of the kind that costs little to try.
        const kind = i % 100 === 0 ? 'reports' : i % 20 === 1 ? 'events' : 'bytes';
        kinds[kind]++;
        const [what, attempt] =
          kind === 'bytes' ? changedBytes() : kind === 'events' ? changedEvents() : changedReport();
        if ((await refusal(attempt)) === undefined) survivors.push(what);
      }
      expect(survivors).to.deep.equal([]);
      expect(Math.min(...Object.values(kinds))).to.be.greaterThan(99);
    });

    /** By a person who does not know the format. */
    function changedBytes(): [string, Promise<unknown>] {
      const at = random(packed.length);
      const length = 1 + random(64);
      const bit = 1 << random(8);
      const ways: readonly [string, () => Buffer][] = [
        [`bit ${bit} of byte ${at}`, () => withByte(packed, at, bit)],
        [`bit ${bit} of byte ${at}, again`, () => withByte(packed, at, bit)],
        [`bit ${bit} of byte ${at}, once more`, () => withByte(packed, at, bit)],
        [`cut after ${at}`, () => packed.subarray(0, at)],
        [`${length} bytes less at ${at}`, () => Buffer.concat([packed.subarray(0, at), packed.subarray(at + length)])],
        [
          `${length} bytes more at ${at}`,
          () => Buffer.concat([packed.subarray(0, at), Buffer.alloc(length, random(256)), packed.subarray(at)]),
        ],
      ];
      const [what, change] = ways[random(ways.length)] as (typeof ways)[number];
      return [what, verifyPackage(change(), corpus)];
    }

    /** By a person who knows the format, and adds everything up again. */
    function changedEvents(): [string, Promise<unknown>] {
      const changed = JSON.parse(eventsText) as Mutable[];
      const at = 1 + 2 * random(PLANNED.length);
      const vector = changed[at] as Mutable;
      const verdict = changed[at + 1] as Mutable;
      const end = changed.at(-1) as Mutable;
      const session = changed[0] as Mutable;
      const ways: readonly [string, () => unknown][] = [
        ['verdict', () => (verdict['verdict'] = verdict['verdict'] === 'pass' ? 'pass-less' : 'pass')],
        [
          'fail to pass, and all that goes with it',
          () => Object.assign(verdict, { verdict: verdict['verdict'] === 'pass' ? 'fail' : 'pass', findings: [] }),
        ],
        ['dropped pair', () => changed.splice(at, 2)],
        ['dropped verdict', () => changed.splice(at + 1, 1)],
        ['doubled pair', () => changed.splice(at, 0, vector, verdict)],
        ['swapped pairs', () => changed.splice(at, 2, ...changed.splice(at === 1 ? 3 : 1, 2, vector, verdict))],
        ['dropped end', () => changed.pop()],
        ['count', () => Object.assign(end['counts'] as object, { pass: PLANNED.length })],
        ['exit', () => (end['exit'] = 0)],
        ['dropped diagnosis', () => delete end['diagnosis']],
        ['known', () => (verdict['known'] = { reason: 'I say so', entry: 'known.json:1' })],
        ['ratio', () => (verdict['ratio'] = Number(verdict['ratio']) + 0.5)],
        ['not observed', () => (verdict['notObserved'] as string[]).push('nothing')],
        ['decisions', () => (verdict['decisions'] as unknown[]).pop()],
        ['frame sent', () => flipFrame(vector['steps'] as Mutable[], 'rx')],
        ['title', () => (vector['title'] = `${String(vector['title'])}.`)],
        ['rules', () => (vector['rules'] = ['E1'])],
        ['name', () => (vector['vector'] = verdict['vector'] = OTHER)],
        ['policy', () => Object.assign(session['policy'] as object, { duplicateAcks: 'counted' })],
        ['capabilities', () => Object.assign(session['capabilities'] as object, { ipv4: false })],
        ['digest of the vectors', () => (session['digest'] = '0'.repeat(64))],
        ['rules in words', () => delete (session['ruleTexts'] as Mutable)['E8b']],
        ['selection', () => (session['selected'] = PLANNED.length + 1)],
      ];
      const [what, change] = ways[random(ways.length)] as (typeof ways)[number];
      change();
      if (JSON.stringify(changed) === eventsText) return ['nothing', Promise.reject(new Refused(''))];
      return [what, verifyEvents(inMemory(addedUp(changed as unknown as RunEvent[])), corpus, () => baseline)];
    }

    function changedReport(): [string, Promise<unknown>] {
      const files = readArchive(packed);
      const paths = [...files.keys()].filter((path) => path !== 'manifest.json' && path !== 'events.jsonl.gz');
      const path = paths[random(paths.length)] as string;
      const bytes = files.get(path) as Buffer;
      if (random(4) === 0) files.delete(path);
      else files.set(path, withByte(bytes, random(bytes.length), 1 << random(8)));
      const manifest = JSON.parse(String(files.get('manifest.json'))) as { files: { path: string }[] };
      manifest.files = manifest.files.flatMap((one) => {
        const is = files.get(one.path);
        return is === undefined ? [] : [{ path: one.path, bytes: is.length, sha256: sha256(is) }];
      });
      files.set('manifest.json', Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`));
      return [path, verifyPackage(writeArchive(files), corpus)];
    }

    it('is refused, with the reason in words', async () => {
      const at = events.findIndex((event) => event.type === 'verdict' && event.verdict === 'fail');
      const changed = structuredClone(events);
      Object.assign(changed[at] as VerdictEvent, { verdict: 'pass', findings: [] });
      expect(await refusal(verifyEvents(inMemory(addedUp(changed)), corpus, () => baseline))).to.match(
        /^exceptions\/ece-cwr\/.* is recorded as pass, and judged again it is fail$/,
      );
      expect(await refusal(verifyEvents(inMemory(events.slice(0, -1)), corpus, () => baseline))).to.match(
        /no end: they were cut off/,
      );
      expect(await refusal(verifyEvents(inMemory(changed), corpus, () => baseline))).to.match(
        /changed since it was written/,
      );
      const spaced = lines.with(3, (lines[3] ?? '').replace(':', ': '));
      expect(await refusal(verifyEvents(written(events, spaced), corpus, () => baseline))).to.match(/line 4 is not as/);
      expect(await refusal(verifyPackage(Buffer.from('PK'), corpus))).to.match(/not a package/);
      expect(
        await refusal(verifyEvents(inMemory(events), { ...corpus, digest: 'f'.repeat(64) }, () => baseline)),
      ).to.match(/its vectors are .*, those of this installation ffffffffffff: verify with the version/);
    });
  });

  describe('with a signature', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    let signed: Buffer;

    before(async () => {
      signed = await packageEvidence(events, { baseline, key: privateKey });
    });

    it('is valid, and names the signer', async () => {
      const { signedBy } = await verifyPackage(signed, corpus, publicKey);
      expect(signedBy).to.match(/^[0-9a-f]{64}$/);
      expect((await verifyPackage(signed, corpus)).signedBy).to.equal(signedBy);
    });

    it('is an in-toto statement in a DSSE envelope', () => {
      const files = readArchive(signed);
      const { payload, payloadType, signatures } = JSON.parse(String(files.get('attestation.json'))) as {
        payload: string;
        payloadType: string;
        signatures: { sig: string }[];
      };
      const body = Buffer.from(payload, 'base64');
      const signedText = Buffer.concat([Buffer.from(`DSSEv1 28 application/vnd.in-toto+json ${body.length} `), body]);
      expect(payloadType).to.equal('application/vnd.in-toto+json');
      const signature = Buffer.from(signatures[0]?.sig ?? '', 'base64');
      expect(
        verify(null, signedText, createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })), signature),
      ).to.equal(true);
      expect(JSON.parse(String(body))).to.deep.include({
        _type: 'https://in-toto.io/Statement/v1',
        predicateType: 'https://in-toto.io/attestation/test-result/v0.1',
        subject: [{ name: 'manifest.json', digest: { sha256: sha256(files.get('manifest.json') ?? '') } }],
      });
    });

    it('is refused by another key, without a signature where one is asked for, and with that of another run', async () => {
      const other = generateKeyPairSync('ed25519');
      expect(await refusal(verifyPackage(signed, corpus, other.publicKey))).to.match(/not of this key/);
      expect(await refusal(verifyPackage(packed, corpus, publicKey))).to.match(/not signed/);
      const files = readArchive(signed);
      const later = await packageEvidence(await play('later.jsonl'), { key: privateKey });
      files.set('attestation.json', readArchive(later).get('attestation.json') as Buffer);
      expect(await refusal(verifyPackage(writeArchive(files), corpus))).to.match(/what is signed is not this result/);
    });
  });
});

type Mutable = Record<string, unknown>;

/** The events of a plain file with these lines. */
function written(events: readonly RunEvent[], lines: readonly string[]): EventSource {
  return async function* () {
    for (const [i, event] of events.entries()) yield { event, line: lines[i] as string, number: i + 1 };
  };
}

/** With the sum that the changed events have. */
function addedUp(events: readonly RunEvent[]): RunEvent[] {
  const end = events.at(-1);
  if (end?.type !== 'end') return [...events];
  const before = events.slice(0, -1);
  const text = before.map((event) => `${JSON.stringify(event)}\n`).join('');
  return [...before, { ...end, sha256: sha256(text) } satisfies EndEvent];
}

function flipFrame(holders: readonly Mutable[], key: string): void {
  const holder = holders.find((one) => typeof one[key] === 'string' && one[key] !== '');
  const text = String(holder?.[key] ?? '');
  if (holder !== undefined) holder[key] = `${text.slice(0, -1)}${text.endsWith('0') ? '1' : '0'}`;
}

function withByte(bytes: Buffer, at: number, bit: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[at] = (changed[at] as number) ^ bit;
  return changed;
}

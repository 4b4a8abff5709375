/** Is a result valid? Nothing in it is trusted: everything that follows from the recorded frames is computed again. */

import type { KeyObject } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import type { RunEvent } from '../../reports/events.ts';
import type { Corpus } from '../../vectors/corpus.ts';
import { UsageError } from '../base/errors.ts';
import { VERSION } from '../base/version.ts';
import { parseEvents } from '../events/read-events.ts';
import { readArchive, sha256 } from './archive.ts';
import { ATTESTATION, checkAttestation } from './attestation.ts';
import { BASELINE, EVENTS, evidenceFiles, MANIFEST } from './evidence-files.ts';
import { judgeAgain } from './judged-again.ts';
import { JudgingThreads } from './judging-threads.ts';
import { LightEvents } from './light-events.ts';
import { FORMAT } from './manifest.ts';
import { PackedLines } from './packed-lines.ts';
import { recordedBaseline } from './recorded-baseline.ts';
import { type EventSource, inMemory, outlineOf, type RecordedRun, type RunOutline, runOf } from './recorded-run.ts';
import { Refused } from './refused.ts';
import { suiteDigest } from './suite-digest.ts';

/** Bytes of compressed events, some 2,000 vectors: for fewer, a thread takes more time to start than it saves. */
const LEAST_FOR_THREAD = 1_000_000;
/** The page's data is compressed to be compared: as fast as it goes. */
const COMPARED = 1;
const MOST_TEXT = 512 * 1024 * 1024;

export interface Verified {
  readonly run: RunOutline;
  /** The id of the key that signed; undefined: it is not signed. */
  readonly signedBy?: string;
}

/**
 * Of a package. `key`: the public key that must have signed it. `leastForThread`: from this number of bytes of events on, a thread
 * judges them. Throws `Refused` if it is not valid.
 */
export async function verifyPackage(
  bytes: Buffer,
  corpus: Corpus,
  key?: KeyObject,
  leastForThread: number = LEAST_FOR_THREAD,
): Promise<Verified> {
  const files = readArchive(bytes);
  const manifest = wanted(files, MANIFEST);
  checkMaker(manifest);
  checkDigests(manifest, files);
  const events = wanted(files, EVENTS);
  const run = await judgedRun(events, files, corpus, events.length >= leastForThread);
  const signature = files.get(ATTESTATION);
  if (signature === undefined && key !== undefined) throw new Refused('it is not signed');
  return { run, ...(signature === undefined ? {} : { signedBy: checkAttestation(signature, run, manifest, key) }) };
}

/** `isLong`: threads begin to judge while the events are read. What is wrong with the events comes first, in any case. */
async function judgedRun(
  events: Buffer,
  files: ReadonlyMap<string, Buffer>,
  corpus: Corpus,
  isLong: boolean,
): Promise<RecordedRun> {
  const lines = PackedLines.unpacked(events);
  let run: RecordedRun | undefined;
  const threads = isLong ? new JudgingThreads(lines, () => run?.pairs ?? []) : undefined;
  try {
    run = await lightRun(lines);
    const baseline = recordedBaseline(files.get(BASELINE), run.session.baseline);
    await judgeAgain(run, inMemory(run.events), corpus, baseline, threads);
  } finally {
    await threads?.close();
  }
  await checkFiles(files, run);
  return run;
}

/** Of the events of a run. `baseline`: reads the file of known failures that the session names, if it names one. */
export async function verifyEvents(
  source: EventSource,
  corpus: Corpus,
  baseline: (named: string | undefined) => Buffer | undefined = () => undefined,
): Promise<Verified> {
  const run = await outlineOf(source);
  const { baseline: named } = run.session;
  await judgeAgain(run, source, corpus, recordedBaseline(baseline(named), named));
  return { run };
}

/** Another build may judge, and say, otherwise: it cannot say that this one was wrong. */
function checkMaker(manifest: Buffer): void {
  const { format, suite } = JSON.parse(manifest.toString()) as {
    readonly format?: unknown;
    readonly suite?: { readonly version?: unknown; readonly sha256?: unknown };
  };
  if (format !== FORMAT) throw new Refused(`it is not ${FORMAT}`);
  if (suite?.version === VERSION && suite.sha256 === suiteDigest()) return;
  const made = `${String(suite?.version)} (${String(suite?.sha256).slice(0, 12)})`;
  throw new Refused(
    `it was made by version ${made}, this is ${VERSION} (${suiteDigest().slice(0, 12)}): verify with that`,
  );
}

function checkDigests(manifest: Buffer, files: ReadonlyMap<string, Buffer>): void {
  const { files: listed = [] } = JSON.parse(manifest.toString()) as {
    readonly files?: readonly { readonly path: string; readonly sha256: string }[];
  };
  const digests = new Map(listed.map(({ path, sha256: digest }) => [path, digest]));
  for (const [path, bytes] of files) {
    if (path === MANIFEST || path === ATTESTATION) continue;
    if (digests.get(path) !== sha256(bytes)) throw new Refused(`${path} is not what the manifest says`);
    digests.delete(path);
  }
  const [missing] = digests.keys();
  if (missing !== undefined) throw new Refused(`${missing} is missing`);
}

/** Reports that do not follow from the events would be read, and believed. */
async function checkFiles(files: ReadonlyMap<string, Buffer>, run: RecordedRun): Promise<void> {
  const given = new Map([...files].filter(([path]) => path === EVENTS || path === BASELINE));
  const again = await evidenceFiles(run, given, COMPARED);
  for (const path of new Set([...files.keys(), ...again.keys()])) {
    if (path === ATTESTATION || path === MANIFEST) continue;
    const [is, should] = [files.get(path), again.get(path)];
    if (is === undefined || should === undefined || !isSame(path, is, should))
      throw new Refused(`${path} is not what the events give`);
  }
  const [is, should] = [wanted(files, MANIFEST), wanted(again, MANIFEST)].map(withoutPage);
  if (is !== should) throw new Refused(`${MANIFEST} is not what the events give`);
}

/** The page's data is compared uncompressed: each version of zlib compresses it in its own way. */
function isSame(path: string, a: Buffer, b: Buffer): boolean {
  return a.equals(b) || (path === 'report.html' && unpackedPage(a) === unpackedPage(b));
}

function unpackedPage(page: Buffer): string {
  try {
    return page
      .toString()
      .replace(/(id="run">)([A-Za-z0-9+/=]*)(?=<)/, (_, head: string, data: string) =>
        head.concat(inflateRawSync(Buffer.from(data, 'base64'), { maxOutputLength: MOST_TEXT }).toString()),
      );
  } catch {
    return '';
  }
}

/** The page's digest was compared with the page in the package, and the page with the expected one. */
function withoutPage(manifest: Buffer): string {
  return manifest
    .toString()
    .replace(/("path": "report.html",\s+"bytes": )\d+(,\s+"sha256": )"[0-9a-f]{64}"/, '$10$2""');
}

/** One event a line, so that each is the same for every thread. */
async function lightRun(lines: PackedLines): Promise<RecordedRun> {
  const light = new LightEvents(lines);
  const events: RunEvent[] = [];
  async function* source(): AsyncGenerator<{ readonly event: RunEvent }> {
    for (const event of parseEvents(lines, EVENTS)) {
      yield { event };
      events.push(light.light(event, events.length));
    }
  }
  try {
    const outline = await outlineOf(source);
    if (events.length === lines.count) return runOf(outline, events);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new Refused(`its events cannot be read (${error.line})`);
  }
  throw new Refused('its events have lines that are empty');
}

function wanted(files: ReadonlyMap<string, Buffer>, path: string): Buffer {
  const bytes = files.get(path);
  if (bytes === undefined) throw new Refused(`${path} is missing`);
  return bytes;
}

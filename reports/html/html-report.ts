/** One HTML file that contains the whole run and needs nothing else. */

import { deflateRawSync } from 'node:zlib';
import type { EndEvent, ExpectedEvent, RunEvent, SessionEvent, VectorEvent, Verdict, VerdictEvent } from '../events.ts';
import { FramePacker } from '../frames/pack-frame.ts';
import type { PayloadStreams } from '../frames/packed-frame.ts';
import type { Reporter } from '../reporter.ts';
import { countsText, RunSummary } from '../run-summary.ts';
import type { ListedCase, PackedCase, PackedExpected, PackedRun } from './packed.ts';
import { type PageAssets, page } from './page.ts';

export interface HtmlOptions {
  /** The compression level; the highest takes longer than everything else about the page. */
  readonly level?: number | undefined;
  /**
   * The name of the file of events next to the page. The page then only has the frames of vectors with findings, as far
   * as there is room.
   */
  readonly framesFile?: string | undefined;
}

/** Characters of frames, before they are compressed, in a page that leaves out some. */
const ROOM = 32 * 1024 * 1024;
const IS_KEPT: ReadonlySet<Verdict> = new Set(['fail', 'error', 'warn']);

export class HtmlReport implements Reporter {
  readonly #streams: PayloadStreams;
  readonly #assets: PageAssets;
  readonly #options: HtmlOptions;
  readonly #cases: (PackedCase | ListedCase)[] = [];
  #room: number;
  readonly #summary = new RunSummary();
  #session: SessionEvent | undefined;
  #vector: VectorEvent | undefined;
  #end: PackedRun['end'];

  constructor(assets: PageAssets, streams: PayloadStreams, options: HtmlOptions = {}) {
    this.#assets = assets;
    this.#options = options;
    this.#streams = streams;
    this.#room = options.framesFile === undefined ? Number.POSITIVE_INFINITY : ROOM;
  }

  event(event: RunEvent): void {
    this.#summary.event(event);
    if (event.type === 'session') this.#session = event;
    else if (event.type === 'vector') this.#vector = event;
    else if (event.type === 'verdict') this.#add(event);
    else if (event.type === 'end') this.#end = withoutDigest(event);
  }

  /** The page. Where there is no session event, it says so. */
  text(): string {
    const session = this.#session;
    if (session === undefined)
      return page(this.#assets, { title: 'rsc-conformance', summary: this.#sentences(), data: undefined });
    const { level = 9, framesFile } = this.#options;
    const run: PackedRun = {
      session,
      cases: this.#cases,
      ...(framesFile === undefined ? {} : { framesFile }),
      ...(this.#end === undefined ? {} : { end: this.#end }),
    };
    const data = deflateRawSync(JSON.stringify(run), { level }).toString('base64');
    return page(this.#assets, { title: `${session.target}: rsc-conformance`, summary: this.#sentences(), data });
  }

  #sentences(): string[] {
    const summary = this.#summary;
    return [`${summary.target}: ${summary.outcome}.`, `${countsText(summary.counts)}.`, ...summary.limits()];
  }

  #add(event: VerdictEvent): void {
    const vector = this.#vector?.vector === event.vector ? this.#vector : unknown(event);
    const listed = { ...without(vector, NOT_LISTED), ...without(event, NOT_LISTED) } as unknown as ListedCase;
    if (this.#options.framesFile !== undefined && !IS_KEPT.has(event.verdict)) {
      this.#cases.push(listed);
      return;
    }
    const { indications, expected } = event;
    const packer = new FramePacker(this.#streams);
    const packedSteps = vector.steps.map((step) => ('rx' in step ? { ...step, rx: packer.arrival(step.rx) } : step));
    const packedOut = indications.map((one) => ({ ...one, frame: packer.indication(one.frame) }));
    const packedExpected = typeof expected === 'object' ? expected.map((one) => packedFrame(one, packer)) : expected;
    const frames = {
      steps: packedSteps,
      indications: packedOut,
      ...(packedExpected === undefined ? {} : { expected: packedExpected }),
    };
    if (this.#room < Number.POSITIVE_INFINITY) this.#room -= JSON.stringify(frames).length;
    this.#cases.push(this.#room > 0 ? { ...listed, ...frames } : listed);
  }
}

const NOT_LISTED: ReadonlySet<string> = new Set(['type', 'steps', 'indications', 'expected']);

/** Does not read the others: an event may have to unpack them. */
function without(event: RunEvent, fields: ReadonlySet<string>): Readonly<Record<string, unknown>> {
  const rest: Record<string, unknown> = {};
  for (const key of Object.keys(event)) if (!fields.has(key)) rest[key] = event[key as keyof RunEvent];
  return rest;
}

function packedFrame({ frame, ...rest }: ExpectedEvent, packer: FramePacker): PackedExpected {
  return frame === undefined ? rest : { ...rest, frame: packer.indication(frame) };
}

/** The digest is of the event file, and a page made during the run is older than that. */
function withoutDigest({ sha256: _digest, ...end }: EndEvent): EndEvent {
  return end;
}

/** A verdict whose vector event is missing from the stream. */
function unknown({ vector }: VerdictEvent): VectorEvent {
  return { type: 'vector', vector, title: '', rules: [], level: '', flags: [], steps: [] };
}

/** One HTML file that holds the whole run and needs nothing else. */

import { deflateRawSync } from 'node:zlib';
import type { EndEvent, ExpectedEvent, RunEvent, SessionEvent, VectorEvent, VerdictEvent } from '../events.ts';
import { FramePacker } from '../frames/pack-frame.ts';
import type { PayloadStreams } from '../frames/packed-frame.ts';
import type { Reporter } from '../reporter.ts';
import { countsText, RunSummary } from '../run-summary.ts';
import type { PackedCase, PackedExpected, PackedRun } from './packed.ts';
import { type PageAssets, page } from './page.ts';

export class HtmlReport implements Reporter {
  readonly #streams: PayloadStreams;
  readonly #assets: PageAssets;
  readonly #level: number;
  readonly #cases: PackedCase[] = [];
  readonly #summary = new RunSummary();
  #session: SessionEvent | undefined;
  #vector: VectorEvent | undefined;
  #end: PackedRun['end'];

  /** `level`: of compression; the highest takes longer than everything else that makes the page. */
  constructor(assets: PageAssets, streams: PayloadStreams, level: number = 9) {
    this.#assets = assets;
    this.#level = level;
    this.#streams = streams;
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
    const run: PackedRun = { session, cases: this.#cases, ...(this.#end === undefined ? {} : { end: this.#end }) };
    const data = deflateRawSync(JSON.stringify(run), { level: this.#level }).toString('base64');
    return page(this.#assets, { title: `${session.target}: rsc-conformance`, summary: this.#sentences(), data });
  }

  #sentences(): string[] {
    const summary = this.#summary;
    return [`${summary.target}: ${summary.outcome}.`, `${countsText(summary.counts)}.`, ...summary.limits()];
  }

  #add(event: VerdictEvent): void {
    const packer = new FramePacker(this.#streams);
    const { type: _verdict, indications, expected, ...verdict } = event;
    const { type: _vector, steps, ...vector } = this.#vector?.vector === event.vector ? this.#vector : unknown(event);
    const packedSteps = steps.map((step) => ('rx' in step ? { ...step, rx: packer.arrival(step.rx) } : step));
    const packedOut = indications.map((one) => ({ ...one, frame: packer.indication(one.frame) }));
    const packedExpected = typeof expected === 'object' ? expected.map((one) => packedFrame(one, packer)) : expected;
    this.#cases.push({
      ...vector,
      ...verdict,
      steps: packedSteps,
      indications: packedOut,
      ...(packedExpected === undefined ? {} : { expected: packedExpected }),
    });
  }
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

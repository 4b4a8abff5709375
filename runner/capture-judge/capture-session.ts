/**
 * Judges two captures like a run: the same events, known failures and exit status, with connections in place of
 * vectors.
 */

import type { CapturesEvent, RunEvent } from '../../reports/events.ts';
import { countText } from '../../vectors/count-text.ts';
import { turn } from '../base/turn.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import { Stop } from '../captures/stop.ts';
import type { Baseline } from '../known-failures/baseline.ts';
import { sessionEvent } from '../session/session-event.ts';
import { SessionRecord } from '../session/session-record.ts';
import { unseenInCaptures } from './capture-capabilities.ts';
import { CapturePair, type PairOptions } from './capture-pair.ts';
import { clockBounds } from './clock-spread.ts';
import type { ConnectionResult } from './connection.ts';
import { exchanged, looksExchanged } from './exchanged.ts';
import { pairEvents } from './pair-events.ts';
import { pairSummary } from './pair-summary.ts';
import { dropsText } from './side-text.ts';
import { towardsHost } from './towards-host.ts';

export interface CaptureSessionOptions extends Omit<PairOptions, 'stripTags' | 'result'> {
  readonly capabilities: Capabilities;
  /** Judge only what is sent to these addresses; empty: what is sent to the end that merges. */
  readonly hosts: readonly string[];
  /** Packets that the captures dropped, according to the user. */
  readonly drops?: CapturesEvent['saidDropped'];
  readonly strict: boolean;
  readonly command: string;
  /** Labels of the user for the tested device. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Known failures, available once the ids of the connections are known. */
  readonly baseline?: ((ids: readonly string[]) => Baseline) | undefined;
}

export class CaptureSession {
  readonly #options: CaptureSessionOptions;
  #pair: CapturePair;
  readonly #stop: Stop;
  readonly #results: ConnectionResult[] = [];
  #judged: readonly ConnectionResult[] = [];

  private constructor(options: CaptureSessionOptions) {
    this.#options = options;
    this.#stop = options.stop ?? new Stop();
    this.#pair = this.#pairOf({});
  }

  #pairOf(own: Pick<PairOptions, 'readsOuterDatagrams'>): CapturePair {
    return new CapturePair({
      ...this.#options,
      ...own,
      stop: this.#stop,
      stripTags: this.#options.capabilities.vlan === 'stripped',
      result: (result) => this.#results.push(result),
    });
  }

  /** Opens both captures; `stop` in the options ends this, too. Throws UsageError if one is not a capture. */
  static async open(options: CaptureSessionOptions): Promise<CaptureSession> {
    const session = new CaptureSession(options);
    await session.#pair.open();
    return session;
  }

  /** Defects of a capture; everything before them is judged. */
  get defects(): readonly unknown[] {
    return this.#pair.defects;
  }

  /** What was read and judged, in whole lines. */
  get summary(): string {
    return pairSummary(this.#pair.totals, this.#results, this.#judged, {
      facts: this.#facts,
      places: this.#pair.places,
    });
  }

  /** Bytes of both files: read so far, and in all. */
  get position(): number {
    return this.#pair.position;
  }

  get size(): number {
    return this.#pair.size;
  }

  /** Reads and judges both captures, and reports everything as events; resolves to the exit status. */
  async run(sink: (event: RunEvent) => void): Promise<number> {
    await this.#pair.run();
    await this.#readOuterDatagrams();
    await this.#lookForExchange();
    this.#judged = towardsHost(this.#results, this.#options.hosts);
    const { capabilities, strict, command, labels } = this.#options;
    const facts = this.#facts;
    const partial = this.#stop.isStopped ? this.#interrupted() : undefined;
    const context = { places: this.#pair.places, drops: dropsText(facts) };
    const named = withIds(this.#judged);
    const baseline = this.#options.baseline?.(named.map(({ id }) => id));
    const record = new SessionRecord({ sink, strict, baseline });
    record.begin(
      sessionEvent({
        target: { name: 'captures', version: '' },
        capabilities,
        // No vectors of the corpus were played.
        digest: '',
        shard: '1/1',
        ...(partial === undefined ? {} : { partial }),
        strict,
        command,
        vectors: named.length,
        captures: facts,
        ...(labels === undefined ? {} : { labels }),
        ...(baseline === undefined ? {} : { baseline: baseline.file }),
      }),
    );
    const unseen = unseenInCaptures(capabilities);
    let left = named.length;
    for (const { id, result } of named) {
      const { vector, verdict } = pairEvents(id, result, unseen, context);
      record.judged(vector, verdict);
      left--;
      await turn();
      // What was interrupted before this is complete; from here on, an interruption shortens the report.
      if (this.#stop.isStopped && partial === undefined) break;
    }
    return record.end(left);
  }

  /** Ends reading and judging: what was judged until then is reported. */
  interrupt(): void {
    this.#stop.stop();
  }

  close(): Promise<void> {
    return this.#pair.close();
  }

  /** Reads both captures once more if URO merged datagrams that carry a tunnel; not possible with a pipe. */
  async #readOuterDatagrams(): Promise<void> {
    if (this.#stop.isStopped || !this.#pair.isAgainReadable || !this.#pair.mergesOuterDatagrams) return;
    this.#results.length = 0;
    this.#pair = this.#pairOf({ readsOuterDatagrams: true });
    await this.#pair.run();
  }

  /** Reads the files of each capture again; not possible with a pipe. */
  async #lookForExchange(): Promise<void> {
    if (this.#stop.isStopped || !this.#pair.isAgainReadable || !looksExchanged(this.#results)) return;
    const found = await exchanged(this.#pair.options);
    if (found === undefined) return;
    // A pass in the other direction is no evidence either.
    for (const [i, result] of this.#results.entries()) this.#results[i] = { ...result, exchanged: found };
  }

  get #facts(): CapturesEvent {
    const { sent, received } = this.#pair.totals;
    const { drops } = this.#options;
    const of = this.#results.find((result) => result.exchanged !== undefined)?.exchanged;
    const isTimed = this.#results.filter(({ clock }) => clock.isKnown);
    const clock = clockBounds(
      isTimed.filter((result) => this.#judged.includes(result)).map((result) => result.clock),
      isTimed.filter((result) => !this.#judged.includes(result)).map((result) => result.clock),
    );
    return {
      sent,
      received,
      ...(clock === undefined ? {} : { clock }),
      ...(of === undefined ? {} : { exchanged: of.isSure ? 'yes' : 'maybe' }),
      ...(drops === undefined ? {} : { saidDropped: drops }),
    };
  }

  #interrupted(): string {
    const { sent, received } = this.#pair.totals;
    return `interrupted after ${countText(sent.packets, 'packet')} of the sent capture and ${received.packets} of the received`;
  }
}

/** A port can be reused: the second connection between the same ends is /2. */
function withIds(results: readonly ConnectionResult[]): { readonly id: string; readonly result: ConnectionResult }[] {
  const times = new Map<string, number>();
  return results.map((result) => {
    const time = (times.get(result.name) ?? 0) + 1;
    times.set(result.name, time);
    return { id: `captures/${result.name}${time > 1 ? `/${time}` : ''}`, result };
  });
}

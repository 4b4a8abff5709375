/**
 * One direction of one connection: sent segments and received frames that are not yet explained. Both are removed from
 * the front as soon as they explain each other; either side may lack frames that the other has.
 */

import type { Segment } from '../../reference-impl/wire/segment.ts';
import { turn } from '../base/turn.ts';
import { inTurns } from '../base/turns.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import { Stop } from '../captures/stop.ts';
import type { Arrival } from '../judge/arrival.ts';
import type { Incomplete } from '../judge/explain-incomplete.ts';
import type { Observed } from '../judge/observed.ts';
import type { Finding } from '../judge/types.ts';
import { ClockSpread } from './clock-spread.ts';
import { Doubt } from './doubt.ts';
import { sceneOf } from './doubt-scene.ts';
import { cutAfter, isOrderedWith } from './evidence.ts';
import { HistoryBudget } from './history-budget.ts';
import { Hop } from './hop.ts';
import { concerned, type Incident, receivedAs } from './incident.ts';
import { MalformedFrames } from './malformed-frames.ts';
import { type CommonRange, MissingSegments } from './missing-segments.ts';
import { nextRun } from './next-run.ts';
import { PacketRanges } from './packet-ranges.ts';
import { settledPart } from './settled-part.ts';
import type { ReceivedFrame, SentSegment } from './sides.ts';
import { countMatch, noCounts, type StreamCounts } from './stream-counts.ts';
import type { StreamOptions } from './stream-options.ts';
import { isTimed } from './timed-match.ts';
import type { DoubtScene, PairMatch, Transport } from './transport.ts';

/** Maximum number of received frames to look at together if the order is in doubt, and of segments with them. */
const FRAMES = 32;
const SEGMENTS = 512;
/** Segments that may be unexplained before the first explained one in such a look. */
const LEAD = 64;
/** Matches to remember: a repeated frame is recognised by them. */
const HISTORY = 32;

/**
 * Costs in the search. The other side did not capture a frame: likelier than any fault. A frame that nothing explains
 * although its bytes were sent counts like one that was not captured.
 */
const NOT_CAPTURED = 1;
const NOT_SENT = 2;

export class Stream {
  readonly counts: StreamCounts = noCounts();
  readonly hop: Hop;
  readonly clock: ClockSpread = new ClockSpread();
  /** Not judged: see `#giveUp`. */
  isSegmentedLater = false;
  readonly #capabilities: Capabilities;
  readonly #common: CommonRange;
  readonly missing: MissingSegments;
  /** Packets of the received capture that nothing in the sent one explains. */
  readonly unsent: PacketRanges = new PacketRanges();
  readonly #malformed = new MalformedFrames();
  #aligned = 0;
  #sent: SentSegment[] = [];
  #received: ReceivedFrame[] = [];
  readonly #history: PairMatch[] = [];
  #previous: PairMatch | undefined;
  readonly #report: (incident: Incident) => void;

  /** Frames came out in the closer look before that the sent capture lacks. */
  #isHoled = false;
  readonly #isDirect: boolean;
  readonly #stop: Stop;
  readonly #budget: HistoryBudget;
  /** The input of a closer look. */
  #looked: Pick<DoubtScene, 'near' | 'received'> = { near: [], received: [] };
  readonly #transport: Transport;
  readonly #doubt: Doubt;

  constructor(
    {
      transport,
      capabilities,
      common,
      isDirect = false,
      stop = new Stop(),
      budget = new HistoryBudget(),
    }: StreamOptions,
    report: (incident: Incident) => void,
  ) {
    this.#transport = transport;
    this.#capabilities = capabilities;
    this.#isDirect = isDirect;
    this.#stop = stop;
    this.#budget = budget;
    this.#common = common;
    this.missing = new MissingSegments(common, (segment, frame) => transport.contains(segment, frame));
    this.hop = new Hop((received, bytes) => transport.moved(received, bytes));
    this.#doubt = new Doubt(transport, () => this.#scene(), isDirect);
    this.#report = report;
  }

  get pendingSent(): readonly SentSegment[] {
    return this.#sent;
  }

  get pendingReceived(): readonly ReceivedFrame[] {
    return this.#received;
  }

  addSent(segment: SentSegment): void {
    this.counts.segments++;
    if (this.isSegmentedLater) return;
    this.hop.sent(segment);
    this.#sent.push(segment);
  }

  /** A frame that is no segment only because of its IP length: it may come out anywhere, unchanged (I8). */
  addMalformed(arrival: SentSegment, meant: Segment): void {
    this.#malformed.add(arrival, meant);
  }

  addReceived(frame: ReceivedFrame): void {
    this.counts.frames++;
    if (this.isSegmentedLater) return;
    this.#received.push(frame);
  }

  /** Explains what can be explained by now; `isForced`: with what there is, although more may come. */
  async settle(isForced: boolean): Promise<void> {
    this.#align();
    let sent = 0;
    let received = 0;
    const drop = (): void => {
      if (sent > 0) this.#sent.splice(0, sent);
      if (received > 0) this.#received.splice(0, received);
      this.#aligned -= received;
      sent = 0;
      received = 0;
    };
    for (;;) {
      const run = this.#next(sent, received);
      if (run !== undefined) {
        sent += run;
        received++;
        continue;
      }
      drop();
      if (this.#received.length === 0 || !(isForced || this.#hasContext())) return;
      await this.#lookCloser(isForced);
      await turn();
      if (this.#stop.isStopped) return;
    }
  }

  #align(): void {
    if (!this.hop.isKnown) return;
    for (; this.#aligned < this.#received.length; this.#aligned++) {
      this.#received[this.#aligned] = this.hop.aligned(this.#received[this.#aligned] as ReceivedFrame, this.#sent);
    }
  }

  /** Gives up what waits from before these packets. */
  expire(sentBefore: number, receivedBefore: number): void {
    const old = this.#sent.findIndex(({ packet }) => packet >= sentBefore);
    this.#skip(this.#sent.splice(0, old < 0 ? this.#sent.length : old));
    const late = this.#received.findIndex(({ packet }) => packet >= receivedBefore);
    const gone = this.#received.splice(0, late < 0 ? this.#received.length : late);
    for (const frame of gone) this.#unexplained(frame);
    this.#aligned = Math.max(0, this.#aligned - gone.length);
  }

  /** At least one side is complete. */
  async end(): Promise<void> {
    if (!this.#stop.isStopped) await this.settle(true);
    if (this.#stop.isStopped) this.#leave();
    // Segments after the last frame may have joined it.
    if (
      !this.#stop.isStopped &&
      this.#sent[0] !== undefined &&
      this.#transport.isSilent(this.#sent[0]) &&
      this.#previous !== undefined
    )
      await this.#lookCloser(true);
    this.#skip(this.#sent.splice(0));
    this.missing.settle();
    const { lostCount, retransmitted, before, after } = this.missing;
    Object.assign(this.counts, { lost: lostCount, retransmitted, outside: before.count + after.count });
    this.counts.unsent = this.unsent.count;
  }

  /** What waits is no longer judged, and not reported. */
  #leave(): void {
    this.counts.left += this.#sent.length + this.#received.length;
    this.#sent = [];
    this.#received = [];
    this.#aligned = 0;
  }

  /** The ordinary case: the next frame is made of the next segments. Returns their number, or undefined. */
  #next(from: number, at: number): number | undefined {
    const observed = this.#received[at];
    if (observed === undefined) return undefined;
    if (this.#malformed.settle(observed)) {
      this.counts.explainedFrames++;
      return 0;
    }
    const run = nextRun(this.#sent, from, observed, this.#transport, this.#capabilities);
    if (run !== undefined) this.#accept({ observed, run, findings: [] });
    return run?.length;
  }

  /** Both sides have enough to distinguish a loss from a change of order. */
  #hasContext(): boolean {
    if (this.#received.length < FRAMES) return false;
    const last = this.#received[FRAMES - 1] as ReceivedFrame;
    return (
      this.#sent.length >= 8 * SEGMENTS || this.#sent.some((segment) => this.#transport.isPlausible(segment, last))
    );
  }

  /**
   * A search over the next frames and segments, in which either side may lack some; if it is stopped, it leaves them as
   * they are.
   */
  async #lookCloser(isForced: boolean): Promise<void> {
    const transport = this.#transport;
    this.#reopen();
    this.#settleMalformed();
    const frames = this.#received.slice(0, FRAMES);
    this.#skipTo(frames);
    const segments = this.#sent.slice(0, this.#reach(frames));
    const malformed = this.#malformed.near(frames);
    if (
      segments.some(
        (segment) =>
          (segment.maySplit || segment.isMade) && frames.some((frame) => transport.isCutUpBy(segment, frame)),
      )
    ) {
      this.#giveUp();
      return;
    }
    for (const segment of segments) for (const frame of frames) transport.fill(segment, frame);
    for (const frame of frames) for (const segment of segments) transport.fill(segment, frame);
    const isCovered = (frame: ReceivedFrame): boolean =>
      transport.claims(frame, segments, { history: this.#history, malformed, frames });
    const covered = new Map(frames.map((frame) => [frame.number, isCovered(frame)]));
    const came = transport.arrived(
      segments,
      frames.filter(({ number }) => covered.get(number) === true),
    );
    const loss = {
      arrival: ({ number }: { readonly number: number }) => (came.has(number) ? undefined : NOT_CAPTURED),
      indication: ({ number }: { readonly number: number }) => (covered.get(number) === true ? undefined : NOT_SENT),
    };
    const arrivals = malformed.length === 0 ? segments : [...segments, ...malformed].sort(byNumber);
    const foreign = this.#foreign(
      frames.filter(({ number }) => covered.get(number) === false),
      segments,
    );
    const own = frames.filter((frame) => !foreign.includes(frame));
    const looking = transport.explain(arrivals, own, this.#history, loss, this.#capabilities);
    const result = await inTurns(looking, () => this.#stop.isStopped);
    if (result === undefined) return;
    const isLast = isForced && this.#received.length <= FRAMES;
    const cut = isLast ? frames.length : cutAfter(frames, result.matches);
    const unsent = foreign.map((observed) => ({ observed, repeats: [], findings: [] }));
    const all = { ...result, extra: [...result.extra, ...unsent] };
    const { end, ...settled } = settledPart(all, frames.slice(0, cut), isLast);
    this.#received.splice(0, cut);
    this.#aligned -= cut;
    const kept = segments.findIndex(({ number }) => number >= end);
    const consumed = end < 0 ? 0 : kept < 0 ? segments.length : kept;
    this.#sent.splice(0, isLast ? segments.length : consumed);
    this.#looked = { near: arrivals, received: frames };
    this.#conclude(settled);
    this.#looked = { near: [], received: [] };
  }

  /** Those of which the sent capture lacks everything. */
  #foreign(uncovered: readonly ReceivedFrame[], segments: readonly SentSegment[]): readonly ReceivedFrame[] {
    if (uncovered.length === 0) return uncovered;
    const near = [...this.#history.flatMap(({ run }) => run), ...this.missing.near, ...segments];
    return uncovered.filter((frame) => this.#transport.isForeign(frame, near));
  }

  /** The sender's NIC made other, unknown segments of the captured frames. */
  #giveUp(): void {
    this.isSegmentedLater = true;
    this.#sent = [];
    this.#received = [];
    this.missing.forget();
    this.#aligned = 0;
  }

  /** The previous match is part of the question: what follows it may belong to it. */
  #reopen(): void {
    const previous = this.#previous;
    if (previous === undefined) return;
    this.#previous = undefined;
    this.#budget.gone(this.#history.pop());
    countMatch(this.counts, previous, -1);
    this.#sent.unshift(...(previous.run as readonly SentSegment[]).filter(({ isMalformed }) => !isMalformed));
    this.#received.unshift(previous.observed as ReceivedFrame);
    this.#aligned++;
  }

  #settleMalformed(): void {
    for (let i = 0; i < Math.min(FRAMES, this.#received.length); i++) {
      if (!this.#malformed.settle(this.#received[i] as ReceivedFrame)) continue;
      this.#received.splice(i, 1);
      if (i < this.#aligned) this.#aligned--;
      this.counts.explainedFrames++;
      i--;
    }
  }

  /** Skips segments that no frame near by can be made of. */
  #skipTo(frames: readonly ReceivedFrame[]): void {
    if (this.#sent.length <= LEAD) return;
    const first = this.#sent.findIndex((segment) =>
      frames.some((frame) => this.#transport.isPlausible(segment, frame)),
    );
    if (first > LEAD) this.#skip(this.#sent.splice(0, first - LEAD));
  }

  #reach(frames: readonly ReceivedFrame[]): number {
    let last = 0;
    const most = Math.min(this.#sent.length, SEGMENTS);
    for (let i = 0; i < most; i++) {
      const segment = this.#sent[i] as SentSegment;
      if (i > 4 * FRAMES && this.#transport.isSilent(segment)) continue;
      if (frames.some((frame) => this.#transport.isWithin(segment, frame))) last = i + 1;
    }
    return Math.min(most, last + 8);
  }

  #conclude({ matches, gone, extra, order }: Incomplete<Arrival, Observed>): void {
    const unexplained = extra.filter(({ findings }) => findings.length > 0);
    for (const { findings, observed } of extra) if (findings.length === 0) this.#unexplained(observed as ReceivedFrame);
    this.counts.explainedFrames += unexplained.length;
    const all = [...matches.flatMap(({ run }) => run), ...gone] as SentSegment[];
    const repeated = new Set(unexplained.flatMap(({ repeats }) => repeats.map(({ number }) => number)));
    // A segment that never came out is reported once, at the end, when its fate is known.
    const isOrdered = all.every((segment) => isOrderedWith(all[0] as SentSegment, segment));
    if (isOrdered) this.#skip((gone as readonly SentSegment[]).filter(({ number }) => !repeated.has(number)));
    for (const match of matches) this.#accept(match);
    const known = [...new Set([...this.#history, ...matches])];
    for (const { findings, observed } of unexplained) {
      const doubted = this.#doubt.extra(findings, observed);
      this.#reportOn(doubted, concerned(all, doubted), [{ observed, run: [] }]);
    }
    for (const found of order) {
      const doubted = this.#doubt.ordered(found, known, this.#isHoled || extra.length > 0);
      if (doubted === undefined) continue;
      const matched = known.filter(({ run }) => concerned(run, [doubted]).length > 0);
      // A message names what was merged around another frame, too.
      const merged = matched.flatMap(({ run }) => run as readonly SentSegment[]);
      this.#reportOn([doubted], [...new Set([...concerned(all, [doubted]), ...merged])], matched);
    }
    this.#isHoled = extra.length > 0;
  }

  #reportOn(
    findings: readonly Finding[],
    sent: readonly SentSegment[],
    received: Parameters<typeof receivedAs>[0],
  ): void {
    if (findings.length > 0) this.#report({ findings, sent, received: receivedAs(received) });
  }

  /** The surroundings of what is judged. */
  #scene(): DoubtScene {
    const { near, received } = this.#looked;
    const sent = [...this.missing.near, ...near, ...this.#sent.slice(0, SEGMENTS)];
    const frames = [...received, ...this.#received.slice(0, FRAMES)];
    return sceneOf(this.#history, sent, frames, { capabilities: this.#capabilities, isDirect: this.#isDirect });
  }

  #accept(match: PairMatch): void {
    this.missing.came(match.run);
    this.#malformed.take(match.run);
    for (const { packet } of match.run as readonly SentSegment[]) {
      this.#common.first = Math.min(this.#common.first, packet);
      this.#common.last = Math.max(this.#common.last, packet);
    }
    if (isTimed(match)) this.clock.add((match.run.at(-1) as SentSegment).time, (match.observed as ReceivedFrame).time);
    this.#previous = match;
    this.#budget.add(this.#history, match);
    if (this.#history.length > HISTORY) this.#budget.gone(this.#history.shift());
    countMatch(this.counts, match, 1);
    const { run } = match;
    const findings = [...this.#doubt.softened(match), ...this.#transport.afterthoughts(match, this.#capabilities)];
    this.#reportOn(findings, run as readonly SentSegment[], [match]);
  }

  #unexplained(frame: ReceivedFrame): void {
    this.unsent.add(frame.packet);
    this.missing.unsent(frame);
  }

  #skip(segments: readonly SentSegment[]): void {
    this.missing.add(segments.filter((segment) => !this.#transport.mayDrop(segment, this.#capabilities)));
  }
}

function byNumber(a: SentSegment, b: SentSegment): number {
  return a.number - b.number;
}

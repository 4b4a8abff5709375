/** Segments that were sent and are in no received frame: lost, or from before or after the received capture. */

import { seqAdd, seqAtOrAfter } from '../../reference-impl/wire/seq.ts';
import type { Arrival } from '../judge/arrival.ts';
import { PacketRanges } from './packet-ranges.ts';
import type { ReceivedFrame, SentSegment } from './sides.ts';

/** Maximum number of segments whose fate stays open until the end. */
const OPEN = 256;
/** Lost segments to remember: if one comes through later, it was sent again. */
const REMEMBERED = 512;
/** Unexplained received frames to remember. */
const UNSENT = 16;

/** Packets of the sent capture that the received one certainly spans, over all connections. */
export interface CommonRange {
  first: number;
  last: number;
}

export class MissingSegments {
  readonly #common: CommonRange;
  readonly #contains: (segment: SentSegment, frame: ReceivedFrame) => boolean;
  #open: SentSegment[] = [];
  readonly #sentAgain = new Set<SentSegment>();
  /** Segments lost while the received capture went on, and how many of these were sent again and came through. */
  lostCount = 0;
  retransmitted = 0;
  /** The first of the lost that were not sent again. */
  lost: SentSegment[] = [];
  /** Packets from before the first, and after the last, that both captures have. */
  readonly before: PacketRanges = new PacketRanges();
  readonly after: PacketRanges = new PacketRanges();
  /** Packets whose bytes came in a frame of which the sent capture lacks a part. */
  readonly amongUnsent: PacketRanges = new PacketRanges();
  readonly #unsent: ReceivedFrame[] = [];

  /** `contains`: whether a frame contains all bytes of what was sent. */
  constructor(common: CommonRange, contains: (segment: SentSegment, frame: ReceivedFrame) => boolean) {
    this.#common = common;
    this.#contains = contains;
  }

  add(segments: readonly SentSegment[]): void {
    this.#open.push(...segments);
    if (this.#open.length > OPEN) this.settle();
  }

  /** Those near what is judged. */
  get near(): readonly Arrival[] {
    return [...this.#open, ...this.lost];
  }

  /** Nothing explains this frame; segments sent with its bytes did arrive. */
  unsent(frame: ReceivedFrame): void {
    this.#unsent.push(frame);
    if (this.#unsent.length > UNSENT) this.#unsent.shift();
  }

  /** These came through: missing segments with the same bytes were sent again. */
  came(run: readonly Arrival[]): void {
    if (this.#open.length === 0 && this.lost.length === 0) return;
    const isAgain = ({ segment: { seq, payloadLength } }: SentSegment): boolean =>
      payloadLength > 0 && run.some(({ segment }) => segment.seq === seq && segment.payloadLength > 0);
    for (const segment of this.#open) if (isAgain(segment)) this.#sentAgain.add(segment);
    const left = this.lost.filter((segment) => !isAgain(segment));
    this.retransmitted += this.lost.length - left.length;
    this.lost = left;
  }

  /**
   * Before the received capture began and after it ended, nothing counts as missing; within it, a segment went missing
   * on the way.
   */
  settle(): void {
    const { first, last } = this.#common;
    for (const segment of this.#open) {
      if (this.#unsent.some((frame) => this.#contains(segment, frame))) this.amongUnsent.add(segment.packet);
      else if (segment.packet < first) this.before.add(segment.packet);
      else if (segment.packet > last) this.after.add(segment.packet);
      else {
        this.lostCount++;
        if (this.#sentAgain.has(segment)) this.retransmitted++;
        else if (this.lost.length < REMEMBERED) this.lost.push(segment);
      }
    }
    this.forget();
  }

  forget(): void {
    this.#open = [];
    this.#sentAgain.clear();
  }

  /** The lost segments that the host acknowledged up to here: its capture missed them. */
  acknowledged(ack: number | undefined): number {
    if (ack === undefined) return 0;
    return this.lost.filter(
      ({ segment: { seq, payloadLength } }) => payloadLength > 0 && seqAtOrAfter(ack, seqAdd(seq, payloadLength)),
    ).length;
  }
}

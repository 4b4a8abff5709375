/** The places of one direction's frames in its stream: retransmitted, filling a gap, or after a gap. */

import { seqAdd, seqAtOrAfter } from '../../reference-impl/wire/seq.ts';
import { Evidence } from './evidence.ts';
import type { SeenSegments } from './seen-segments.ts';

/** The number of gaps to keep. */
const MOST_HOLES = 16;

export class StreamOrder {
  /** Bytes that the capture had shown before. */
  readonly retransmissions: Evidence = new Evidence();
  /** Of those, whole segments with other bytes than the first copy, both with a right checksum. */
  readonly changed: Evidence = new Evidence();
  /** The first copy of each that changed. */
  readonly changedFrom: number[] = [];
  /** Frames after a gap; frames that filled such a gap later. */
  readonly gaps: Evidence = new Evidence();
  readonly filled: Evidence = new Evidence();
  /** Data that the other side acknowledged but no earlier frame had: the capture dropped it. */
  readonly unseen: Evidence = new Evidence();
  /** Repeated ACKs. */
  readonly duplicateAcks: Evidence = new Evidence();

  readonly #holes: { from: number; to: number }[] = [];
  #next = -1;
  #lastAck = -1;
  #lastWindow = -1;
  #ackedTo = -1;

  /** The sequence number after the last byte that was seen; -1: none yet. */
  get next(): number {
    return this.#next;
  }

  /**
   * A frame with `length` bytes, or with one number for SYN or FIN. A frame without payload is only checked for a gap
   * before it: its sequence number shows what was sent before. `whole`: its segments, if all bytes were captured and
   * the checksum is right.
   */
  add(
    frame: number,
    seq: number,
    length: number,
    whole: readonly Uint8Array[],
    stream: number,
    seen: SeenSegments,
  ): void {
    if (length === 0 && (this.#next < 0 || !isAfter(seq, this.#next))) return;
    const end = seqAdd(seq, length);
    if (this.#next < 0) this.#next = seq;
    if (isAfter(seq, this.#next)) {
      this.gaps.add(frame);
      if (this.#holes.length < MOST_HOLES) this.#holes.push({ from: this.#next, to: seq });
    } else if (seq !== this.#next) this.#again(frame, seq, end);
    if (isAfter(end, this.#next)) this.#next = end;
    let at = seq;
    for (const bytes of whole) {
      const first = seen.add(stream, at, bytes, frame);
      if (first !== undefined && !first.isSame) {
        this.changed.add(frame);
        if (this.changedFrom.length < this.changed.frames.length) this.changedFrom.push(first.frame);
      }
      at = seqAdd(at, bytes.length);
    }
  }

  /** A segment's acknowledgment of the other direction, whose `order` it is checked against. */
  acknowledge(frame: number, ack: number, window: number, isPure: boolean, order: StreamOrder): void {
    const isSame = ack === this.#lastAck && window === this.#lastWindow;
    if (isPure && isSame && order.next >= 0 && isAfter(order.next, ack)) this.duplicateAcks.add(frame);
    this.#lastAck = ack;
    this.#lastWindow = window;
    // Counted once for each missing piece.
    if (order.next < 0 || !isAfter(ack, order.next)) return;
    if (this.#ackedTo >= 0 && !isAfter(ack, this.#ackedTo)) return;
    this.#ackedTo = ack;
    order.unseen.add(frame);
  }

  /** Bytes before `next`. A probe of one byte just before it is a keep-alive, not a retransmission. */
  #again(frame: number, seq: number, end: number): void {
    const at = this.#holes.findIndex(({ from, to }) => seqAtOrAfter(seq, from) && isAfter(to, seq));
    const hole = this.#holes[at];
    if (hole === undefined) {
      if (end !== this.#next || end !== seqAdd(seq, 1)) this.retransmissions.add(frame);
      return;
    }
    this.filled.add(frame);
    const left = [
      { from: hole.from, to: seq },
      { from: end, to: hole.to },
    ].filter(({ from, to }) => isAfter(to, from));
    this.#holes.splice(at, 1, ...left.slice(0, MOST_HOLES - this.#holes.length + 1));
  }
}

function isAfter(a: number, b: number): boolean {
  return a !== b && seqAtOrAfter(a, b);
}

import { seqDiff } from '../../reference-impl/wire/seq.ts';

/** The most super-frames whose acknowledgments are awaited. */
const MOST = 32;

/** How often super-frames are acknowledged: an ACK within one proves that it travelled in several segments. */
export class RecentSuperFrames {
  /**
   * Acknowledgments that end in a super-frame, its end included; those before its end; the largest number for one
   * frame.
   */
  acks = 0;
  inside = 0;
  most = 0;
  readonly #starts: number[] = [];
  readonly #lengths: number[] = [];
  readonly #counts: number[] = [];
  #next = 0;

  /** Bytes [seq, seq + length). */
  add(seq: number, length: number): void {
    this.#starts[this.#next] = seq;
    this.#lengths[this.#next] = length;
    this.#counts[this.#next] = 0;
    this.#next = (this.#next + 1) % MOST;
  }

  /** A new acknowledgment by the receiver. */
  acknowledged(ack: number): void {
    for (let i = 0; i < this.#starts.length; i++) {
      const into = seqDiff(ack, this.#starts[i] as number);
      const length = this.#lengths[i] as number;
      if (into === 0 || into > length) continue;
      const count = (this.#counts[i] as number) + 1;
      this.#counts[i] = count;
      this.acks++;
      if (into < length) this.inside++;
      if (count > this.most) this.most = count;
      return;
    }
  }
}

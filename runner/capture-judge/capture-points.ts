/**
 * A connection whose frames were captured at several points of a side. Copies are skipped earlier; a remaining frame
 * with bytes that another point has already shown is the same data in another form: segmented here, merged there.
 */

import { seqAdd, seqAtOrAfter } from '../../reference-impl/wire/seq.ts';

export class CapturePoints {
  /** The sent data is present more than once, in different forms. */
  isTwofold = false;
  /** By point: the sequence number up to which it has shown the connection. */
  readonly #covered = new Map<number, number>();

  segment(point: number, seq: number, length: number): void {
    if (length === 0 || this.isTwofold) return;
    const end = seqAdd(seq, length);
    for (const [other, covered] of this.#covered)
      if (other !== point && !seqAtOrAfter(seq, covered)) this.isTwofold = true;
    const own = this.#covered.get(point);
    if (own === undefined || seqAtOrAfter(end, own)) this.#covered.set(point, end);
  }

  /** A datagram does not show whether it is the same one. */
  datagram(point: number): void {
    this.#covered.set(point, 0);
    if (this.#covered.size > 1) this.isTwofold = true;
  }
}

/**
 * A connection whose frames were captured at several points of a side. Copies are passed over before; what is left, and
 * carries what another point has shown already, is the same in another form: segmented here and merged there.
 */

import { seqAdd, seqAtOrAfter } from '../../reference-impl/wire/seq.ts';

export class CapturePoints {
  /** What was sent is there more than once, in different forms. */
  isTwofold = false;
  /** By point: up to which sequence number it has shown the connection. */
  readonly #covered = new Map<number, number>();

  segment(point: number, seq: number, length: number): void {
    if (length === 0 || this.isTwofold) return;
    const end = seqAdd(seq, length);
    for (const [other, covered] of this.#covered)
      if (other !== point && !seqAtOrAfter(seq, covered)) this.isTwofold = true;
    const own = this.#covered.get(point);
    if (own === undefined || seqAtOrAfter(end, own)) this.#covered.set(point, end);
  }

  /** Nothing in a datagram says whether it is the same. */
  datagram(point: number): void {
    this.#covered.set(point, 0);
    if (this.#covered.size > 1) this.isTwofold = true;
  }
}

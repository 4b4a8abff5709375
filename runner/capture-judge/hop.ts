/** Captures on two sides of a router, or with other link types, differ in every link-layer header and in the TTL: that is no fault. */

import { sameBytes } from '../../reference-impl/wire/bytes.ts';
import type { ReceivedFrame, SentSegment } from './sides.ts';

const MOST_LINKS = 8;
const TTL_OFFSET = { 0: 0, 4: 8, 6: 7 } as const;

export class Hop {
  #sent: { readonly link: Uint8Array; readonly ttl: number } | undefined;
  #received: { readonly link: Uint8Array; readonly ttl: number } | undefined;
  #isSameLink = false;
  /** Headers that were sent. */
  readonly #links: Uint8Array[] = [];
  readonly #moved: (received: ReceivedFrame, bytes: Uint8Array) => ReceivedFrame;

  /** `moved`: reads a frame anew. */
  constructor(moved: (received: ReceivedFrame, bytes: Uint8Array) => ReceivedFrame) {
    this.#moved = moved;
  }

  get isKnown(): boolean {
    return this.#sent !== undefined;
  }

  /** Every received frame of the stream had another header than was sent. */
  get isSeen(): boolean {
    return this.#received !== undefined && !this.#isSameLink;
  }

  sent({ frame, segment }: SentSegment): void {
    const link = frame.subarray(0, segment.linkEnd);
    this.#sent ??= { link: link.slice(), ttl: segment.ttl };
    if (this.#links.length < MOST_LINKS && !this.#links.some((own) => sameBytes(link, own)))
      this.#links.push(link.slice());
  }

  /** The frame with the sender's link-layer header and TTL, where the first frame that came out differed in the header. */
  aligned(received: ReceivedFrame): ReceivedFrame {
    const { frame, segment } = received;
    if (this.#sent === undefined || segment.ipVersion === 0) return received;
    const link = frame.subarray(0, segment.linkEnd);
    if (this.#links.some((own) => sameBytes(link, own))) {
      this.#isSameLink = true;
      return received;
    }
    if (this.#isSameLink) return received;
    this.#received ??= { link: link.slice(), ttl: segment.ttl };
    if (!sameBytes(link, this.#received.link)) return received;
    const { link: sentLink, ttl } = this.#sent;
    const bytes = new Uint8Array(frame.length - link.length + sentLink.length);
    bytes.set(sentLink);
    bytes.set(frame.subarray(link.length), sentLink.length);
    const at = segment.ipOffset + sentLink.length - link.length + TTL_OFFSET[segment.ipVersion];
    bytes[at] = (bytes[at] as number) + ttl - this.#received.ttl;
    return this.#moved(received, bytes);
  }
}

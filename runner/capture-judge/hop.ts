/**
 * Captures on two sides of a router, or with different link types, differ in every link-layer header and in TTLs. That
 * is no fault. If a link has no addresses, only a TTL that no packet was sent with shows the router.
 */

import { sameBytes, setU16, u16 } from '../../reference-impl/wire/bytes.ts';
import { fold } from '../../reference-impl/wire/checksum.ts';
import { Ipv4At, Ipv6At } from '../../reference-impl/wire/fields.ts';
import type { Segment } from '../../reference-impl/wire/segment.ts';
import type { SentDatagram } from './datagram-frame.ts';
import type { ReceivedFrame, SentSegment } from './sides.ts';

const MOST_LINKS = 8;
/**
 * The TTL that every packet gets over a hop: by how much a path lowers one packet's TTL says nothing about another's.
 */
const TTL = 64;

export class Hop {
  #link: Uint8Array | undefined;
  #isSameLink = false;
  #isOtherLink = false;
  /** Headers that were sent. */
  readonly #links: Uint8Array[] = [];
  readonly #moved: (received: ReceivedFrame, bytes: Uint8Array) => ReceivedFrame;

  /** `moved`: reads a frame again. */
  constructor(moved: (received: ReceivedFrame, bytes: Uint8Array) => ReceivedFrame) {
    this.#moved = moved;
  }

  get isKnown(): boolean {
    return this.#link !== undefined;
  }

  /** Every received frame of the stream had another header than any sent one. */
  get isSeen(): boolean {
    return this.#isOtherLink && !this.#isSameLink;
  }

  sent(sent: SentSegment): void {
    const { frame, segment } = sent;
    const link = frame.subarray(0, segment.linkEnd);
    this.#link ??= link.slice();
    if (this.#links.length < MOST_LINKS && !this.#links.some((own) => sameBytes(link, own)))
      this.#links.push(link.slice());
    if (this.isSeen) level(sent, this.#link);
  }

  /**
   * The frame with the sender's link-layer header and the common TTL, if the first frame that came out had another
   * header than any sent one. `pending`: sent frames that still wait.
   */
  aligned(received: ReceivedFrame, pending: readonly SentSegment[]): ReceivedFrame {
    const { frame, segment } = received;
    if (this.#link === undefined || segment.ipVersion === 0) return received;
    const link = frame.subarray(0, segment.linkEnd);
    if (!this.#isSameLink && !this.#isOtherLink && this.#links.some((own) => sameBytes(link, own)))
      this.#isSameLink = hasAddresses(link) || !isOfNone(frame, segment, pending);
    if (this.#isSameLink) return received;
    const own = this.#link;
    if (!this.#isOtherLink) for (const sent of pending) level(sent, own);
    this.#isOtherLink = true;
    const bytes = new Uint8Array(frame.length - link.length + this.#link.length);
    bytes.set(this.#link);
    bytes.set(frame.subarray(link.length), this.#link.length);
    setTtl(bytes, this.#link.length, outermostOf(segment));
    return this.#moved(received, bytes);
  }
}

/** Raw IP and loopback have none: see `toEthernet`. */
function hasAddresses(link: Uint8Array): boolean {
  return link.subarray(0, 12).some((byte) => byte !== 0);
}

function isOfNone(frame: Uint8Array, segment: Segment, pending: readonly SentSegment[]): boolean {
  const ttl = outermostTtl(frame, segment);
  return pending.length > 0 && pending.every((sent) => outermostTtl(sent.frame, sent.segment) !== ttl);
}

function outermostTtl(frame: Uint8Array, segment: Segment): number {
  return frame[segment.linkEnd + (outermostOf(segment) === 6 ? Ipv6At.hopLimit : Ipv4At.ttl)] ?? 0;
}

/** `link`: the header that all have, whatever they were sent with. */
function level(sent: SentSegment | SentDatagram, link: Uint8Array): void {
  const { frame, segment } = sent;
  if (segment.linkEnd === link.length) frame.set(link);
  setTtl(frame, segment.linkEnd, outermostOf(segment));
  if (segment.outer.length > 0) return;
  segment.ttl = TTL;
  if ('datagram' in sent) sent.datagram.ttl = TTL;
}

/** The bytes of a packet that a router does not change. */
function outermostOf({ outer: [first], ipVersion }: Segment): 4 | 6 | undefined {
  const kind = first?.kind ?? (ipVersion === 4 ? 'ipv4' : 'ipv6');
  return kind === 'ipv4' ? 4 : kind === 'ipv6' ? 6 : undefined;
}

/** A right IPv4 checksum stays right, and a wrong one wrong (RFC 1624). */
function setTtl(frame: Uint8Array, at: number, version: 4 | 6 | undefined): void {
  if (version === 6) frame[at + Ipv6At.hopLimit] = TTL;
  if (version !== 4) return;
  const before = u16(frame, at + Ipv4At.ttl);
  frame[at + Ipv4At.ttl] = TTL;
  const sum = (~u16(frame, at + Ipv4At.checksum) & 0xffff) + (~before & 0xffff) + u16(frame, at + Ipv4At.ttl);
  setU16(frame, at + Ipv4At.checksum, ~fold(sum) & 0xffff);
}

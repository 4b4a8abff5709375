import { seqAtOrAfter } from '../../reference-impl/wire/seq.ts';
import { TCP_HEADER } from '../../reference-impl/wire/tcp.ts';
import type { Packet } from '../captures/packet.ts';
import type { ChecksumState } from './checksum-state.ts';
import { Evidence } from './evidence.ts';
import type { Headers } from './headers.ts';
import { RecentSuperFrames } from './recent-super-frames.ts';
import { StreamOrder } from './stream-order.ts';
import { WrongValues } from './wrong-values.ts';

/** Frames by what their TCP checksum field holds. */
export type ChecksumCounts = { -readonly [State in ChecksumState]: number };

/** The payload that fits a 1,500-byte MTU after IP and TCP headers without options: assumed if there is no SYN. */
export const ASSUMED_MSS: { readonly 4: number; readonly 6: number } = { 4: 1460, 6: 1440 };
/** The same for an MTU of 9,216, the largest of Ethernet NICs. */
const JUMBO_MSS = 9176;
const ETHERNET_MINIMUM = 60;
/** Frames with data whose lengths are listed. */
const MOST_PAYLOADS = 64;
/** Different payload lengths that are counted apart. */
const MOST_LENGTHS = 64;
/** If as many long frames have the same length, they are segments of a larger MTU. */
const LEAST_ALIKE = 4;

function noCounts(): ChecksumCounts {
  return { right: 0, unknown: 0, 'pseudo-header': 0, zero: 0, wrong: 0 };
}

/** One direction of a connection, in bounded memory whatever comes. */
export class Direction {
  frames = 0;
  payloadBytes = 0;
  largestPayload = 0;
  cutFrames = 0;
  /** IP length 0, and of those the frames that the length field could have described. */
  zeroLength = 0;
  zeroLengthThatFits = 0;
  /** The MSS option of its SYN; 0: none seen. */
  announcedMss = 0;

  /** Bytes of TCP options in its last frame with data. */
  options = 0;
  superFrames = 0;
  superBytes = 0;
  /** On the wire, at the MSS. */
  superSegments = 0;
  /** Frames that no Ethernet MTU would carry. */
  beyondJumbo = 0;
  readonly superChecksums: ChecksumCounts = noCounts();
  readonly checksums: ChecksumCounts = noCounts();
  readonly wrongValues: WrongValues = new WrongValues();
  readonly recent: RecentSuperFrames = new RecentSuperFrames();

  lowestTtl = 256;
  highestTtl = -1;
  /** Shorter than Ethernet's minimum, so not yet padded; and padded ones. */
  unpadded = 0;
  padded = 0;
  /** Frames by the marks of the capture itself. */
  markedOut = 0;
  markedIn = 0;

  /** Lengths of the first frames with data, in order. */
  readonly payloads: { readonly frame: number; readonly length: number }[] = [];
  readonly order: StreamOrder = new StreamOrder();
  /** Frames by the signs in them. */
  readonly long: Evidence = new Evidence();
  readonly unfilled: Evidence = new Evidence();
  readonly wrong: Evidence = new Evidence();
  readonly stale: Evidence = new Evidence();

  readonly #payloads = new Map<number, number>();
  /** Super-frames that are a whole number of full segments. */
  #whole = 0;
  #lastAck = -1;

  /** `number`: the frame's. `wrongBy`: how far a wrong checksum is off. `mss`: 0 where no SYN was seen. */
  add(number: number, packet: Packet, headers: Headers, state: ChecksumState, wrongBy: number, mss: number): void {
    const { payloadLength, ttl } = headers;
    this.frames++;
    this.payloadBytes += payloadLength;
    if (payloadLength > this.largestPayload) this.largestPayload = payloadLength;
    if (headers.isCut) this.cutFrames++;
    if (headers.lengthIsZero) this.zeroLength++;
    if (headers.lengthIsZero && packet.originalLength - headers.ipOffset <= 0xffff) this.zeroLengthThatFits++;
    if (headers.mss > 0) this.announcedMss = headers.mss;
    if (ttl < this.lowestTtl) this.lowestTtl = ttl;
    if (ttl > this.highestTtl) this.highestTtl = ttl;
    if (packet.direction === 'out') this.markedOut++;
    else if (packet.direction === 'in') this.markedIn++;
    if (packet.originalLength < ETHERNET_MINIMUM) this.unpadded++;
    else if (packet.originalLength === ETHERNET_MINIMUM && headers.trailer > 0) this.padded++;
    if (payloadLength > 0) this.#countPayload(number, payloadLength);
    if (state === 'wrong') this.wrongValues.add(headers.checksum, headers.seq, payloadLength, wrongBy);
    this.#classify(number, headers, state, mss > 0 ? mss : ASSUMED_MSS[headers.ipVersion]);
  }

  /** An acknowledgment of the other direction's sender: whether it is a new one. */
  acknowledges(ack: number): boolean {
    const isNew = this.#lastAck < 0 || (ack !== this.#lastAck && seqAtOrAfter(ack, this.#lastAck));
    if (isNew) this.#lastAck = ack;
    return isNew;
  }

  /**
   * For a capture without a SYN. If nearly all long frames have one length, none is longer, and they are not multiples of a
   * segment, they are segments of a link with a larger MTU, not super-frames.
   */
  get looksLikeJumbo(): boolean {
    const alike = this.#payloads.get(this.largestPayload) ?? 0;
    if (alike < LEAST_ALIKE || alike * 5 < this.superFrames * 4) return false;
    return this.superFrames > 0 && this.beyondJumbo + this.recent.inside + this.zeroLength + this.#whole === 0;
  }

  #classify(number: number, headers: Headers, state: ChecksumState, mss: number): void {
    const options = headers.payloadOffset - headers.tcpOffset - TCP_HEADER;
    if (headers.payloadLength > 0) this.options = options;
    const segment = Math.max(1, mss - options);
    const isUnfilled = state === 'pseudo-header' || state === 'zero';
    if (headers.payloadLength <= segment) {
      this.checksums[state]++;
      if (isUnfilled) this.unfilled.add(number);
      else if (state === 'wrong') this.wrong.add(number);
      return;
    }
    this.superFrames++;
    this.long.add(number);
    if (isUnfilled || state === 'wrong') this.stale.add(number);
    this.superBytes += headers.payloadLength;
    this.superSegments += Math.ceil(headers.payloadLength / segment);
    if (headers.payloadLength + options > JUMBO_MSS) this.beyondJumbo++;
    if (headers.payloadLength % segment === 0) this.#whole++;
    this.superChecksums[state]++;
    this.recent.add(headers.seq, headers.payloadLength);
  }

  #countPayload(frame: number, length: number): void {
    if (this.payloads.length < MOST_PAYLOADS) this.payloads.push({ frame, length });
    const count = this.#payloads.get(length);
    if (count !== undefined || this.#payloads.size < MOST_LENGTHS) this.#payloads.set(length, (count ?? 0) + 1);
  }
}

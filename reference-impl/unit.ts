/**
 * A single coalesced unit (SCU) in progress: what the rules compare a segment with, and the bytes gathered so far.
 * Units are reused; `start` makes one new.
 */

import { Memory, type Piece } from './memory.ts';
import { fold, swapSum } from './wire/checksum.ts';
import { type HeaderMask, headerMask } from './wire/header-mask.ts';
import type { Scratch } from './wire/scratch.ts';
import { type Segment, USUAL_KEY_WORDS } from './wire/segment.ts';
import { TcpFlag } from './wire/tcp.ts';
import { NO_OUTER, type OuterHeader } from './wire/tunnel.ts';
import { HEADER_WORDS } from './wire/wasm/frame-module.ts';

/** What a segment that joins an SCU does: it appends data, updates the window (C7), or is counted (C9). */
export type JoinKind = 'data' | 'window-update' | 'duplicate';

/** Fits a frame of Ethernet's usual size, and a short SCU. */
const OWN = 2048;
const HEADROOM = 256;

/** Offsets and lengths are in bytes of `bytes`; sequence numbers are modulo 2^32. */
export class Unit {
  /**
   * First what is read or written with every segment that joins: it then lies in few cache lines, which counts when thousands
   * of SCUs grow in turn.
   */
  hash = 0;
  /** Link of the flow table: connection bucket. */
  nextInBucket: Unit | undefined = undefined;
  /**
   * The words of the first frame's headers, and which of their bits a data segment must have to join without a check of all
   * rules. Without a mask none may.
   */
  readonly header: Int32Array = new Int32Array(HEADER_WORDS);
  headerMask: HeaderMask | undefined = undefined;
  tcpOffset = 0;
  payloadOffset = 0;
  ipOffset = 0;
  ipVersion: 0 | 4 | 6 = 0;
  hasTimestamps = false;
  timestampsOffset = 0;
  /** TTL or hop limit of the first segment, and the smallest so far. */
  firstTtl = 0;
  ttl = 0;
  /** NXT: the sequence number that the next data segment must have. */
  nxt = 0;
  ack = 0;
  tsVal = 0;
  tsEcr = 0;
  window = 0;
  /** The flag bits of the segment that joined last. */
  lastFlags = 0;
  psh = false;
  readonly #own = new Uint8Array(OWN);
  /** The first segment's frame, then the payloads that joined: in memory of its own, or in a place of a slab. */
  bytes: Uint8Array = this.#own;
  /** End of the IP packet in `bytes`. */
  end = 0;
  payloadSum = 0;
  dataSegments = 0;
  firstPayloadLength = 0;
  /** Arrival numbers, `segments` of them. */
  arrivals: Int32Array = new Int32Array(16);
  segments = 0;

  /** Length of the first frame with its trailer: a unit that nothing joined is indicated with it. */
  firstFrameLength = 0;

  linkEnd = 0;
  /** Headers of the tunnels around its segments, as in `bytes`. */
  outer: readonly OuterHeader[] = NO_OUTER;

  seq = 0;
  /** The first segment's twelve flag bits, with PSH as in `psh`. */
  flags = 0;
  trafficClass = 0;
  ipFlags = 0;
  flowLabel = 0;
  ipId = 0;
  earliestTsVal = 0;

  duplicates = 0;
  windowUpdates = 0;
  /** The first segment's own verdicts: a unit that nothing joined is indicated with them. */
  ipChecksum: Segment['ipChecksum'] = 'unverified';
  tcpChecksum: Segment['tcpChecksum'] = 'unverified';

  key: Int32Array = new Int32Array(USUAL_KEY_WORDS);
  keyWords = 0;
  hostWords = 0;
  hostHash = 0;

  readonly #memory: Memory;
  /** Undefined: `bytes` is the unit's own memory. */
  #piece: Piece | undefined = undefined;
  /** The size of the SCU before: the next one probably grows as long. */
  #wanted = 0;

  /** Links of the flow table: order of start, hosts bucket. */
  older: Unit | undefined = undefined;
  newer: Unit | undefined = undefined;
  previousOfHosts: Unit | undefined = undefined;
  nextOfHosts: Unit | undefined = undefined;

  constructor(memory: Memory = new Memory()) {
    this.#memory = memory;
  }

  get payloadLength(): number {
    return this.end - this.payloadOffset;
  }

  get ecn(): number {
    return this.trafficClass & 3;
  }

  get isMerged(): boolean {
    return this.segments > 1;
  }

  /** Bytes that the IP length field of `extra` more payload bytes would count. */
  ipLengthWith(extra: number): number {
    return this.end - this.ipOffset - (this.ipVersion === 6 ? 40 : 0) + extra;
  }

  start(segment: Segment, arrival: number): void {
    const { frame } = segment;
    this.headerMask = undefined;
    this.end = 0;
    // If the SCU before was long, take at once a place that this one will probably need.
    this.#reserve(Math.max(frame.length, this.#wanted));
    this.bytes.set(frame, 0);
    this.firstFrameLength = frame.length;
    this.end = segment.ipEnd;
    this.ipVersion = segment.ipVersion;
    this.ipOffset = segment.ipOffset;
    this.linkEnd = segment.linkEnd;
    this.outer = segment.outer;
    this.tcpOffset = segment.tcpOffset;
    this.payloadOffset = segment.payloadOffset;
    this.timestampsOffset = segment.timestampsOffset;
    this.seq = segment.seq;
    this.nxt = (segment.seq + segment.payloadLength) >>> 0;
    this.ack = segment.ack;
    this.window = segment.window;
    this.flags = segment.flags;
    this.psh = (segment.flags & TcpFlag.psh) !== 0;
    this.lastFlags = segment.flags;
    this.trafficClass = segment.trafficClass;
    this.ipFlags = segment.ipFlags;
    this.flowLabel = segment.flowLabel;
    this.ipId = segment.ipId;
    this.firstTtl = segment.ttl;
    this.ttl = segment.ttl;
    this.hasTimestamps = segment.hasTimestamps;
    this.earliestTsVal = segment.tsVal;
    this.tsVal = segment.tsVal;
    this.tsEcr = segment.tsEcr;
    this.firstPayloadLength = segment.payloadLength;
    this.dataSegments = segment.payloadLength > 0 ? 1 : 0;
    this.duplicates = 0;
    this.windowUpdates = 0;
    this.payloadSum = segment.payloadSum;
    this.ipChecksum = segment.ipChecksum;
    this.tcpChecksum = segment.tcpChecksum;
    this.arrivals[0] = arrival;
    this.segments = 1;
    // Only a reader of deeper stacks of tags than the reference needs more.
    if (segment.keyWords > this.key.length) this.key = new Int32Array(segment.keyWords);
    this.keyWords = segment.keyWords;
    this.hostWords = segment.hostWords;
    for (let i = 0; i < segment.keyWords; i++) this.key[i] = segment.key[i] as number;
    this.hash = segment.hash;
    this.hostHash = segment.hostHash;
  }

  /** Keeps the headers of the first frame, which is in `scratch`, as those expected next. */
  expectAlike(scratch: Scratch): void {
    this.headerMask = this.outer.length > 0 ? undefined : headerMask(this);
    if (this.headerMask !== undefined) scratch.remember(this.header, this.headerMask);
  }

  /** Whether the frame in `scratch` is right and has headers like the first frame's: see `Scratch.check`. */
  isAlike(scratch: Scratch): boolean {
    if (this.headerMask === undefined) return false;
    scratch.expect(this.header, this.headerMask);
    return scratch.check();
  }

  /** C5, C7, C9 and T3: what joining does. `payload` holds the segment's payload bytes. */
  join(segment: Segment, payload: Uint8Array, kind: JoinKind, arrival: number): void {
    if (kind === 'data') {
      const length = segment.payloadLength;
      this.#reserve(this.end + length);
      this.bytes.set(payload, this.end);
      const sum = (this.payloadLength & 1) === 0 ? segment.payloadSum : swapSum(segment.payloadSum);
      this.payloadSum = fold(this.payloadSum + sum);
      this.end += length;
      this.nxt = (this.nxt + length) >>> 0;
      this.dataSegments++;
    } else if (kind === 'duplicate') {
      this.duplicates++;
    } else {
      this.windowUpdates++;
    }
    this.ack = segment.ack;
    this.window = segment.window;
    this.lastFlags = segment.flags;
    if ((segment.flags & TcpFlag.psh) !== 0) this.psh = true;
    if (segment.ttl < this.ttl) this.ttl = segment.ttl;
    if (segment.hasTimestamps) {
      this.tsVal = segment.tsVal;
      this.tsEcr = segment.tsEcr;
    }
    if (this.segments === this.arrivals.length) {
      const longer = new Int32Array(this.segments * 2);
      longer.set(this.arrivals);
      this.arrivals = longer;
    }
    this.arrivals[this.segments++] = arrival;
  }

  /**
   * The bytes up to `end`. Nothing writes to them until the caller gives them back. A long SCU gives its own memory away,
   * because a copy would touch every byte twice more. A short one, or one that uses little of its memory, is copied.
   */
  take(): Uint8Array {
    const { bytes, end } = this;
    const piece = this.#piece;
    this.#wanted = end > OWN ? (end + 1023) & ~1023 : 0;
    if (piece === undefined || end * 2 < bytes.length) return this.#memory.handOutCopy(bytes, end);
    this.#piece = undefined;
    this.bytes = this.#own;
    return this.#memory.handOut(piece, end);
  }

  /** Drops the gathered bytes, unless they were taken. */
  drop(): void {
    if (this.#piece === undefined) return;
    if (this.end <= OWN) this.#wanted = 0;
    this.#memory.release(this.#piece);
    this.#piece = undefined;
    this.bytes = this.#own;
  }

  #reserve(length: number): void {
    const { bytes } = this;
    if (length <= bytes.length) return;
    const longer = this.#memory.cut(Math.max(length + HEADROOM, bytes.length * 2, this.#wanted));
    if (this.end > 0) longer.bytes.set(bytes.subarray(0, this.end));
    if (this.#piece !== undefined) this.#memory.release(this.#piece);
    this.#piece = longer;
    this.bytes = longer.bytes;
  }
}

/**
 * The reference coalescer as a virtio network device: its units are indicated with a virtio_net_hdr, and their checksums are left
 * to the host (NEEDS_CSUM). Clause: virtio 1.2, 5.1.6.4.1.
 */

import type { Coalescer } from '../coalescer.ts';
import type { Indication } from '../indication.ts';
import type { BufferFill, VirtioFeature, VirtioHeader } from '../rules/rule.ts';
import { advance, type FrameStep } from '../step.ts';
import { setU16 } from '../wire/bytes.ts';
import { finish, fold, sumBytes } from '../wire/checksum.ts';
import { headerFields, UdpAt } from '../wire/fields.ts';
import { parseSegment, pseudoHeaderSum, Segment } from '../wire/segment.ts';
import { TcpFlag } from '../wire/tcp-flag.ts';
import { type ChecksumPlace, checksumPlaceOf } from './checksum-place.ts';
import { negotiatedFeatures, RSC_HEADER_FEATURES } from './features.ts';
import { GSO_ECN, GsoType, HeaderFlag, NET_HEADER } from './net-header.ts';

/** The size of a receive buffer with MRG_RXBUF; without it, a buffer holds any frame (virtio 1.2, 5.1.6.3.1). */
const PAGE = 4096;
const WHOLE = 65_562;
/** Offset of the checksum field in the TCP header; csum_offset counts from csum_start. */
const CHECKSUM_OFFSET = 16;
const CLEAR: VirtioHeader = {
  flags: 0,
  gsoType: GsoType.none,
  hdrLen: 0,
  gsoSize: 0,
  csumStart: 0,
  csumOffset: 0,
  numBuffers: 1,
};

export interface VirtioIndication extends Indication {
  readonly header: VirtioHeader;
  /** The number of buffers that header and frame fill. */
  readonly fills: readonly BufferFill[];
}

export class VirtioDevice {
  readonly #coalescer: Coalescer;
  readonly #play: (step: FrameStep) => Indication[];
  readonly #segment = new Segment();
  /** Payload bytes of each arrival, and whether it was marked partial. */
  #payloads: number[] = [];
  #partial: boolean[] = [];
  #features: readonly VirtioFeature[] = RSC_HEADER_FEATURES;

  /** `play` replaces the usual way to play a step on the coalescer. */
  constructor(coalescer: Coalescer, play: (step: FrameStep) => Indication[] = (step) => advance(coalescer, step)) {
    this.#coalescer = coalescer;
    this.#play = play;
  }

  /** The negotiated features: at first, and after `reset`, those that RSC needs. */
  get features(): readonly VirtioFeature[] {
    return this.#features;
  }

  reset(): void {
    this.#coalescer.reset();
    this.#features = RSC_HEADER_FEATURES;
    this.#payloads = [];
    this.#partial = [];
  }

  /** Plays a step. Returns the indications of its answer, in order; the frames belong to the caller. */
  advance(step: FrameStep): VirtioIndication[] {
    if ('rx' in step) {
      this.#payloads.push(parseSegment(step.rx, this.#segment).payloadLength);
      this.#partial.push(step.csum === 'partial');
    }
    const due = this.#play(step);
    if ('set' in step && step.set.negotiate !== undefined) {
      this.#features = negotiatedFeatures(step.set.negotiate);
      const isValidated = this.#has('GUEST_CSUM');
      this.#coalescer.setRsc({
        ipv4: isValidated && this.#has('GUEST_TSO4'),
        ipv6: isValidated && this.#has('GUEST_TSO6'),
      });
    }
    return due.map((indication) => this.#indicate(indication));
  }

  #isPartial([only, ...others]: readonly number[]): boolean {
    return only !== undefined && others.length === 0 && this.#partial[only] === true;
  }

  #has(feature: VirtioFeature): boolean {
    return this.#features.includes(feature);
  }

  #indicate(indication: Indication): VirtioIndication {
    const segment = parseSegment(indication.frame, this.#segment);
    const fills = fillsOf(NET_HEADER + indication.frame.length, this.#has('MRG_RXBUF') ? PAGE : WHOLE);
    const size = Math.max(0, ...indication.arrivals.map((arrival) => this.#payloads[arrival] ?? 0));
    const isTcpUnit = indication.arrivals.length > 1 && segment.kind === 'segment' && size > 0;
    const header = isTcpUnit ? this.#unitHeader(indication, segment, size) : this.#loneHeader(indication, segment);
    return { ...indication, header: { ...header, numBuffers: fills.length }, fills };
  }

  /** Leaves the checksum to the host. */
  #unitHeader({ frame, oob }: Indication, segment: Segment, gsoSize: number): VirtioHeader {
    const tcp = segment.tcpOffset;
    headerFields['tcp.checksum'].write(frame, segment, fold(pseudoHeaderSum(segment, segment.ipEnd - tcp)));
    const hasCounts = this.#has('RSC_EXT');
    const isCwr = (segment.flags & TcpFlag.cwr) !== 0 && this.#has('GUEST_ECN');
    return {
      ...CLEAR,
      flags: HeaderFlag.needsCsum | (hasCounts ? HeaderFlag.rscInfo : 0),
      gsoType: (segment.ipVersion === 4 ? GsoType.tcp4 : GsoType.tcp6) | (isCwr ? GSO_ECN : 0),
      hdrLen: segment.payloadOffset,
      gsoSize,
      csumStart: hasCounts ? oob.segCount : tcp,
      csumOffset: hasCounts ? oob.dupAckCount : CHECKSUM_OFFSET,
    };
  }

  #loneHeader({ frame, oob, arrivals }: Indication, segment: Segment): VirtioHeader {
    const place = this.#isPartial(arrivals) ? checksumPlaceOf(segment) : undefined;
    if (place !== undefined) {
      if (this.#has('GUEST_CSUM'))
        return { ...CLEAR, flags: HeaderFlag.needsCsum, csumStart: place.start, csumOffset: place.offset };
      fillIn(frame, segment.ipEnd, place);
    }
    const flags = oob.tcpChecksum === 'ok' && this.#has('GUEST_CSUM') ? HeaderFlag.dataValid : 0;
    // A unit without payload cannot be segmented again; what joined it can be counted all the same.
    if (arrivals.length < 2 || !this.#has('RSC_EXT')) return { ...CLEAR, flags };
    return {
      ...CLEAR,
      flags: flags | HeaderFlag.rscInfo,
      csumStart: oob.segCount,
      csumOffset: oob.dupAckCount,
    };
  }
}

function fillsOf(length: number, size: number): BufferFill[] {
  const count = Math.ceil(length / size);
  return Array.from({ length: count }, (_, i) => ({ used: Math.min(size, length - i * size), size }));
}

/** A driver without GUEST_CSUM gets whole checksums (K1). */
function fillIn(frame: Uint8Array, end: number, { start, offset, pseudoHeaderSum: pseudo }: ChecksumPlace): void {
  setU16(frame, start + offset, 0);
  const sum = finish(pseudo + sumBytes(frame, start, end));
  // In UDP, zero means that there is no checksum; in TCP, 0x0000 and 0xffff both mean zero.
  setU16(frame, start + offset, offset === UdpAt.checksum && sum === 0 ? 0xffff : sum);
}

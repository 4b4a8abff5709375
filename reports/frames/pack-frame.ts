/** Converts frames to their short form. */

import { Datagram, readDatagram } from '../../reference-impl/udp/datagram.ts';
import { fromHex, toHex } from '../../reference-impl/wire/bytes.ts';
import { TcpAt } from '../../reference-impl/wire/fields.ts';
import { parseSegment, Segment } from '../../reference-impl/wire/segment.ts';
import type { PackedFrame, Part, PayloadStreams } from './packed-frame.ts';

/** Shorter stretches are not worth a part of their own. */
const LEAST = 16;
/** Bytes that must agree before a copy is considered; arrivals are indexed at this distance. */
const GRAIN = 8;
/** Where an inner TCP header may begin: after an IPv4 header, and no deeper than tunnels in tunnels have it. */
const SHALLOWEST = 34;
const DEEPEST = 200;
const TCP_HEADER = 20;
const NOTHING = new Uint8Array(0);

/** For one vector: packs its arrivals, in order, then its indications. */
export class FramePacker {
  readonly #streams: PayloadStreams;
  readonly #arrivals: Buffer[] = [];
  readonly #segment = new Segment();
  readonly #datagram = new Datagram();
  #index: Map<string, { readonly arrival: number; readonly at: number }> | undefined;

  constructor(streams: PayloadStreams) {
    this.#streams = streams;
  }

  /** An arrival's frame in hex. Text that is not hex is unchanged. */
  arrival(hex: string): PackedFrame {
    const bytes = bytesOf(hex);
    this.#arrivals.push(bufferOf(bytes ?? NOTHING));
    return bytes === undefined ? [hex] : (this.#fromStream(bytes, hex) ?? [hex]);
  }

  /** An indicated frame in hex. */
  indication(hex: string): PackedFrame {
    const bytes = bytesOf(hex);
    if (bytes === undefined) return [hex];
    return this.#fromStream(bytes, hex) ?? this.#fromArrivals(bufferOf(bytes), hex);
  }

  #fromStream(bytes: Uint8Array, hex: string): PackedFrame | undefined {
    const { kind, seq, tcpOffset, payloadOffset: from, payloadLength: length } = parseSegment(bytes, this.#segment);
    if (kind !== 'segment') return this.#fromDatagram(bytes, hex) ?? this.#fromInner(bytes, hex);
    if (length < LEAST) return undefined;
    const seed = this.#streams.seedOf(seq, bytes.subarray(from, from + length));
    if (seed === undefined) return undefined;
    const rest = hex.slice(2 * (from + length));
    return [
      hex.slice(0, 2 * from),
      ['stream', seed, tcpOffset + TcpAt.seq - from, length],
      ...(rest === '' ? [] : [rest]),
    ];
  }

  /** A datagram does not show its place in the stream. */
  #fromDatagram(bytes: Uint8Array, hex: string): PackedFrame | undefined {
    const { kind, payloadOffset: from, payloadLength: length } = readDatagram(this.#segment, this.#datagram);
    if (kind !== 'datagram' || length < LEAST) return undefined;
    const place = this.#streams.placeOf(bytes.subarray(from, from + length));
    if (place === undefined) return undefined;
    const rest = hex.slice(2 * (from + length));
    return [hex.slice(0, 2 * from), ['stream', place.seed, place.seq, length], ...(rest === '' ? [] : [rest])];
  }

  /** Inside a tunnel: a TCP header may begin at several places, and each gives the sequence number of a payload. */
  #fromInner(bytes: Uint8Array, hex: string): PackedFrame | undefined {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const last = Math.min(DEEPEST, bytes.length - TCP_HEADER - LEAST);
    for (let tcp = SHALLOWEST; tcp <= last; tcp += 2) {
      const from = tcp + 4 * (view.getUint8(tcp + 12) >> 4);
      const length = bytes.length - from;
      if (from < tcp + TCP_HEADER || length < LEAST) continue;
      const seq = view.getUint32(tcp + TcpAt.seq);
      const seed = this.#streams.seedOf(seq, bytes.subarray(from));
      if (seed !== undefined) return [hex.slice(0, 2 * from), ['stream', seed, tcp + TcpAt.seq - from, length]];
    }
    return undefined;
  }

  #fromArrivals(bytes: Buffer, hex: string): PackedFrame {
    this.#index ??= indexOf(this.#arrivals);
    const parts: Part[] = [];
    let done = 0;
    for (let at = 0; at + GRAIN <= bytes.length; ) {
      const found = this.#index.get(bytes.toString('latin1', at, at + GRAIN));
      const copy = found === undefined ? undefined : this.#extend(bytes, at, done, found.arrival, found.at);
      if (copy === undefined) {
        at++;
        continue;
      }
      if (copy.start > done) parts.push(hex.slice(2 * done, 2 * copy.start));
      parts.push(['copy', copy.arrival, copy.from, copy.length]);
      done = copy.start + copy.length;
      at = done;
    }
    if (done < bytes.length || parts.length === 0) parts.push(hex.slice(2 * done));
    return parts;
  }

  #extend(bytes: Buffer, at: number, floor: number, arrival: number, from: number): Copy | undefined {
    const source = this.#arrivals[arrival] as Buffer;
    let back = 0;
    while (at - back > floor && from > back && bytes[at - back - 1] === source[from - back - 1]) back++;
    let length = GRAIN;
    while (at + length < bytes.length && from + length < source.length && bytes[at + length] === source[from + length])
      length++;
    const whole = { arrival, start: at - back, from: from - back, length: back + length };
    return whole.length < LEAST ? undefined : whole;
  }
}

interface Copy {
  readonly arrival: number;
  readonly start: number;
  readonly from: number;
  readonly length: number;
}

/** Only if unpacking returns the same text. */
function bytesOf(hex: string): Uint8Array | undefined {
  const bytes = fromHex(hex);
  return bytes !== undefined && toHex(bytes) === hex ? bytes : undefined;
}

/** The same memory. */
function bufferOf({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length);
}

function indexOf(arrivals: readonly Buffer[]): Map<string, { arrival: number; at: number }> {
  const index = new Map<string, { arrival: number; at: number }>();
  for (const [arrival, bytes] of arrivals.entries()) {
    for (let at = 0; at + GRAIN <= bytes.length; at += GRAIN) {
      const key = bytes.toString('latin1', at, at + GRAIN);
      if (!index.has(key)) index.set(key, { arrival, at });
    }
  }
  return index;
}

/**
 * One frame, laid out so that every header of IP and TCP begins at a word: headers can be compared and summed as words, and
 * a payload can be summed and copied on without a view being made for it. Beside it, what the next frame's headers are
 * expected to be.
 */

import { fold, sumBytes, swapSum } from './checksum.ts';
import type { HeaderMask } from './header-mask.ts';
import { plainCheck, sumOf } from './plain-frame.ts';
import { type FrameModule, HEADER_WORDS, Place } from './wasm/frame-module.ts';

const FIRST_WORD = Place.frame >> 2;
const HEADER_WORD = Place.header >> 2;
/** Views of payloads that are kept. */
const MOST_VIEWS = 4096;

export class Scratch {
  /** The frame begins at `Place.frame`; after its end lies what was there before. */
  readonly bytes: Uint8Array;
  /** Of what `check` found right. */
  payloadLength = 0;
  payloadSum = 0;
  readonly #words: Int32Array;
  readonly #module: FrameModule | undefined;
  /** Whose header is expected. */
  #header: Int32Array | undefined;
  #mask: HeaderMask | undefined;
  #frameEnd = 0;
  /** A view each of a payload's place and length, made once; the one asked for last, for runs of segments are alike. */
  readonly #payloads = new Map<number, Uint8Array>();
  #lastPayload: Uint8Array = new Uint8Array(0);
  #lastPlace = 0;

  /** Without `module` all is done in JavaScript. */
  constructor(module: FrameModule | undefined) {
    const buffer = module?.buffer ?? new ArrayBuffer(Place.end);
    this.bytes = new Uint8Array(buffer);
    this.#words = new Int32Array(buffer);
    this.#module = module;
  }

  /** Takes a frame; of one that is longer than any IP packet, what there is room for. */
  place(frame: Uint8Array): void {
    const room = Place.frameEnd - Place.frame;
    // Whole, because a view of the payload would be an allocation a segment.
    this.bytes.set(frame.length <= room ? frame : frame.subarray(0, room), Place.frame);
    this.#frameEnd = Place.frame + frame.length;
  }

  /** Keeps the headers of the frame placed last in `header`, as what the next are expected to be like. */
  remember(header: Int32Array, mask: HeaderMask): void {
    const words = this.#words;
    for (let i = 0; i < HEADER_WORDS; i++) {
      const word = words[FIRST_WORD + i] as number;
      header[i] = word;
      words[HEADER_WORD + i] = word;
    }
    this.#header = header;
    if (this.#mask !== mask) this.#setMask(mask);
  }

  /** The next headers are expected to be like `header`, which was remembered. */
  expect(header: Int32Array, mask: HeaderMask): void {
    if (this.#header === header) return;
    this.#header = header;
    const words = this.#words;
    for (let i = 0; i < HEADER_WORDS; i++) words[HEADER_WORD + i] = header[i] as number;
    if (this.#mask !== mask) this.#setMask(mask);
  }

  #setMask(mask: HeaderMask): void {
    this.#mask = mask;
    this.#words.set(mask.words, Place.mask >> 2);
    this.#words.set(mask.layout, Place.layout >> 2);
  }

  /**
   * Whether the frame placed last has the headers that are expected, but for what differs from segment to segment, with
   * payload, lengths that agree and right checksums; of that one, length and sum of the payload are known from then on.
   */
  check(): boolean {
    const frameEnd = this.#frameEnd;
    const found = this.#module?.check(frameEnd) ?? plainCheck(this.bytes, this.#words, frameEnd);
    this.payloadLength = found >>> 16;
    this.payloadSum = found & 0xffff;
    return found !== 0;
  }

  /** The frame's bytes in [offset, offset + length); overwritten by the next `place`. */
  payload(offset: number, length: number): Uint8Array {
    const place = offset * Place.frameEnd + length;
    if (this.#lastPlace !== place) {
      this.#lastPlace = place;
      this.#lastPayload = this.#payloads.get(place) ?? this.#view(place, Place.frame + offset, length);
    }
    return this.#lastPayload;
  }

  #view(place: number, start: number, length: number): Uint8Array {
    if (this.#payloads.size === MOST_VIEWS) this.#payloads.clear();
    const view = this.bytes.subarray(start, start + length);
    this.#payloads.set(place, view);
    return view;
  }

  /**
   * Sum of the big-endian 16-bit words of `length` of the frame's bytes from `offset` on, folded to 16 bits. They begin where
   * a header or a payload does.
   */
  sum(offset: number, length: number): number {
    const start = Place.frame + offset;
    const words = start + (length & ~3);
    const stop = start + length;
    // Within a tunnel a header may begin half a word later.
    if (this.#module === undefined && (start & 3) !== 0) return fold(sumBytes(this.bytes, start, stop));
    let sum =
      this.#module === undefined
        ? sumOf(this.#words, start, words)
        : swapSum(fold(this.#module.sum(start, start + (length & ~31), words) >>> 0));
    for (let at = words; at < stop; at++) {
      const byte = this.bytes[at] as number;
      sum += (at & 1) === 0 ? byte << 8 : byte;
    }
    return fold(sum);
  }
}

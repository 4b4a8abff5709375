/**
 * One frame, laid out so that the IP and TCP headers begin at a word. Headers can be compared and summed as words, and a
 * payload can be summed and copied without a new view. Beside it are the expected headers of the next frame.
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
  /** The frame begins at `Place.frame`. The bytes after its end are left over from earlier frames. */
  readonly bytes: Uint8Array;
  /** Of the frame that `check` found right. */
  payloadLength = 0;
  payloadSum = 0;
  readonly #words: Int32Array;
  readonly #module: FrameModule | undefined;
  /** The owner of the expected headers. */
  #header: Int32Array | undefined;
  #mask: HeaderMask | undefined;
  #frameEnd = 0;
  /** Views of payloads by place and length, each made once. The last one is kept separately, because segments of a run often share it. */
  readonly #payloads = new Map<number, Uint8Array>();
  #lastPayload: Uint8Array = new Uint8Array(0);
  #lastPlace = 0;

  /** Without `module` everything is done in JavaScript. */
  constructor(module: FrameModule | undefined) {
    const buffer = module?.buffer ?? new ArrayBuffer(Place.end);
    this.bytes = new Uint8Array(buffer);
    this.#words = new Int32Array(buffer);
    this.#module = module;
  }

  /** Takes a frame. A frame that is longer than any IP packet is cut. */
  place(frame: Uint8Array): void {
    const room = Place.frameEnd - Place.frame;
    // The whole frame, because a view of the payload would be an allocation for each segment.
    this.bytes.set(frame.length <= room ? frame : frame.subarray(0, room), Place.frame);
    this.#frameEnd = Place.frame + frame.length;
  }

  /** Keeps the headers of the last frame in `header`, as those expected next. */
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

  /** Expects `header`, which was kept before. */
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
   * Whether the last frame has the expected headers (except for the fields that change from segment to segment), payload,
   * lengths that agree, and right checksums. If so, it also keeps the length and the sum of the payload.
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
   * Sum of the big-endian 16-bit words of `length` bytes from `offset`, folded to 16 bits. `offset` is the start of a header
   * or a payload.
   */
  sum(offset: number, length: number): number {
    const start = Place.frame + offset;
    const words = start + (length & ~3);
    const stop = start + length;
    // Inside a tunnel a header may begin half a word later.
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

/**
 * Frames of the sent capture that are no segments only because of a wrong length. They must come out unchanged, in any
 * order (I8).
 */

import { equalBytes } from '../../reference-impl/wire/bytes.ts';
import { MAX_TRAILER } from '../../reference-impl/wire/ethernet.ts';
import type { Segment } from '../../reference-impl/wire/segment.ts';
import { seqDiff } from '../../reference-impl/wire/seq.ts';
import type { ReceivedFrame, SentSegment } from './sides.ts';

/** Number of frames to remember. */
const MOST = 64;
/** Fewer of their bytes could occur elsewhere by chance. */
const ENOUGH = 8;

export class MalformedFrames {
  #sent: { readonly arrival: SentSegment; readonly meant: Segment }[] = [];

  /** `meant`: the segment that it would be with a right length. */
  add(arrival: SentSegment, meant: Segment): void {
    this.#sent.push({ arrival, meant });
    if (this.#sent.length > MOST) this.#sent.shift();
  }

  /** Whether the frame is one of them, unchanged; if so, that one is done. */
  settle({ frame, segment }: ReceivedFrame): boolean {
    if (segment.kind !== 'other') return false;
    const at = this.#sent.findIndex(({ arrival }) => isPrefix(arrival.frame, frame));
    if (at >= 0) this.#sent.splice(at, 1);
    return at >= 0;
  }

  /** Those that are merged into a unit are done, too. */
  take(run: readonly { readonly number: number }[]): void {
    if (this.#sent.length === 0) return;
    const numbers = new Set(run.map(({ number }) => number));
    this.#sent = this.#sent.filter(({ arrival }) => !numbers.has(arrival.number));
  }

  /** Those whose sequence numbers are within one of the frames. */
  near(frames: readonly ReceivedFrame[]): SentSegment[] {
    const isIn = ({ seq }: Segment): boolean =>
      frames.some(({ repaired }) => seqDiff(seq, repaired.seq) <= repaired.payloadLength);
    return this.#sent.filter(({ meant }) => isIn(meant)).map(({ arrival }) => arrival);
  }
}

/** Whether one of the frames contains these bytes. Zeros are found in any padding, and so prove nothing. */
export function occurIn(bytes: Uint8Array, frames: readonly Pick<SentSegment, 'frame'>[]): boolean {
  const needle = bytes.subarray(0, Math.max(ENOUGH, Math.min(bytes.length, 64)));
  if (needle.length < ENOUGH || needle.every((byte) => byte === 0)) return false;
  const searched = Buffer.from(needle);
  return frames.some(({ frame }) => Buffer.from(frame.buffer, frame.byteOffset, frame.length).includes(searched));
}

function isPrefix(sent: Uint8Array, received: Uint8Array): boolean {
  const length = Math.min(sent.length, received.length);
  return length >= sent.length - MAX_TRAILER && equalBytes(sent, 0, received, 0, length);
}

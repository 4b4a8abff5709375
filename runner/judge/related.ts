/**
 * Whether an indication can be an altered arrival: they share the flow or payload bytes. A frame that shares neither was
 * never sent (I7), whatever arrival is missing.
 */

import { equalBytes } from '../../reference-impl/wire/bytes.ts';
import { ENOUGH_BYTES } from './enough-bytes.ts';
import type { Arrived, Indicated } from './protocol.ts';
import type { Draft } from './types.ts';

/** As many bytes identify a payload; fewer could be equal by chance. */
const MOST = 8;
/** Headers, and a little of the payload. */
const COMPARED = 96;

/** The findings of a run. Undefined if the indication has nothing of it. `isNamed`: its bytes show where they are from. */
export function ifRelated<A extends Arrived, I extends Indicated>(
  findings: readonly Draft[] | undefined,
  run: readonly A[],
  observed: I,
  isRelated: (arrival: A, observed: I) => boolean,
  isNamed: (found: Draft) => boolean = () => false,
): readonly Draft[] | undefined {
  if (findings === undefined || findings.length === 0) return findings;
  return run.some((arrival) => isRelated(arrival, observed)) || findings.some(isNamed) ? findings : undefined;
}

/** Its first or its last bytes are anywhere in the frame. */
export function holdsPayload(own: Uint8Array, from: number, to: number, frame: Uint8Array): boolean {
  const length = Math.min(MOST, to - from);
  if (length < ENOUGH_BYTES) return false;
  const whole = asBuffer(frame);
  const bytes = asBuffer(own);
  // Zeros are in any frame.
  return [bytes.subarray(from, from + length), bytes.subarray(to - length, to)].some(
    (part) => part.some((byte) => byte !== 0) && whole.includes(part),
  );
}

/** The same bytes at the same place. */
export function sharesRange(own: Uint8Array, frame: Uint8Array, from: number, to: number): boolean {
  return to > from && to <= own.length && equalBytes(own, from, frame, from, to - from);
}

/** For a frame of unknown layout: at least half of its first bytes are in their place. */
export function isMostlyAlike(own: Uint8Array, frame: Uint8Array): boolean {
  return 2 * bytesInCommon(own, frame) >= Math.min(COMPARED, own.length, frame.length);
}

/** How many of the first bytes of two frames are the same. */
export function bytesInCommon(a: Uint8Array, b: Uint8Array): number {
  let common = 0;
  const length = Math.min(COMPARED, a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] === b[i]) common++;
  return common;
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** Frames from their short form. */

import { fromHex } from '../../reference-impl/wire/bytes.ts';
import type { PackedFrame, PayloadStreams } from './packed-frame.ts';

/** `arrivals`: the vector's frames, for what is copied from them. */
export function unpackFrame(
  packed: PackedFrame,
  arrivals: readonly Uint8Array[],
  streams: Pick<PayloadStreams, 'fill'>,
): Uint8Array {
  const pieces = packed.map((part) => {
    if (typeof part === 'string') return fromHex(part) ?? new Uint8Array(0);
    if (part[0] === 'copy') return (arrivals[part[1]] ?? new Uint8Array(0)).subarray(part[2], part[2] + part[3]);
    const bytes = new Uint8Array(part[3]);
    streams.fill(part[1], part[2], bytes);
    return bytes;
  });
  const frame = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    frame.set(piece, at);
    at += piece.length;
  }
  return frame;
}

/** Converts frames back from their short form. */

import { fromHex, u32 } from '../../reference-impl/wire/bytes.ts';
import type { PackedFrame, Part, PayloadStreams } from './packed-frame.ts';

const NOTHING = new Uint8Array(0);

/** `arrivals`: the vector's frames, which others are copied from. */
export function unpackFrame(
  packed: PackedFrame,
  arrivals: readonly Uint8Array[],
  streams: Pick<PayloadStreams, 'fill'>,
): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (const part of packed) pieces.push(pieceOf(part, pieces.at(-1) ?? NOTHING, arrivals, streams));
  const frame = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    frame.set(piece, at);
    at += piece.length;
  }
  return frame;
}

function pieceOf(
  part: Part,
  before: Uint8Array,
  arrivals: readonly Uint8Array[],
  streams: Pick<PayloadStreams, 'fill'>,
): Uint8Array {
  if (typeof part === 'string') return fromHex(part) ?? NOTHING;
  const [kind, which, from, length] = part;
  if (kind === 'copy') return (arrivals[which] ?? NOTHING).subarray(from, from + length);
  const bytes = new Uint8Array(length);
  const at = before.length + from;
  streams.fill(which, from >= 0 ? from : at < 0 || at + 4 > before.length ? 0 : u32(before, at), bytes);
  return bytes;
}

/** Frames as hex, converted once where a program is sent them: its event shows the same, and that of what it indicates is its line. */

import { fromHex, toHex } from '../../reference-impl/wire/bytes.ts';

const known = new WeakMap<Uint8Array, string>();

/** Two lower-case digits a byte. For frames that do not change any more. */
export function frameHex(frame: Uint8Array): string {
  return known.get(frame) ?? toHex(frame);
}

/** The same, and remembered as long as the frame is. */
export function rememberedHex(frame: Uint8Array): string {
  const hex = frameHex(frame);
  known.set(frame, hex);
  return hex;
}

/** Undefined: not an even number of hex digits. */
export function frameOfHex(text: string): Uint8Array | undefined {
  const frame = fromHex(text);
  if (frame !== undefined) known.set(frame, text.toLowerCase());
  return frame;
}

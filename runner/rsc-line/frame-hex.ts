/** Frames as hex, each converted once: a program is sent what its event shows, and the event of what it indicates is its line. */

import { fromHex, toHex } from '../../reference-impl/wire/bytes.ts';

const known = new WeakMap<Uint8Array, string>();

/** Two lower-case digits a byte. For frames that do not change any more. */
export function frameHex(frame: Uint8Array): string {
  let hex = known.get(frame);
  if (hex === undefined) {
    hex = toHex(frame);
    known.set(frame, hex);
  }
  return hex;
}

/** Undefined: not an even number of hex digits. */
export function frameOfHex(text: string): Uint8Array | undefined {
  const frame = fromHex(text);
  if (frame !== undefined) known.set(frame, text.toLowerCase());
  return frame;
}

/**
 * TCP options (RFC 9293 3.1, RFC 7323 3.2): kind 1, and for all but EOL (0) and NOP (1) a length 1 and a body.
 * Timestamps: kind 8, length 10, TSval 4, TSecr 4.
 */

import { i32, setU32, u8 } from './bytes.ts';

export const TcpOption = { end: 0, nop: 1, mss: 2, windowScale: 3, sackPermitted: 4, sack: 5, timestamps: 8 } as const;
export const TIMESTAMPS_LENGTH = 10;

/** The kinds of option lists that coalescing tells apart. */
export const OptionsKind = { none: 0, padding: 1, timestamps: 2, other: 3, malformed: 4 } as const;
export type OptionsKind = (typeof OptionsKind)[keyof typeof OptionsKind];

/** NOP NOP timestamps, the layout nearly every stack sends (RFC 7323 appendix A). */
const USUAL_PREFIX = 0x0101_080a;

/**
 * Kind of the list in [start, end) in the low 3 bits; offset of the timestamps option from `start`, times 8, above.
 * Bytes after EOL are ignored. A number, so that a hot path allocates nothing.
 */
export function scanOptions(bytes: Uint8Array, start: number, end: number): number {
  if (start === end) return OptionsKind.none;
  if (end - start === 12 && i32(bytes, start) === USUAL_PREFIX) return OptionsKind.timestamps | (2 << 3);
  let timestamps = -1;
  let other = false;
  let at = start;
  while (at < end) {
    const kind = u8(bytes, at);
    if (kind === TcpOption.end) break;
    if (kind === TcpOption.nop) {
      at++;
      continue;
    }
    const length = at + 1 < end ? u8(bytes, at + 1) : 0;
    if (length < 2 || at + length > end) return OptionsKind.malformed;
    if (kind === TcpOption.timestamps) {
      if (length !== TIMESTAMPS_LENGTH || timestamps >= 0) return OptionsKind.malformed;
      timestamps = at - start;
    } else {
      other = true;
    }
    at += length;
  }
  if (other) return OptionsKind.other;
  return timestamps < 0 ? OptionsKind.padding : OptionsKind.timestamps | (timestamps << 3);
}

/** The usual twelve bytes: NOP, NOP, timestamps. */
export function timestampsOption(value: number, echo: number): Uint8Array {
  const option = new Uint8Array(12);
  setU32(option, 0, USUAL_PREFIX);
  setU32(option, 4, value);
  setU32(option, 8, echo);
  return option;
}

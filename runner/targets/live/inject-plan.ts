/**
 * The plan that `inject` reads, a line a command, and answers line by line:
 * `FRAME HEX` keeps a frame (no answer); `BURST` sends what is kept, back to back, and is answered `SENT N` or
 * `ERR text`; `BYE` or the end of input ends it. Before anything it prints its greeting.
 */

import { fromHex, toHex } from '../../../reference-impl/wire/bytes.ts';

export const INJECT_GREETING = 'rsc-inject 1';
/** Like that of rsc-line: the largest frame in hex, and some room. */
const MAX_LINE = 262_144;

export type PlanCommand =
  | { readonly do: 'frame'; readonly frame: Uint8Array }
  | { readonly do: 'burst' }
  | { readonly do: 'bye' }
  | { readonly do: 'nothing' }
  | { readonly do: 'error'; readonly text: string };

export function parsePlanLine(line: string): PlanCommand {
  const text = line.replace(/\r$/, '');
  if (text.length > MAX_LINE) return { do: 'error', text: `a line has at most ${MAX_LINE} characters` };
  const [word = '', argument, ...more] = text.split(' ');
  if (text === '') return { do: 'nothing' };
  if (word === 'BURST' && argument === undefined) return { do: 'burst' };
  if (word === 'BYE' && argument === undefined) return { do: 'bye' };
  if (word !== 'FRAME' || argument === undefined || more.length > 0) {
    return { do: 'error', text: `unknown: ${JSON.stringify(text.slice(0, 60))}` };
  }
  const frame = fromHex(argument);
  return frame === undefined || frame.length === 0 ? { do: 'error', text: 'FRAME takes hex' } : { do: 'frame', frame };
}

/** A burst, as the runner writes it. */
export function planLines(frames: readonly Uint8Array[]): string {
  return `${frames.map((frame) => `FRAME ${toHex(frame)}\n`).join('')}BURST\n`;
}

/**
 * rsc-line 1: text, one line a message, ASCII.
 *
 *   HELLO rsc-line 1 name=N version=V key=value ..   RESET   RX HEX   DPC   TICK US   SET key=value ..   STATS   BYE
 *   .   IND HEX key=value ..   STATS pkts=N octets=N events=N aborts=N   UNSUPPORTED   ERR text
 */

export const GREETING = 'HELLO rsc-line 1';
/** Longest line that either side may send, LF included. */
export const MAX_LINE = 262_144;

/** Printable, and short enough to show. */
export function quote(line: string): string {
  const short = line.length > 80 ? `${line.slice(0, 80)}... (${line.length} characters)` : line;
  return JSON.stringify(short);
}

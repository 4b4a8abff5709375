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

/** The last lines, printable and on one line: a program says at the end what broke it. */
export function quoteEnd(text: string): string {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const last = lines.filter((line) => line !== '').slice(-LAST_LINES);
  const joined = last.join(' / ');
  return JSON.stringify(joined.length > LAST_CHARACTERS ? `...${joined.slice(-LAST_CHARACTERS)}` : joined);
}

const LAST_LINES = 4;
const LAST_CHARACTERS = 300;

/**
 * rsc-line 1: text, one line a message, ASCII.
 *
 *   HELLO rsc-line 1 name=N version=V key=value ..   RESET   RX HEX   DPC   TICK US   SET key=on/off ..   STATS   BYE
 *   .   IND HEX key=value ..   STATS pkts=N octets=N events=N aborts=N   UNSUPPORTED   ERR text
 */

import type { OutOfBand } from '../../reference-impl/indication.ts';
import type { Statistics } from '../../reference-impl/statistics.ts';
import { type Capabilities, DEFAULT_CAPABILITIES, OOB_KEYS, type OobKey } from '../capabilities/capabilities.ts';
import { CAPABILITY_TABLE, readCapability } from '../capabilities/capability-table.ts';

export const GREETING = 'HELLO rsc-line 1';
/** Longest line that either side may send, LF included. */
export const MAX_LINE = 262_144;

/** What a line means; nonsense carries a reason. */
export type Message =
  | { readonly kind: 'done' }
  | { readonly kind: 'unsupported' }
  | { readonly kind: 'err'; readonly text: string }
  | { readonly kind: 'stats'; readonly statistics: Statistics }
  | { readonly kind: 'ind'; readonly frame: Uint8Array; readonly keys: ReadonlyMap<string, string> }
  | { readonly kind: 'nonsense'; readonly reason: string };

export function parseMessage(line: string): Message {
  if (line === '.') return { kind: 'done' };
  if (line.startsWith('IND ')) return parseIndication(line);
  if (line === 'UNSUPPORTED') return { kind: 'unsupported' };
  if (line === 'ERR' || line.startsWith('ERR ')) return { kind: 'err', text: line.slice(4) };
  if (line.startsWith('STATS ')) return parseStatistics(line);
  return { kind: 'nonsense', reason: `not an answer: ${quote(line)}` };
}

function parseIndication(line: string): Message {
  const end = line.indexOf(' ', 4);
  const hex = end < 0 ? line.slice(4) : line.slice(4, end);
  const frame = Buffer.from(hex, 'hex');
  if (hex.length % 2 !== 0 || frame.length !== hex.length / 2)
    return { kind: 'nonsense', reason: `IND without even hex digits: ${quote(line)}` };
  return { kind: 'ind', frame, keys: end < 0 ? NO_KEYS : parseKeys(line.slice(end + 1)) };
}

const NO_KEYS: ReadonlyMap<string, string> = new Map();

export function parseKeys(text: string): Map<string, string> {
  const keys = new Map<string, string>();
  for (const word of text.split(' ')) {
    const at = word.indexOf('=');
    if (at > 0) keys.set(word.slice(0, at), word.slice(at + 1));
  }
  return keys;
}

function parseStatistics(line: string): Message {
  const keys = parseKeys(line);
  const number = (key: string): number => (/^\d{1,15}$/.test(keys.get(key) ?? '') ? Number(keys.get(key)) : Number.NaN);
  const statistics = {
    pkts: number('pkts'),
    octets: number('octets'),
    events: number('events'),
    aborts: number('aborts'),
  };
  if (Object.values(statistics).some(Number.isNaN))
    return { kind: 'nonsense', reason: `STATS without its four numbers: ${quote(line)}` };
  return { kind: 'stats', statistics };
}

/** Printable, and short enough to show. */
export function quote(line: string): string {
  const short = line.length > 80 ? `${line.slice(0, 80)}... (${line.length} characters)` : line;
  return JSON.stringify(short);
}

/** Out-of-band values of an IND: defaults for keys that are reported but absent. A string: which value is nonsense. */
export function outOfBand(
  keys: ReadonlyMap<string, string>,
  reported: ReadonlySet<OobKey>,
): Partial<OutOfBand> | string {
  const oob: { -readonly [K in keyof OutOfBand]?: OutOfBand[K] } = {};
  for (const key of OOB_KEYS) {
    if (!reported.has(key)) continue;
    const text = keys.get(key);
    const value = text === undefined ? DEFAULTS[key] : READERS[key](text);
    if (value === undefined) return `${key}=${text}`;
    Object.assign(oob, { [NAMES[key]]: value });
  }
  return oob;
}

const NAMES: Readonly<Record<OobKey, keyof OutOfBand>> = {
  seg: 'segCount',
  dup: 'dupAckCount',
  tsdelta: 'timestampDelta',
  ipcsum: 'ipChecksum',
  tcpcsum: 'tcpChecksum',
  valueinvalid: 'valueInvalid',
  uroseg: 'uroSegCount',
  urosize: 'uroSegSize',
};

const DEFAULTS = {
  seg: 0,
  dup: 0,
  tsdelta: 0,
  ipcsum: 'none',
  tcpcsum: 'none',
  valueinvalid: 0,
  uroseg: 0,
  urosize: 0,
} as const;

const decimal = (text: string): number | undefined => (/^\d{1,10}$/.test(text) ? Number(text) : undefined);
const oneOf =
  <T extends string>(...values: readonly T[]) =>
  (text: string): T | undefined =>
    values.find((value) => value === text);

const READERS: Readonly<Record<OobKey, (text: string) => string | number | undefined>> = {
  seg: decimal,
  dup: decimal,
  tsdelta: decimal,
  ipcsum: oneOf('ok', 'bad', 'none'),
  tcpcsum: oneOf('ok', 'bad', 'none', 'partial'),
  valueinvalid: (text) => (text === '0' ? 0 : text === '1' ? 1 : oneOf('ip', 'tcp')(text)),
  uroseg: decimal,
  urosize: decimal,
};

export interface Hello {
  readonly name: string;
  readonly version: string;
  readonly capabilities: Capabilities;
}

/** A greeting's contents, or what is wrong with it. Unknown keys are ignored. */
export function parseHello(line: string): Hello | string {
  const match = /^HELLO rsc-line (\S+)(?: (.*))?$/.exec(line);
  if (match === null) return `expected "${GREETING} ...", got ${quote(line)}`;
  if (match[1] !== '1') return `it speaks rsc-line ${match[1]}, this runner speaks rsc-line 1`;
  const keys = parseKeys(match[2] ?? '');
  const capabilities: Record<string, unknown> = {};
  for (const [key, text] of keys) {
    if (!Object.hasOwn(CAPABILITY_TABLE, key)) continue;
    const read = readCapability(key, text);
    if (typeof read === 'string') return read;
    capabilities[key] = read.value;
  }
  return {
    name: keys.get('name') ?? 'program',
    version: keys.get('version') ?? '',
    capabilities: { ...DEFAULT_CAPABILITIES, ...(capabilities as Partial<Capabilities>) },
  };
}

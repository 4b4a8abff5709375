/** What a program answers, as lines: one renderer and one reader. */

import type { OutOfBand } from '../../reference-impl/indication.ts';
import type { BufferFill, VirtioHeader } from '../../reference-impl/rules/rule.ts';
import type { Statistics } from '../../reference-impl/statistics.ts';
import { netHeaderBytes } from '../../reference-impl/virtio/net-header.ts';
import { toHex } from '../../reference-impl/wire/bytes.ts';
import { BUFFERS, renderFills } from './buffer-fills.ts';
import { frameHex, frameOfHex } from './frame-hex.ts';
import { parseKeys } from './keys.ts';
import { oobValues } from './oob-keys.ts';
import { quote } from './protocol.ts';

/** What a line means; nonsense carries a reason. */
export type Message =
  | { readonly kind: 'done' }
  | { readonly kind: 'unsupported' }
  | { readonly kind: 'err'; readonly text: string }
  | { readonly kind: 'stats'; readonly statistics: Statistics }
  | { readonly kind: 'ind'; readonly frame: Uint8Array; readonly keys: ReadonlyMap<string, string> }
  | { readonly kind: 'nonsense'; readonly reason: string };

export const DONE = '.';
/** The key of an IND line that holds the virtio header. */
export const VNET = 'vnet';

export function parseMessage(line: string): Message {
  if (line === DONE) return { kind: 'done' };
  if (line.startsWith('IND ')) return parseIndication(line);
  if (line === 'UNSUPPORTED') return { kind: 'unsupported' };
  if (line === 'ERR' || line.startsWith('ERR ')) return { kind: 'err', text: line.slice(4) };
  if (line.startsWith('STATS ')) return parseStatistics(line);
  return { kind: 'nonsense', reason: `not an answer: ${quote(line)}` };
}

function parseIndication(line: string): Message {
  const end = line.indexOf(' ', 4);
  const frame = frameOfHex(end < 0 ? line.slice(4) : line.slice(4, end));
  if (frame === undefined) return { kind: 'nonsense', reason: `IND without even hex digits: ${quote(line)}` };
  return { kind: 'ind', frame, keys: end < 0 ? NO_KEYS : parseKeys(line.slice(end + 1)) };
}

const NO_KEYS: ReadonlyMap<string, string> = new Map();

export function renderIndication(
  frame: Uint8Array,
  oob: Partial<OutOfBand>,
  virtio?: VirtioHeader,
  fills?: readonly BufferFill[],
): string {
  const words = Object.entries(oobValues(oob)).map(([key, value]) => ` ${key}=${value}`);
  const header = virtio === undefined ? '' : ` ${VNET}=${toHex(netHeaderBytes(virtio))}`;
  const buffers = fills === undefined ? '' : ` ${BUFFERS}=${renderFills(fills)}`;
  return `IND ${frameHex(frame)}${words.join('')}${header}${buffers}`;
}

const COUNTERS: readonly (keyof Statistics)[] = ['pkts', 'octets', 'events', 'aborts'];

function parseStatistics(line: string): Message {
  const keys = parseKeys(line);
  const number = (key: string): number => (/^\d{1,15}$/.test(keys.get(key) ?? '') ? Number(keys.get(key)) : Number.NaN);
  const counts = COUNTERS.map((counter) => [counter, number(counter)] as const);
  if (counts.some(([, count]) => Number.isNaN(count)))
    return { kind: 'nonsense', reason: `STATS without its four numbers: ${quote(line)}` };
  return { kind: 'stats', statistics: Object.fromEntries(counts) as unknown as Statistics };
}

export function renderStatistics(statistics: Statistics): string {
  return `STATS ${COUNTERS.map((counter) => `${counter}=${statistics[counter]}`).join(' ')}`;
}

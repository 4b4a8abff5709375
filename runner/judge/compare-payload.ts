/** Compares the payload of an indicated frame, and the bytes after it, with the expected bytes. */

import type { RuleBase } from '../../reference-impl/rules/rule.ts';
import { equalBytes, sameBytes, toHex } from '../../reference-impl/wire/bytes.ts';
import { countText } from '../../vectors/count-text.ts';
import { hexText } from './field-words.ts';
import { nameArrivals } from './finding.ts';

const SHOWN_BYTES = 24;
/** Of a longer unit, it is not asked which payloads changed places. */
const MOST_SWAPPED = 16;

/** Payload bytes of one arrival, in the order of the unit. */
export interface PayloadPart {
  readonly number: number;
  readonly length: number;
}

/** `sentence`: the difference in words. */
export type ReportPayload = (
  rule: RuleBase,
  field: string,
  wanted: string | (() => string),
  was: string | (() => string),
  sentence: () => string,
) => void;

/** `wanted` may be overwritten later. `parts`: asked for only where something differs. `most`: how many bytes of any value may follow the IP packet (H1); 0: none. */
export function comparePayload(
  wanted: Uint8Array,
  { frame, payloadOffset }: { readonly frame: Uint8Array; readonly payloadOffset: number },
  most: number,
  parts: () => readonly PayloadPart[],
  rule: RuleBase,
  report: ReportPayload,
): void {
  const all = frame.subarray(payloadOffset);
  const isEndKnown = most === 0 || all.length < wanted.length;
  if (isEndKnown && all.length !== wanted.length) {
    const lengths = [countText(wanted.length, 'byte'), countText(all.length, 'byte')] as const;
    const sentence = lengthSentence(wanted, all, parts);
    report(rule, 'payload', ...lengths, () => sentence ?? `The payload is ${lengths[1]}, must be ${lengths[0]}.`);
    return;
  }
  const was = all.subarray(0, wanted.length);
  if (!sameBytes(wanted, was)) {
    const swapped = swappedSentence(wanted, was, parts);
    const at = commonStart(wanted, was);
    const end = wanted.length - commonEnd(wanted, was);
    const [must, is] = [wanted, was].map((bytes) => bytes.slice(at, Math.min(end, at + SHOWN_BYTES))) as [
      Uint8Array,
      Uint8Array,
    ];
    const shown = (bytes: Uint8Array) => (): string => `${toHex(bytes)} at byte ${at} of ${wanted.length}`;
    report(rule, 'payload', shown(must), shown(is), () => swapped ?? alteredSentence(must, is, at, end, parts()));
    return;
  }
  const trailing = all.length - wanted.length;
  if (trailing > most) {
    const [may, follow] = [`at most ${most} bytes after the IP packet`, countText(trailing, 'byte')];
    report(rule, 'frame', may, follow, () => `${follow} follow the IP packet, ${most} may.`);
  }
}

/** A piece that was left out or put in: then the rest is right. Undefined: something else is wrong. */
function lengthSentence(
  wanted: Uint8Array,
  was: Uint8Array,
  partsOf: () => readonly PayloadPart[],
): string | undefined {
  const [long, short] = wanted.length > was.length ? [wanted, was] : [was, wanted];
  const length = long.length - short.length;
  let at = commonStart(long, short);
  if (!equalBytes(long, at + length, short, at, short.length - at)) return undefined;
  const parts = partsOf();
  // If the bytes before it are the same, the piece may lie further forward: at the boundary of an arrival, if it can.
  const isBoundary = (place: number): boolean =>
    [...startsOf(parts), long.length].some((one) => one === place || one === place + length);
  for (let other = at; other >= 0; other--) {
    if (isBoundary(other)) {
      at = other;
      break;
    }
    if (other === 0 || long[other - 1] !== long[other + length - 1]) break;
  }
  if (long === wanted) return `${missingText(at, length, parts)} missing.`;
  const repeated = parts.find((_, i) => isSamePart(long, at, length, wanted, parts, i));
  if (repeated !== undefined)
    return `The payload of #${repeated.number} (${countText(length, 'byte')}) is there twice.`;
  const bytes = long.subarray(at, at + Math.min(length, SHOWN_BYTES));
  const more = length > SHOWN_BYTES ? ' ...' : '';
  const [what, be] = [countText(length, 'byte'), length === 1 ? 'was' : 'were'];
  if (wanted.length === 0 && parts[0] !== undefined)
    return `${nameArrivals(parts.map(({ number }) => number))} without payload came out with ${what} of it: ${toHex(bytes)}${more}.`;
  return `${what} that ${be} not sent there ${length === 1 ? 'is' : 'are'} in the payload ${placeText(at, parts)}: ${toHex(bytes)}${more}.`;
}

/** These bytes are the whole payload of the part. */
function isSamePart(
  bytes: Uint8Array,
  at: number,
  length: number,
  wanted: Uint8Array,
  parts: readonly PayloadPart[],
  i: number,
): boolean {
  return parts[i]?.length === length && equalBytes(bytes, at, wanted, startsOf(parts)[i] ?? 0, length);
}

/** The payloads of two arrivals, and nothing else, have changed places. */
function swappedSentence(
  wanted: Uint8Array,
  was: Uint8Array,
  partsOf: () => readonly PayloadPart[],
): string | undefined {
  const parts = partsOf();
  if (parts.length < 2 || parts.length > MOST_SWAPPED) return undefined;
  const starts = startsOf(parts);
  const first = commonStart(wanted, was);
  const i = parts.findIndex(({ length }, part) => first < (starts[part] ?? 0) + length);
  const own = parts[i];
  if (own === undefined) return undefined;
  for (let j = i + 1; j < parts.length; j++) {
    const order = parts.map((_, part) => (part === i ? j : part === j ? i : part));
    let at = 0;
    const isOrdered = order.every((part) => {
      const { length } = parts[part] as PayloadPart;
      at += length;
      return equalBytes(wanted, starts[part] ?? 0, was, at - length, length);
    });
    if (isOrdered) return `The payloads of #${own.number} and #${parts[j]?.number} changed places.`;
  }
  return undefined;
}

/** "The last 4 bytes of #1 are". */
function missingText(at: number, length: number, parts: readonly PayloadPart[]): string {
  const [own, from] = partAt(at, parts);
  const be = length === 1 ? 'is' : 'are';
  if (own === undefined) return `${countText(length, 'byte')} of the payload ${be}`;
  const name = `#${own.number}’s payload`;
  if (from + length > own.length) return `${countText(length, 'byte')} from byte ${from} of ${name} on are`;
  if (length === own.length) return `The payload of #${own.number} (${countText(length, 'byte')}) is`;
  if (length === 1) return `Byte ${from} of ${name} is`;
  if (from === 0) return `The first ${length} bytes of ${name} are`;
  return from + length === own.length
    ? `The last ${length} bytes of ${name} are`
    : `Bytes ${from} to ${from + length - 1} of ${name} are`;
}

/** "after #1". */
function placeText(at: number, parts: readonly PayloadPart[]): string {
  const [own, from] = partAt(at, parts);
  if (own !== undefined && from > 0) return `after byte ${from - 1} of #${own.number}`;
  const before = parts[startsOf(parts).findIndex((start, i) => start + (parts[i]?.length ?? 0) === at)];
  if (before !== undefined && before.length > 0) return `after #${before.number}`;
  return own === undefined ? 'of a segment without payload' : `before #${own.number}`;
}

function alteredSentence(
  must: Uint8Array,
  is: Uint8Array,
  at: number,
  end: number,
  parts: readonly PayloadPart[],
): string {
  const [own, from] = partAt(at, parts);
  const payload = own === undefined ? 'the payload' : `#${own.number}’s payload`;
  const place = own === undefined ? at : from;
  if (end - at === 1)
    return `Byte ${place} of ${payload} is ${hexText(is[0] ?? 0, 2)}, must be ${hexText(must[0] ?? 0, 2)}.`;
  const isShownWhole = end - at === is.length && (own === undefined || from + is.length <= own.length);
  return isShownWhole
    ? `Bytes ${place} to ${place + is.length - 1} of ${payload} are ${toHex(is)}, must be ${toHex(must)}.`
    : `From byte ${place} of ${payload} on, the bytes are ${toHex(is)}, must be ${toHex(must)}.`;
}

function startsOf(parts: readonly PayloadPart[]): number[] {
  let at = 0;
  return parts.map(({ length }) => {
    at += length;
    return at - length;
  });
}

/** The arrival that has this byte of the payload, and the place of the byte in its own. */
function partAt(at: number, parts: readonly PayloadPart[]): readonly [PayloadPart | undefined, number] {
  let start = 0;
  for (const part of parts) {
    if (at < start + part.length) return [part, at - start];
    start += part.length;
  }
  return [undefined, 0];
}

function commonStart(a: Uint8Array, b: Uint8Array): number {
  const most = Math.min(a.length, b.length);
  let at = 0;
  while (at < most && a[at] === b[at]) at++;
  return at;
}

/** Of two of one length. */
function commonEnd(a: Uint8Array, b: Uint8Array): number {
  let count = 0;
  while (a[a.length - 1 - count] === b[b.length - 1 - count]) count++;
  return count;
}

/**
 * Payload bytes as a function of stream and sequence number: loss, repetition, swap and stale bytes all show.
 * Each aligned group of four sequence numbers gets one mixed word (murmur3's finalizer), a byte of it each.
 */

/** Fills `into` with the stream's bytes from `seq` on, modulo 2^32. */
export function positionCode(stream: string, seq: number, into: Uint8Array): void {
  seededCode(hash(stream), seq, into);
}

/** The same for a stream whose seed is known: `hash` of its name, or the result of `seedOf`. */
export function seededCode(seed: number, seq: number, into: Uint8Array): void {
  const { length } = into;
  let i = 0;
  for (; i < length && ((seq + i) & 3) !== 0; i++) into[i] = wordFrom(seed, (seq + i) >>> 0);
  let group = (seq + i) >>> 2;
  // Whole groups at once: vectors consist of little else.
  for (; i + 4 <= length; i += 4) {
    const word = mix(seed ^ group);
    into[i] = word;
    into[i + 1] = word >> 8;
    into[i + 2] = word >> 16;
    into[i + 3] = word >> 24;
    group = (group + 1) & LAST_GROUP;
  }
  for (; i < length; i++) into[i] = wordFrom(seed, (seq + i) >>> 0);
}

/** The mixed word of this number, shifted so that its byte is the lowest. */
function wordFrom(seed: number, at: number): number {
  return mix(seed ^ (at >>> 2)) >>> (8 * (at & 3));
}

/** FNV-1a. */
export function hash(text: string): number {
  let value = 0x811c_9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x0100_0193);
  return value >>> 0;
}

function mix(word: number): number {
  let value = word;
  value = Math.imul(value ^ (value >>> 16), 0x85eb_ca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2_ae35);
  return value ^ (value >>> 16);
}

/** The inverse of `mix`: each of its steps loses nothing. */
function unmix(word: number): number {
  let value = word;
  value = Math.imul(value ^ (value >>> 16), 0x7ed1_b41d);
  value = Math.imul(value ^ (value >>> 13) ^ (value >>> 26), 0xa5cb_9243);
  return (value ^ (value >>> 16)) >>> 0;
}

/** The seed of the stream that has these bytes from `seq` on; undefined if no stream has them, or if they are too few. */
export function seedOf(seq: number, bytes: Uint8Array): number | undefined {
  const first = (4 - (seq & 3)) & 3;
  if (first + 4 > bytes.length) return undefined;
  const seed = (unmixedAt(bytes, first) ^ (((seq + first) >>> 0) >>> 2)) >>> 0;
  return isSeeded(seed, seq, bytes) ? seed : undefined;
}

/**
 * The same without a sequence number: a stream and a place in it with these bytes. Several have them; it is one of them.
 * Undefined for fewer than eight bytes.
 */
export function placeOf(bytes: Uint8Array): { readonly seed: number; readonly seq: number } | undefined {
  for (let first = 0; first < 4; first++) {
    const words = (bytes.length - first) >> 2;
    if (words < 2) return undefined;
    const seed = unmixedAt(bytes, first);
    const group = groupOf(bytes, first, words);
    if (group === undefined) continue;
    for (const number of numbersOf(group)) {
      const seq = (4 * number - first) >>> 0;
      const found = (seed ^ number) >>> 0;
      if (isSeeded(found, seq, bytes)) return { seed: found, seq };
    }
  }
  return undefined;
}

/** Numbers of groups have 30 bits. */
const MOST_GROUPS = 2 ** 30;
const LAST_GROUP = MOST_GROUPS - 1;

/** Bytes before the first whole word, and after the last, may depend on bits of its number that no step shows. */
function* numbersOf({ number, known }: Group): Generator<number> {
  yield number;
  for (let bit = known + 1; bit < MOST_GROUPS; bit *= 2) {
    yield number + bit;
    yield number + bit - known - 1;
  }
}

/** The number of a group in its stream, as far as `known` says, a mask of its lowest bits. */
interface Group {
  readonly number: number;
  readonly known: number;
}

/** The finalizer's input for the word at this place: the seed, and the group's number in its bits. */
function unmixedAt(bytes: Uint8Array, at: number): number {
  let word = 0;
  for (let i = 3; i >= 0; i--) word = (word << 8) | (bytes[at + i] as number);
  return unmix(word);
}

/**
 * The number of the first group, as far as the next ones show it: from one number to the next, the bits up to the lowest zero
 * change. Undefined if they do not change like this.
 */
function groupOf(bytes: Uint8Array, first: number, words: number): Group | undefined {
  let last = unmixedAt(bytes, first);
  let most = 0;
  let group = 0;
  for (let i = 1; i < words; i++) {
    const word = unmixedAt(bytes, first + 4 * i);
    const changed = (word ^ last) >>> 0;
    if ((changed & (changed + 1)) !== 0 || changed === 0) return undefined;
    if (changed > most) {
      most = changed;
      // All of the changed bits but the highest are ones before, and all zeros after.
      group = ((changed >>> 1) - (i - 1)) & changed;
    }
    last = word;
  }
  return { number: group >>> 0, known: most };
}

/** Whether these are the stream's bytes from `seq` on. */
function isSeeded(seed: number, seq: number, bytes: Uint8Array): boolean {
  const { length } = bytes;
  for (let i = 0; i < length; ) {
    const at = (seq + i) >>> 0;
    let word = wordFrom(seed, at);
    const end = Math.min(length, i + 4 - (at & 3));
    for (; i < end; i++, word >>>= 8) if ((word & 0xff) !== bytes[i]) return false;
  }
  return true;
}

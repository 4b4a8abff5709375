/**
 * Payload bytes as a function of stream and sequence number: loss, repetition, swap and stale bytes all show.
 * Each aligned group of four sequence numbers gets one mixed word (murmur3's finalizer), a byte of it each.
 */

/** Fills `into` with the stream's bytes from `seq` on, modulo 2^32. */
export function positionCode(stream: string, seq: number, into: Uint8Array): void {
  seededCode(hash(stream), seq, into);
}

/** The same for a stream of which only the seed is known: `hash` of its name, or what `seedOf` found. */
export function seededCode(seed: number, seq: number, into: Uint8Array): void {
  const { length } = into;
  for (let i = 0; i < length; ) {
    const at = (seq + i) >>> 0;
    let word = mix(seed ^ (at >>> 2)) >>> (8 * (at & 3));
    const end = Math.min(length, i + 4 - (at & 3));
    for (; i < end; i++, word >>>= 8) into[i] = word;
  }
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
  return (value ^ (value >>> 16)) >>> 0;
}

/** The inverse of `mix`: each of its steps loses nothing. */
function unmix(word: number): number {
  let value = word;
  value = Math.imul(value ^ (value >>> 16), 0x7ed1_b41d);
  value = Math.imul(value ^ (value >>> 13) ^ (value >>> 26), 0xa5cb_9243);
  return (value ^ (value >>> 16)) >>> 0;
}

/** The seed of the stream whose bytes from `seq` on these are; undefined if they are no stream's, or too few to tell. */
export function seedOf(seq: number, bytes: Uint8Array): number | undefined {
  const first = (4 - (seq & 3)) & 3;
  if (first + 4 > bytes.length) return undefined;
  let word = 0;
  for (let i = 3; i >= 0; i--) word = (word << 8) | (bytes[first + i] as number);
  const seed = (unmix(word) ^ (((seq + first) >>> 0) >>> 2)) >>> 0;
  return isSeeded(seed, seq, bytes) ? seed : undefined;
}

/** Whether these are the stream's bytes from `seq` on. */
function isSeeded(seed: number, seq: number, bytes: Uint8Array): boolean {
  const { length } = bytes;
  for (let i = 0; i < length; ) {
    const at = (seq + i) >>> 0;
    let word = mix(seed ^ (at >>> 2)) >>> (8 * (at & 3));
    const end = Math.min(length, i + 4 - (at & 3));
    for (; i < end; i++, word >>>= 8) if ((word & 0xff) !== bytes[i]) return false;
  }
  return true;
}

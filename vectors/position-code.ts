/**
 * Payload bytes as a function of stream and sequence number: loss, repetition, swap and stale bytes all show.
 * Each aligned group of four sequence numbers gets one mixed word (murmur3's finalizer), a byte of it each.
 */

/** Fills `into` with the stream's bytes from `seq` on, modulo 2^32. */
export function positionCode(stream: string, seq: number, into: Uint8Array): void {
  const seed = hash(stream);
  for (let i = 0; i < into.length; i++) {
    const at = (seq + i) >>> 0;
    into[i] = mix(seed ^ (at >>> 2)) >>> (8 * (at & 3));
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

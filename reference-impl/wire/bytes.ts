/** Big-endian access to bytes. Callers guarantee the range; nothing here checks it, nothing allocates. */

export function u8(bytes: Uint8Array, offset: number): number {
  return bytes[offset] as number;
}

export function u16(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] as number) << 8) | (bytes[offset + 1] as number);
}

/** Unsigned 32 bits. */
export function u32(bytes: Uint8Array, offset: number): number {
  return i32(bytes, offset) >>> 0;
}

/** The same 32 bits as a signed integer: cheaper where only equality or mixing matters. */
export function i32(bytes: Uint8Array, offset: number): number {
  return (
    ((bytes[offset] as number) << 24) |
    ((bytes[offset + 1] as number) << 16) |
    ((bytes[offset + 2] as number) << 8) |
    (bytes[offset + 3] as number)
  );
}

export function setU16(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 8;
  bytes[offset + 1] = value;
}

export function setU32(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 24;
  bytes[offset + 1] = value >>> 16;
  bytes[offset + 2] = value >>> 8;
  bytes[offset + 3] = value;
}

/** Whether `length` bytes are the same in both arrays; false if one of them ends before. */
export function equalBytes(a: Uint8Array, aOffset: number, b: Uint8Array, bOffset: number, length: number): boolean {
  if (aOffset + length > a.length || bOffset + length > b.length) return false;
  let i = 0;
  for (; i + 3 < length; i += 4) if (i32(a, aOffset + i) !== i32(b, bOffset + i)) return false;
  for (; i < length; i++) if (a[aOffset + i] !== b[bOffset + i]) return false;
  return true;
}

/** Whether both arrays have the same bytes and length. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && equalBytes(a, 0, b, 0, a.length);
}

const DIGITS: readonly string[] = Array.from({ length: 256 }, (_, byte) => (byte + 256).toString(16).slice(1));

interface NativeBuffer {
  from(buffer: ArrayBufferLike, offset: number, length: number): { toString(encoding: 'hex'): string };
  from(text: string, encoding: 'hex'): Uint8Array;
}
/** Node's own function is many times as fast; a browser has none. */
const native = (globalThis as { readonly Buffer?: NativeBuffer }).Buffer;

/** Two lower-case hex digits for each byte. */
export function toHex(bytes: Uint8Array): string {
  if (native !== undefined) return native.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
  let text = '';
  for (const byte of bytes) text += DIGITS[byte] as string;
  return text;
}

/** The bytes of a string of hex digits of either case, or undefined where it is not an even number of them. */
export function fromHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0) return undefined;
  if (native !== undefined) {
    // It ends at the first character that is not a digit.
    const read = native.from(text, 'hex');
    return 2 * read.length === text.length ? new Uint8Array(read) : undefined;
  }
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    const value = (digitOf(text.charCodeAt(2 * i)) << 4) | digitOf(text.charCodeAt(2 * i + 1));
    if (value < 0) return undefined;
    bytes[i] = value;
  }
  return bytes;
}

/** -1: not a hex digit. */
function digitOf(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

/**
 * Memory for frames that a pair of captures keeps for a while. Several frames share one allocation, because an
 * allocation costs more than their bytes. It is small, so that a frame that is kept for long keeps little else alive.
 */

const SHARED = 8 * 1024;
/** Larger frames get memory of their own. */
const MOST_SHARING = SHARED / 4;

let shared = new ArrayBuffer(SHARED);
let used = 0;

/** `length` zero bytes that were never used before. */
export function frameMemory(length: number): Uint8Array {
  if (length > MOST_SHARING) return new Uint8Array(length);
  if (used + length > SHARED) {
    shared = new ArrayBuffer(SHARED);
    used = 0;
  }
  const frame = new Uint8Array(shared, used, length);
  used += length;
  return frame;
}

/**
 * Memory of units: slabs from which places are cut one after the other. The engine zeroes fresh memory and the kernel
 * faults it in, which costs as much as everything else about a segment. So a slab is reused when all of its places were
 * given back, and not before: a frame that a caller may still use never changes. A caller need not give anything back:
 * a full slab is forgotten, and the engine collects it with the last frame in it.
 */

/** It fits a core's own cache, and one allocation serves ten units of 16 segments. */
const SLAB = 256 * 1024;
/** Free slabs to keep: as many as 4,096 connections with 16 segments each fill. */
const MOST_FREE = (128 * 1024 * 1024) / SLAB;
/** Places begin at cache lines. */
const LINE = 64;

/** It is the buffer of all frames cut from it, and lives as long as one of them. */
class Slab extends ArrayBuffer {
  /** Where the next place begins. */
  used = 0;
  /** Places of units in progress, and frames that were handed out and not given back. */
  held = 0;
  /** Where its places begin, ascending, and the frame in each that was handed out and not given back. */
  starts: number[] = [];
  frames: (Uint8Array | undefined)[] = [];
}

/** The number of the next place, of `length` bytes. */
function take(slab: Slab, length: number): number {
  slab.starts.push(slab.used);
  slab.frames.push(undefined);
  slab.used = endOf(slab.used, length);
  slab.held++;
  return slab.starts.length - 1;
}

/** Whether this frame was handed out, and not an earlier one at the same place. */
function takeBack({ starts, frames }: Slab, frame: Uint8Array): boolean {
  const start = frame.byteOffset;
  let low = 0;
  for (let high = starts.length; low < high; ) {
    const middle = (low + high) >> 1;
    if ((starts[middle] as number) < start) low = middle + 1;
    else high = middle;
  }
  if (frames[low] !== frame) return false;
  frames[low] = undefined;
  return true;
}

/** The place of a unit in progress. */
export interface Piece {
  readonly bytes: Uint8Array;
  readonly slab: Slab;
  readonly number: number;
}

export class Memory {
  /** The number of slabs made so far. */
  made = 0;
  #current: Slab | undefined;
  readonly #free: Slab[] = [];

  /** A place of `length` bytes with any content, for a unit, until `release` or `handOut`. */
  cut(length: number): Piece {
    const slab = this.#with(length);
    const start = slab.used;
    const number = take(slab, length);
    return { bytes: new Uint8Array(slab, start, length), slab, number };
  }

  /** The unit no longer uses its place, and it was never handed out. */
  release({ slab }: Piece): void {
    this.#letGo(slab);
  }

  /** The first `length` bytes of a unit's place: they belong to the caller until they are given back. */
  handOut({ bytes, slab, number }: Piece, length: number): Uint8Array {
    const start = bytes.byteOffset;
    // The last place is cut back to its contents.
    if (endOf(start, bytes.length) === slab.used) slab.used = endOf(start, length);
    const frame = new Uint8Array(slab, start, length);
    slab.frames[number] = frame;
    return frame;
  }

  /** A copy of the first `length` bytes of `bytes`: a place without slack, handed out at once. */
  handOutCopy(bytes: Uint8Array, length: number): Uint8Array {
    const slab = this.#with(length);
    const start = slab.used;
    const number = take(slab, length);
    const copy = new Uint8Array(slab, start, length);
    slab.frames[number] = copy;
    copy.set(bytes.subarray(0, length));
    return copy;
  }

  /** Takes a frame back. One that was not handed out, or was given back before, is left alone. */
  giveBack(frame: Uint8Array): void {
    const { buffer } = frame;
    if (buffer instanceof Slab && takeBack(buffer, frame)) this.#letGo(buffer);
  }

  #with(length: number): Slab {
    const current = this.#current;
    if (current !== undefined && current.used + length <= current.byteLength) return current;
    if (length > SLAB) return this.#make(length);
    const next = this.#free.pop() ?? this.#make(SLAB);
    this.#current = next;
    return next;
  }

  #make(length: number): Slab {
    this.made++;
    return new Slab(length);
  }

  #letGo(slab: Slab): void {
    if (--slab.held > 0) return;
    slab.used = 0;
    slab.starts = [];
    slab.frames = [];
    const isUsual = slab.byteLength === SLAB;
    if (slab !== this.#current && isUsual && this.#free.length < MOST_FREE) this.#free.push(slab);
  }
}

function endOf(start: number, length: number): number {
  return (start + length + LINE - 1) & -LINE;
}

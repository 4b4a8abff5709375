/**
 * Memory of long units: slabs from which places are cut one after the other. Fresh memory is zeroed by the engine and faulted in
 * by the kernel, which costs as much as all else that happens to a segment. So a slab serves again once all places in it
 * were given back, and not before: no byte of a frame that somebody may still hold ever changes. Who gives nothing back
 * loses nothing: a slab that is full is forgotten, and the engine collects it with the last frame in it.
 */

/** A core's own cache holds it, and one allocation serves ten units of 16 segments. */
const SLAB = 256 * 1024;
/** What is kept of slabs that are free: all that 4,096 connections with 16 segments each fill. */
const MOST_FREE = (128 * 1024 * 1024) / SLAB;
/** Places begin at cache lines. */
const LINE = 6;

class Slab {
  readonly buffer: ArrayBuffer;
  readonly length: number;
  /** Where the next place begins. */
  used = 0;
  /** Places of units in progress, and frames that were handed out and not given back. */
  held = 0;
  /** 1: a frame that begins in this line was handed out. */
  readonly isOut: Uint8Array;

  constructor(length: number) {
    this.buffer = new ArrayBuffer(length);
    this.length = length;
    this.isOut = new Uint8Array((length >> LINE) + 1);
  }
}

/** Where a unit is gathered. */
export interface Piece {
  readonly bytes: Uint8Array;
  readonly slab: Slab;
}

export class Memory {
  /** Slabs that were ever made. */
  made = 0;
  #current: Slab | undefined;
  readonly #free: Slab[] = [];
  /** It keeps no slab alive. */
  readonly #slabs = new WeakMap<ArrayBufferLike, Slab>();

  /** A place of `length` bytes of any content, for a unit: until `release` or `handOut`. */
  cut(length: number): Piece {
    const slab = this.#with(length);
    const { used } = slab;
    slab.used = endOf(used, length);
    slab.held++;
    return { bytes: new Uint8Array(slab.buffer, used, length), slab };
  }

  /** The unit is done with its place, and nobody else ever saw it. */
  release({ slab }: Piece): void {
    this.#letGo(slab);
  }

  /** The first `length` bytes of a unit's place: those of who holds them, until they are given back. */
  handOut({ bytes, slab }: Piece, length: number): Uint8Array {
    const start = bytes.byteOffset;
    slab.isOut[start >> LINE] = 1;
    // The last place is cut back to what it holds.
    if (endOf(start, bytes.length) === slab.used) slab.used = endOf(start, length);
    return new Uint8Array(slab.buffer, start, length);
  }

  /** Takes a frame back. One that was not handed out, or was given back before, is left alone. */
  giveBack(frame: Uint8Array): void {
    const slab = this.#slabs.get(frame.buffer);
    const line = frame.byteOffset >> LINE;
    if (slab?.isOut[line] !== 1) return;
    slab.isOut[line] = 0;
    this.#letGo(slab);
  }

  #with(length: number): Slab {
    const current = this.#current;
    if (current !== undefined && current.used + length <= current.length) return current;
    if (length > SLAB) return this.#make(length);
    const next = this.#free.pop() ?? this.#make(SLAB);
    this.#current = next;
    return next;
  }

  #make(length: number): Slab {
    const slab = new Slab(length);
    this.#slabs.set(slab.buffer, slab);
    this.made++;
    return slab;
  }

  #letGo(slab: Slab): void {
    if (--slab.held > 0) return;
    slab.used = 0;
    const isUsual = slab.length === SLAB;
    if (slab !== this.#current && isUsual && this.#free.length < MOST_FREE) this.#free.push(slab);
  }
}

function endOf(start: number, length: number): number {
  return (start + length + (1 << LINE) - 1) & -(1 << LINE);
}

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
const LINE = 64;

/** It is the buffer of all frames cut from it, and lives as long as one of them. */
class Slab extends ArrayBuffer {
  /** Where the next place begins. */
  used = 0;
  /** Places of units in progress, and frames that were handed out and not given back. */
  held = 0;
  /** Where the frames begin that were handed out and not given back. */
  out: number[] = [];
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

  /** A place of `length` bytes of any content, for a unit: until `release` or `handOut`. */
  cut(length: number): Piece {
    const slab = this.#with(length);
    const { used } = slab;
    slab.used = endOf(used, length);
    slab.held++;
    return { bytes: new Uint8Array(slab, used, length), slab };
  }

  /** The unit is done with its place, and nobody else ever saw it. */
  release({ slab }: Piece): void {
    this.#letGo(slab);
  }

  /** The first `length` bytes of a unit's place: those of who holds them, until they are given back. */
  handOut({ bytes, slab }: Piece, length: number): Uint8Array {
    const start = bytes.byteOffset;
    slab.out.push(start);
    // The last place is cut back to what it holds.
    if (endOf(start, bytes.length) === slab.used) slab.used = endOf(start, length);
    return new Uint8Array(slab, start, length);
  }

  /** Takes a frame back. One that was not handed out, or was given back before, is left alone. */
  giveBack({ buffer, byteOffset }: Uint8Array): void {
    if (!(buffer instanceof Slab)) return;
    const at = buffer.out.indexOf(byteOffset);
    if (at < 0) return;
    buffer.out[at] = -1;
    this.#letGo(buffer);
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
    slab.out = [];
    const isUsual = slab.byteLength === SLAB;
    if (slab !== this.#current && isUsual && this.#free.length < MOST_FREE) this.#free.push(slab);
  }
}

function endOf(start: number, length: number): number {
  return (start + length + LINE - 1) & -LINE;
}

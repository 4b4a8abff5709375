/** Memory of frames that were indicated and that their owner gave back: fresh memory is zeroed first, this is not. */

/** Shorter pieces are not worth keeping. */
const LEAST = 4096;
const MOST_BYTES = 64 * 1024 * 1024;

export class Memory {
  readonly #pieces: Uint8Array[] = [];
  #bytes = 0;

  /** At least `least` bytes of any content: a piece that was given back, or `wanted` fresh bytes. */
  take(least: number, wanted: number): Uint8Array {
    for (let piece = this.#pieces.pop(); piece !== undefined; piece = this.#pieces.pop()) {
      this.#bytes -= piece.length;
      // One that is too short would lie on top for ever.
      if (piece.length >= least) return piece;
    }
    return new Uint8Array(wanted);
  }

  /** Nobody but the next taker may use the piece from here on. */
  give(buffer: ArrayBuffer): void {
    if (buffer.byteLength < LEAST || this.#bytes + buffer.byteLength > MOST_BYTES) return;
    this.#pieces.push(new Uint8Array(buffer));
    this.#bytes += buffer.byteLength;
  }
}
